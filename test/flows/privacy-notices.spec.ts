import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DemoNotices } from '../../src/demo/demo-notices.service.js';
import { ACTOR_ROLES } from '../../src/platform/database/roles.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { anEvent } from '../factories/events.js';
import { adminUrlOf, urlsFor } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let officer: AUser;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  officer = await aUser(sampark, { role: 'data_protection_officer', in: 'up' });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

const ledgerOf = (personId: string) =>
  sampark.sql<{ purpose: string; notice: string; language: string }>(
    'SELECT DISTINCT purpose, notice, language FROM consents WHERE person_id = $1 ORDER BY 1',
    [personId],
  );
const WHO = { responsible: 'The office, Lucknow', complaint: 'officer@example.org, then the Board' };
const KEPT = { data: ['Name', 'Phone', ''], why: ['To know', 'To call', ''], keep: ['A year', 'A year', ''], seen: ['The team', 'The team', ''] }; // prettier-ignore
const whole = (language: string) => ({ language, title: `Title ${language}`, say: `Say ${language}`, rights: 'Ask us', ...WHO, ...KEPT }); // prettier-ignore
let phones = 0;
const newPerson = () => ({
  name: 'Asha Verma',
  phones: [`98111${String((phones += 1)).padStart(5, '0')}`],
  purposes: ['register', 'contact'],
  how: 'spoken',
});

describe('the shipped drafts', () => {
  it('itemise everything in both languages, and want only what the organisation itself knows', async () => {
    const fresh = await aSampark();
    try {
      const chief = await aUser(fresh, { role: 'data_protection_officer', in: 'up' });
      const ids = ['register-2', 'contact-1', 'invitations-1', 'photos-1'];
      for (const id of ids) {
        const { languages } = (await fresh.as(chief).get(`/privacy-notices/${id}`)).body;
        expect(languages).toMatchObject([
          { code: 'hi', missing: ['responsible', 'complaint'] },
          { code: 'en', missing: ['responsible', 'complaint'] },
        ]);
      }
      await fresh.get(DemoNotices).publish(await fresh.system());
      const { notices, common } = (await fresh.as().get('/privacy?lang=hi')).body;
      expect(notices.map((one: { id: string; purposes: string[] }) => [one.id, one.purposes])).toEqual(
        ids.map((id) => [id, [id.split('-')[0]]]),
      );
      for (const { text } of notices) expect(text.items.length).toBeGreaterThan(0);
      expect(common.text.complaint).toContain('डेटा संरक्षण बोर्ड');
    } finally {
      await fresh.close();
    }
  });
});

describe('the first notice', () => {
  it('is the one that shipped before there were versions, word for word, and holds for every purpose', async () => {
    const { body } = await sampark.as().get('/privacy?lang=en');
    expect(body.notices).toHaveLength(1);
    expect(body.notices[0]).toMatchObject({
      id: 'register-1',
      purposes: ['register', 'contact', 'invitations', 'photos'],
      text: {
        items: [],
        say: expect.stringMatching(/^We keep your name, your numbers .* by the link in every e-mail\.$/),
      },
    });
  });

  it('is what entries of the ledger cite, with the language of whoever read it out', async () => {
    const { body } = await sampark.as(convenor).post('/sympathisers?lang=hi', newPerson());
    expect(await ledgerOf(body.id)).toEqual([
      { purpose: 'contact', notice: 'register-1', language: 'hi' },
      { purpose: 'register', notice: 'register-1', language: 'hi' },
    ]);
    const page = await sampark.browser(convenor, { lang: 'hi' }).get('/sympathisers/new');
    expect(page.text).toContain('हम आपका नाम, नंबर और आपकी बताई बातें रखते हैं');
    expect(page.text).toContain('href="/privacy/register-1"');
  });

  it('is told at the door, and cited there', async () => {
    const event = await anEvent(sampark, { in: 'agra' });
    const page = await sampark.browser(convenor, { lang: 'hi' }).get(`/events/${event.id}/walk-in`);
    expect(page.text).toContain('हम आपका नाम, नंबर और आपकी बताई बातें रखते हैं');
    const walkIn = { name: 'Kavita Devi', phone: '9811199999', consent: true, adult: true };
    const { body } = await sampark.as(convenor).post(`/events/${event.id}/walk-ins?lang=hi`, walkIn);
    expect(new Set((await ledgerOf(body.personId)).map(({ notice, language }) => `${notice} ${language}`))).toEqual(
      new Set(['register-1 hi']),
    );
  });
});

