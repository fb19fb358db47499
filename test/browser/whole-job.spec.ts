import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { UsersService } from '../../src/access/users.service.js';
import { fromRoot } from '../../src/platform/config/paths.js';
import { aChromium, overflows, takePicture, violationsOn } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(240_000);

const PASSWORD = 'एक लम्बा पासवर्ड 2026';
const SHEET = [
  'नाम,मोबाइल,ई-मेल,प्लेटफ़ॉर्म,हैंडल,ज़िला,पिन,भाषा,उम्र,स्रोत,सहमति,टिप्पणी',
  'सुनीता वर्मा,६०००००००११,sunita@mail.example,X,sunita_v,लखनऊ,226024,hi,34,शिविर,हाँ,शाम 6 के बाद',
  'Ramesh Chaturvedi,6000000012,ramesh@mail.example,Facebook,fb.com/ramesh.c,Lucknow,226001,en,51,Camp,yes,',
  'इमरान ख़ान,+91 60000 00013,imran@mail.example,YouTube,https://youtube.com/@imrank,लखनऊ,226010,hi,29,शिविर,हाँ,',
  'Kavita Pal,06000000014,kavita@mail.example,Telegram,t.me/kavitapal,Lucknow,226003,hi,,Camp,haan,',
  'गीता देवी,6000000015,,WhatsApp,6000000015,लखनऊ,226004,hi,44,शिविर,हाँ,',
  'बिना संपर्क,,,,,लखनऊ,226004,hi,44,शिविर,हाँ,',
  'मना करने वाले,6000000017,,,,लखनऊ,226004,hi,40,शिविर,नहीं,',
].join('\r\n');

/** The whole job as its people do it: on a phone of 360 px, in Hindi, in a real browser. */
describe('the whole job, on a phone, in Hindi', () => {
  let sampark: Sampark;
  let chromium: Browser;
  let base: string;
  const phone = {
    viewport: { width: 360, height: 740 },
    locale: 'hi-IN',
    isMobile: true,
    hasTouch: true,
    deviceScaleFactor: 2,
  };

  const wrong: string[] = [];
  /** Looks at the page as it stands: axe finds nothing, and nothing sticks out sideways. */
  const look = async (page: Page, picture?: string) => {
    const where = new URL(page.url()).pathname.replaceAll(/[\w-]{30,}/g, ':id');
    for (const { rule, where: nodes } of await violationsOn(page)) wrong.push(`${where}: ${rule} ${nodes[0]}`);
    if (await overflows(page)) wrong.push(`${where}: is wider than the screen`);
    if (/\b(undefined|null|\[object Object\]|NaN)\b/.test(await page.innerText('body')))
      wrong.push(`${where}: shows a value that is none`);
    if (picture) await takePicture(page, picturePath(picture));
  };
  const open = async (page: Page, path: string, picture?: string) => {
    const answer = await page.goto(base + path);
    expect(`${path} ${answer!.status()}`).toBe(`${path} 200`);
    await look(page, picture);
  };
  /** Presses a button or follows a link, and waits for the page it leads to. */
  const press = async (page: Page, selector: string) => {
    await Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  };
  const signIn = async (context: BrowserContext, login: string, password: string) => {
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await open(page, '/sign-in');
    await page.fill('[name=login]', login);
    await page.fill('[name=password]', password);
    await press(page, 'main button.primary');
    expect(new URL(page.url()).pathname).toBe('/');
    return page;
  };
  /** Opens the link of the newest mail to an address, as its receiver. */
  const linkInMailTo = async (address: string, pattern: RegExp) => {
    await sampark.drain();
    const mail = (await sampark.mails())
      .reverse()
      .find((one) => [one.to].flat().some((to) => to?.text.includes(address)));
    if (!mail) throw new Error(`There is no mail to ${address}.`);
    return pattern.exec(mail.text ?? '')![0];
  };
  const settle = async (link: string) => {
    const context = await chromium.newContext(phone);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(link);
    await look(page);
    await page.fill('[name=password]', PASSWORD);
    await page.fill('[name=password_repeat]', PASSWORD);
    await press(page, 'main button.primary');
    await look(page);
    return { context, page };
  };

  beforeAll(async () => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    sampark = await aSampark({ env: { PUBLIC_URL: base, PORT: String(port), HOST: '127.0.0.1' } });
    await sampark.app.listen(port, '127.0.0.1');
    chromium = await aChromium();
    await sampark.get(UsersService).createAdmin(await sampark.system(), {
      email: 'admin@example.org',
      fullName: 'प्रदेश कार्यालय',
      password: PASSWORD,
    });
  });
  afterAll(async () => {
    await chromium?.close();
    await sampark?.close();
  });

  it('goes from an empty register to a meet-up that took place', async () => {
    // The state office brings in the district's convenor.
    const office = await chromium.newContext(phone);
    const admin = await signIn(office, 'admin@example.org', PASSWORD);
    await look(admin);
    for (const path of [
      '/territories',
      '/teams',
      '/users',
      '/audit',
      '/sympathisers',
      '/events',
      '/imports',
      '/placements',
      '/password',
    ])
      await open(admin, path);
    const [district] = await sampark.sql<{ id: string }>(`SELECT id FROM territories WHERE code = 'lucknow-mahanagar'`);
    await open(admin, `/territories/${district!.id}`);
    await open(admin, '/users/new');
    await admin.fill('[name=name]', 'सुनीता मिश्रा');
    await admin.fill('[name=email]', 'convenor@example.org');
    await admin.selectOption('[name=role]', 'district_convenor');
    await admin.selectOption('[name=territory]', 'lucknow-mahanagar');
    await press(admin, 'main button.primary');
    await look(admin);

    // The convenor opens the team and fills a post.
    const { page: convenor } = await settle(await linkInMailTo('convenor@example.org', /http:\/\/\S+\/welcome\/\S+/));
    await open(convenor, '/');
    await open(convenor, '/teams/new');
    await press(convenor, 'main ul.list form button');
    const team = convenor.url();
    await look(convenor, 'team-hi-360.png');
    const [seat] = await sampark.sql<{ id: string }>(
      `SELECT id FROM posts WHERE kind = 'member' ORDER BY seat LIMIT 1`,
    );
    await open(convenor, `/posts/${seat!.id}`);
    await convenor.fill('form[action$="/invitation"] [name=name]', 'राजेश कुमार');
    await convenor.fill('form[action$="/invitation"] [name=email]', 'member@example.org');
    await press(convenor, 'form[action$="/invitation"] button.primary');
    const { page: member } = await settle(await linkInMailTo('member@example.org', /http:\/\/\S+\/welcome\/\S+/));

    // A spreadsheet comes in: counts before anything is written.
    const file = join(mkdtempSync(join(tmpdir(), 'sampark-sheet-')), 'शिविर.csv');
    writeFileSync(file, SHEET);
    await open(convenor, '/imports/new');
    if (await convenor.locator('[name=territory] option').count())
      await convenor.selectOption('[name=territory]', 'lucknow-mahanagar');
    await convenor.fill('[name=source]', 'शिविर का रजिस्टर');
    await convenor.setInputFiles('[name=file]', file);
    await press(convenor, 'main button.primary');
    await look(convenor);
    const batch = new URL(convenor.url()).pathname;
    await sampark.drain();
    await open(convenor, batch, 'import-hi-360.png');
    expect((await sampark.sql('SELECT 1 FROM people')).length).toBe(0);
    await convenor.check('[name=agreed][value=yes]');
    await convenor.fill('[name=agreedOn]', '2026-01-15');
    await convenor.fill('[name=originals]', 'शिविर, फ़ाइल 3');
    await press(convenor, 'form[action$="/confirmation"] button.primary');
    await sampark.drain();
    await open(convenor, batch);
    const people = await sampark.sql<{ full_name: string; waiting: boolean }>(
      'SELECT full_name, waiting FROM people ORDER BY full_name',
    );
    expect(people.map((one) => one.full_name)).toEqual([
      'Kavita Pal',
      'Ramesh Chaturvedi',
      'इमरान ख़ान',
      'गीता देवी',
      'सुनीता वर्मा',
    ]);
    expect(people.every((one) => !one.waiting)).toBe(true);
    await open(convenor, '/sympathisers');

    // People are spread over the team; the member works through the queue.
    await open(convenor, '/');
    await press(convenor, 'form[action="/assignments/spread"] button');
    await look(convenor);
    await open(member, '/', 'today-hi-360.png');
    await open(member, '/queue', 'queue-hi-360.png');
    const before = await member.locator('article.person h2').first().innerText();
    await press(member, 'button[name=disposition][value=reached]');
    await look(member);
    expect(await member.locator('article.person h2').first().innerText()).not.toBe(before);
    await press(member, 'button[name=disposition][value=no_answer]');
    expect(await sampark.sql('SELECT disposition FROM attempts ORDER BY server_at')).toEqual([
      { disposition: 'reached' },
      { disposition: 'no_answer' },
    ]);
    await open(member, '/sympathisers');
    const [reached] = await sampark.sql<{ person_id: string }>(
      `SELECT person_id FROM attempts WHERE disposition = 'reached'`,
    );
    await open(member, `/sympathisers/${reached!.person_id}`, 'person-hi-360.png');

    // A meet-up is planned, and people are asked.
    await open(convenor, '/events/new');
    await convenor.fill('[name=title_hi]', 'मोहल्ला चौपाल');
    await convenor.locator('main form details summary').first().click();
    await convenor.fill('[name=title_en]', 'Neighbourhood chaupal');
    await convenor.fill('[name=place]', 'सामुदायिक केंद्र, अलीगंज');
    const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    await convenor.fill('[name=starts]', `${day}T17:00`);
    await convenor.fill('[name=ends]', `${day}T19:00`);
    await convenor.fill('[name=capacity]', '3');
    await press(convenor, 'main form button.primary');
    const event = convenor.url();
    await look(convenor);
    await open(convenor, `${new URL(event).pathname}/audience`, 'audience-hi-360.png');
    await convenor.fill('[name=count]', '4');
    await press(convenor, 'form[action$="/invitations"] button.primary');
    await look(convenor);
    await sampark.drain();

    // A supporter answers from the mail, without an account and without JavaScript.
    const plain = await chromium.newContext({ ...phone, javaScriptEnabled: false });
    const link = await linkInMailTo('sunita@mail.example', /http:\/\/\S+\/rsvp\/\S+/);
    const answer = await plain.newPage();
    const opened = await answer.goto(link);
    expect((await opened!.body()).length).toBeLessThan(15_000);
    expect(await sampark.sql(`SELECT 1 FROM rsvps`)).toEqual([]);
    await takePicture(answer, picturePath('answer-hi-360.png'));
    await answer.locator('button[value=yes]').click();
    await answer.waitForLoadState();
    expect(await sampark.sql(`SELECT answer, guests, standing FROM invitations WHERE answer IS NOT NULL`)).toEqual([
      { answer: 'yes', guests: 0, standing: 'in' },
    ]);
    const looked = await chromium.newContext(phone);
    const again = await looked.newPage();
    await again.goto(link);
    await look(again);

    // At the door: one from the list, one who walks in.
    await open(convenor, new URL(event).pathname, 'event-hi-360.png');
    await open(convenor, `${new URL(event).pathname}/invitations`);
    await open(convenor, `${new URL(event).pathname}/door`);
    await press(convenor, 'button.door-row');
    await look(convenor, 'door-hi-360.png');
    await open(convenor, `${new URL(event).pathname}/walk-in`);
    await convenor.fill('[name=name]', 'मोहन लाल');
    await convenor.fill('[name=phone]', '6000000099');
    await convenor.check('[name=consent]');
    await convenor.check('[name=adult]');
    await press(convenor, 'main button.primary');
    await look(convenor);
    await open(convenor, `${new URL(event).pathname}/attendance`);
    expect(
      (await sampark.sql('SELECT how FROM attendances ORDER BY server_at')).map((row) => (row as { how: string }).how),
    ).toEqual(['list', 'walk_in']);
    const csv = await convenor.request.get(`${event}/attendance.csv`);
    expect(csv.status()).toBe(200);
    expect(await csv.text()).toContain('मोहन लाल');

    // Everything of it stands in the trail; nobody's name or number does.
    await open(convenor, '/audit');
    await open(convenor, '/attempts');
    await open(convenor, team.replace(base, ''));
    expect(wrong).toEqual([]);
  });
});

/** README's pictures are only overwritten where that is asked for: `npm run pictures`. */
const picturePath = (name: string) => fromRoot(process.env.PICTURES ?? 'test-results', name);