describe('a published version', () => {
  const MUTATIONS = [
    `UPDATE privacy_notices SET texts = '{"hi": {}, "en": {}}' WHERE id = 'register-1'`,
    `UPDATE privacy_notices SET published_at = NULL WHERE id = 'register-1'`,
    `UPDATE privacy_notices SET n = 9, id = 'register-9' WHERE id = 'register-1'`,
    `DELETE FROM privacy_notices WHERE id = 'register-1'`,
    `INSERT INTO privacy_notices (id, purpose, n, texts, published_at) VALUES ('photos-7', 'photos', 7, '{"hi": {}, "en": {}}', now())`,
    // Published earlier than it was.
    `UPDATE privacy_notices SET texts = '{"hi": {}, "en": {}}', published_at = now() - interval '1 day' WHERE id = 'photos-1'`,
  ];
  const SET = `SET LOCAL app.actor = 'user'; SET LOCAL app.scope_from = '0001'; SET LOCAL app.scope_to = '0001~'`;

  async function touched(client: pg.Client, role: string | null, sql: string): Promise<number | string> {
    await client.query('BEGIN');
    try {
      if (role) await client.query(`SET LOCAL ROLE ${role}`);
      await client.query(SET);
      return (await client.query(sql)).rowCount ?? 0;
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await client.query('ROLLBACK');
    }
  }

  it.each([...ACTOR_ROLES, 'sampark_gate', 'sampark_lens', 'sampark_owner'])(
    'cannot be changed, taken back, deleted or smuggled in as %s, with the whole organisation in scope',
    async (role) => {
      const admin = new pg.Client({ connectionString: adminUrlOf(sampark.database) });
      await admin.connect();
      try {
        const results = [];
        for (const sql of MUTATIONS) results.push(await touched(admin, role, sql));
        // No row, or refused.
        expect(results.filter((result) => result !== 0 && result !== '42501')).toEqual([]);
      } finally {
        await admin.end();
      }
    },
  );

  it('would be changed by such a statement, were it a draft: the test is not blind', async () => {
    const client = new pg.Client({ connectionString: urlsFor(sampark.database).app });
    await client.connect();
    try {
      const draft = `UPDATE privacy_notices SET texts = '{"hi": {}, "en": {}}' WHERE id = 'photos-1'`;
      expect(await touched(client, 'sampark_staff', draft)).toBe(1);
    } finally {
      await client.end();
    }
  });

  it('is refused in words by the program, too', async () => {
    const as = sampark.as(officer);
    for (const [path, body] of [
      ['/privacy-notices/register-1/text', whole('en')],
      ['/privacy-notices/register-1/publication', { count: 0 }],
      ['/privacy-notices/register-1/end', {}],
    ] as const)
      expect((await as.post(path, body)).status).toBe(409);
  });
});

describe('a draft', () => {
  it('is nobody’s to read but the officer’s, and no officer’s of a district', async () => {
    const district = await aUser(sampark, { role: 'data_protection_officer', in: 'agra' });
    expect((await sampark.as().get('/privacy/photos-1')).status).toBe(404);
    expect((await sampark.as(officer).get('/privacy-notices/photos-1')).status).toBe(200);
    expect((await sampark.as(district).get('/privacy-notices/photos-1')).status).toBe(404);
    expect((await sampark.as(convenor).get('/privacy-notices')).status).toBe(403);
    expect(await sampark.as(district).post('/privacy-notices/photos-1/text', whole('en'))).toMatchObject({
      status: 403,
      body: { type: 'urn:sampark:privacy.notice.problem.whole' },
    });
  });

  it('is not published while a language is incomplete, one that was added included', async () => {
    const as = sampark.as(officer);
    const publish = () => as.post('/privacy-notices/photos-1/publication', { count: 0 });
    // As shipped: who is responsible and where to complain only the organisation knows.
    expect((await publish()).body.errors[0].detail).toContain('hi, en');
    await as.post('/privacy-notices/photos-1/text', whole('hi'));
    expect((await publish()).body.errors[0].detail).toMatch(/: en$/);
    await as.post('/privacy-notices/photos-1/text', whole('en'));
    expect((await as.post('/privacy-languages', { language: 'ur' })).status).toBe(201);
    expect((await publish()).body.errors[0].detail).toMatch(/: ur$/);
    await as.post('/privacy-notices/photos-1/text', { ...whole('ur'), rights: '' });
    expect((await as.get('/privacy-notices/photos-1')).body.languages).toMatchObject([
      { code: 'hi', missing: [] },
      { code: 'en', missing: [] },
      { code: 'ur', missing: ['rights'] },
    ]);
    expect((await publish()).status).toBe(422);
    await as.post('/privacy-notices/photos-1/text', whole('ur'));
    expect((await as.get('/privacy-notices/photos-1/preview?language=ur')).body.notice).toMatchObject({
      direction: 'rtl',
      text: { say: 'Say ur' },
    });
    expect((await publish()).status).toBe(200);
    const page = await sampark.browser(undefined, { lang: 'hi' }).get('/privacy/photos-1?lang=ur');
    expect(page.text).toMatch(/lang="ur" dir="rtl"[^>]*>\s*<p class="wrap">Say ur/);
    expect(page.text).toContain('<html lang="hi">');
    // A language of the pages can't be taken out; another one can.
    expect((await as.post('/privacy-languages/hi/end')).status).toBe(409);
    expect((await as.post('/privacy-languages/ur/end')).status).toBe(200);
  });

  it('keeps no line that is filled in half', async () => {
    const half = { ...whole('en'), keep: ['A year', '', ''] };
    expect((await sampark.as(officer).post('/privacy-notices/contact-1/text', half)).body.errors).toMatchObject([
      { field: 'items' },
    ]);
  });

  it('is written, looked at and published on the pages, with the number of those on an older version typed', async () => {
    const { id } = await aSympathiser(sampark, { in: 'mathura', consent: false });
    // Twice for one person, and once withdrawn since: neither counts.
    for (const [channel, state] of [
      ['phone', 'given'],
      ['email', 'given'],
      ['x', 'given'],
      ['x', 'withdrawn'],
    ])
      // prettier-ignore
      await sampark.sql(
        `INSERT INTO consents (person_id, id, path, purpose, channel, state, how, notice)
         SELECT id, gen_random_uuid(), path, 'invitations', $2, $3, 'paper', 'register-1' FROM people WHERE id = $1`,
        [id, channel, state],
      );
    const [{ n }] = (await sampark.sql<{ n: number }>(
      `SELECT count(DISTINCT person_id)::int AS n FROM consents WHERE purpose = 'invitations' AND notice = 'register-1'`,
    )) as [{ n: number }];
    const browser = sampark.browser(officer);
    expect((await browser.get('/privacy-notices')).text).toContain('invitations-1');
    for (const language of ['hi', 'en']) {
      const form = await browser.get(`/privacy-notices/invitations-1/text?language=${language}`);
      expect(form.text).toContain('name="seen"');
      const saved = await browser.post('/privacy-notices/invitations-1/text', whole(language));
      expect((await browser.follow(saved)).text).toContain('Saved. It is still a draft.');
    }
    const shown = await browser.get('/privacy-notices/invitations-1');
    expect(shown.text).toContain(`${n} people have agreed under an older version`);
    const wrong = await browser.post('/privacy-notices/invitations-1/publication', { count: String(n + 100), _page: '/privacy-notices/invitations-1' }); // prettier-ignore
    expect([wrong.status, wrong.text.includes('was mistyped')]).toEqual([422, true]);
    const done = await browser.post('/privacy-notices/invitations-1/publication', { count: String(n) });
    expect((await browser.follow(done)).text).toContain('Published. It is what people are told from now on.');
    const [entry] = await sampark.sql<{ facts: object }>(
      `SELECT facts FROM audit_entries WHERE action = 'privacy_notice.published' AND facts->>'id' = 'invitations-1'`,
    );
    expect(entry!.facts).toMatchObject({ older: n, languages: ['en', 'hi'] });
  });

  it('once published is what new entries cite, each purpose its own; earlier ones keep what they cited', async () => {
    const { body } = await sampark.as(convenor).post('/sympathisers', { ...newPerson(), purposes: ['register', 'invitations', 'photos'] }); // prettier-ignore
    expect((await ledgerOf(body.id)).map(({ purpose, notice }) => [purpose, notice])).toEqual([
      ['invitations', 'invitations-1'],
      ['photos', 'photos-1'],
      ['register', 'register-1'],
    ]);
    await sampark.as(convenor).post(`/sympathisers/${body.id}/consents`, { purposes: ['contact', 'invitations'], channel: 'phone', state: 'refused', how: 'spoken' }); // prettier-ignore
    const refused = await sampark.sql(`SELECT purpose, notice FROM consents WHERE person_id = $1 AND state = 'refused' ORDER BY 1`, [body.id]); // prettier-ignore
    expect(refused).toEqual([
      { purpose: 'contact', notice: 'register-1' },
      { purpose: 'invitations', notice: 'invitations-1' },
    ]);
  });

  it('follows the version before it with its words, one at a time', async () => {
    const as = sampark.as(officer);
    expect(await as.post('/privacy-notices', { purpose: 'invitations' })).toMatchObject({ status: 201, body: { id: 'invitations-2' } }); // prettier-ignore
    expect((await as.post('/privacy-notices', { purpose: 'invitations' })).status).toBe(409);
    await as.post('/privacy-notices/invitations-2/text', { ...whole('en'), say: 'Otherwise' });
    const { older } = (await as.get('/privacy-notices/invitations-2')).body;
    expect((await as.post('/privacy-notices/invitations-2/publication', { count: older })).status).toBe(200);
    const before = await sampark.browser().get('/privacy/invitations-1');
    expect(before.text).toContain('This version was replaced.');
    expect(before.text).toContain('Say en');
    expect((await as.get('/privacy?lang=en')).body.notices.map((one: { id: string }) => one.id)).toEqual([
      'register-1',
      'invitations-2',
      'photos-1',
    ]);
    const twice = await Promise.all([1, 2].map(() => as.post('/privacy-notices', { purpose: 'photos' })));
    expect(twice.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await as.post('/privacy-notices/photos-2/end')).status).toBe(200);
  });
});

describe('the page for everybody', () => {
  it('needs no script and no account, and leads back from paper', async () => {
    const page = await sampark.browser(undefined, { lang: 'hi' }).get('/privacy/register-1');
    expect(page.status).toBe(200);
    expect(page.text).toContain('https://sampark.example.org/privacy/register-1');
    expect(page.text).toContain('<svg');
    expect((await sampark.as().get('/privacy/register-99')).status).toBe(404);
    expect((await sampark.as().get('/privacy/nothing-1')).status).toBe(404);
  });
});
