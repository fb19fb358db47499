import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ParsedMail } from 'mailparser';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { ConsentService } from '../../src/sympathisers/consent/consent.service.js';
import { OwnLinks } from '../../src/sympathisers/own-links.js';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let convenor: AUser;
let member: AUser;
beforeAll(async () => {
  sampark = await aSampark({ env: { PRIVACY_MAIL: 'officer@example.org' } });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  member = await aUser(sampark, { role: 'team_member', in: 'agra', name: 'Secret Member' });
});
afterAll(() => sampark?.close());

let made = 0;
const mail = (name = 'own') => `${name}-${++made}@example.org`;
const phone = () => `+9196${String(40_000_000 + ++made)}`;
const addressesOf = (one: ParsedMail) => [one.to].flat().flatMap((to) => to?.value.map(({ address }) => address));
const mailsTo = async (to: string) => (await sampark.mails()).filter((one) => addressesOf(one).includes(to));
const linksIn = (one: ParsedMail, place: string) =>
  [...one.text!.matchAll(new RegExp(`https://sampark\\.example\\.org(/${place}/[\\w.-]+)`, 'g'))].map(
    ([, path]) => path!,
  );
const anonymous = () => sampark.as();
/** A quarter of an hour has gone by for whoever counts requests. */
const later = () => sampark.sql('TRUNCATE sign_in_failures');
const asked = async (contact: string) => {
  await later();
  const answer = await anonymous().post('/my-data', { contact });
  await sampark.drain();
  return answer;
};
/** The path of the link to their own data, as it was mailed to them. */
const linkOf = async (address: string) => {
  await asked(address);
  return linksIn((await mailsTo(address)).at(-1)!, 'my-data').find((path) => path.startsWith('/my-data/d.'))!;
};
const actionsBy = (personId: string) =>
  sampark
    .sql<{ action: string }>(
      `SELECT action FROM audit_entries WHERE actor_kind = 'link' AND people @> ARRAY[$1::uuid] ORDER BY at, id`,
      [personId],
    )
    .then((rows) => rows.map(({ action }) => action));

describe('asking why we have somebody', () => {
  it('answers alike whether or not we know them, and sends the link to their own mail alone', async () => {
    const [address, number] = [mail(), phone()];
    const person = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Sunita Verma',
      emails: [address],
      phones: [number],
      language: 'en',
    });
    const unknown = mail('nobody');
    const answers = [await asked(address), await asked(unknown), await asked(number)];
    expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(3).fill([202, '{"sent":true}']));
    const pages = [];
    for (const contact of [address, unknown]) {
      await later();
      const browser = sampark.browser();
      await browser.get('/my-data');
      const sent = await browser.post('/my-data', { contact });
      pages.push((await browser.follow(sent)).text.replace(/nonce="[^"]+"/g, ''));
    }
    expect(pages[0]).toBe(pages[1]);
    await sampark.drain();
    expect(await mailsTo(unknown)).toEqual([]);
    const mails = await mailsTo(address);
    // By mail, by phone, by the form: each time to the same mail.
    expect(mails).toHaveLength(3);
    expect(mails[0]!.text).toContain('For S… V…');
    expect(mails[0]!.text).not.toContain('Sunita');
    expect(String(mails[0]!.html)).not.toContain('Sunita');
    const [link] = linksIn(mails[0]!, 'my-data');
    expect((await anonymous().get(link!)).body.person.name).toBe('Sunita Verma');
    expect((await sampark.as().post('/my-data', { contact: 'no address' })).status).toBe(422);
    const jobs = await sampark.sql(
      `SELECT 1 FROM audit_entries WHERE action = 'own_data.link_sent' AND people @> ARRAY[$1::uuid]`,
      [person.id],
    );
    expect(jobs).toHaveLength(3);
  });

  it('is limited: a mailbox gets three in a quarter of an hour, and the fourth asker hears the same', async () => {
    const address = mail();
    await aSympathiser(sampark, { in: 'agra', emails: [address] });
    await later();
    for (let n = 0; n < 4; n++) expect((await anonymous().post('/my-data', { contact: address })).status).toBe(202);
    await sampark.drain();
    expect(await mailsTo(address)).toHaveLength(3);
    // However it is asked for: five a day.
    for (let n = 0; n < 4; n++) await asked(address);
    expect(await mailsTo(address)).toHaveLength(5);
  });

  it('sends a family one mail, each person named as they alone recognise it, with a link each (T18)', async () => {
    const address = mail('family');
    const people = [
      await aSympathiser(sampark, { in: 'agra', name: 'रमेश वर्मा', emails: [address], language: 'hi' }),
      await aSympathiser(sampark, { in: 'mathura', name: 'सुनीता वर्मा', emails: [address], language: 'hi' }),
    ];
    await asked(address);
    const mails = await mailsTo(address);
    expect(mails).toHaveLength(1);
    expect(mails[0]!.text).toContain('र… व… के लिए');
    expect(mails[0]!.text).toContain('सु… व… के लिए');
    const links = linksIn(mails[0]!, 'my-data').filter((path) => path.includes('/d.'));
    const names = [];
    for (const link of links) names.push((await anonymous().get(link)).body.person.name);
    expect(names.sort()).toEqual(['रमेश वर्मा', 'सुनीता वर्मा']);
    expect(people).toHaveLength(2);
    // An office's address that stands with many is nobody's own: somebody looks.
    const office = mail('office');
    for (let n = 0; n < 9; n++) await aSympathiser(sampark, { in: 'agra', emails: [office] });
    await asked(office);
    expect(await mailsTo(office)).toEqual([]);
    const { body } = await sampark.as(convenor).get('/replies');
    expect(body.items.some((item: { why: string[] }) => item.why.includes('shared_address'))).toBe(true);
  });

  it('sends nothing to a mail that was found to be wrong, or of somebody erased; a stop holds nothing up', async () => {
    const [wrong, gone, stopped] = [mail(), mail(), mail()];
    const [a, b, c] = [
      await aSympathiser(sampark, { in: 'agra', emails: [wrong] }),
      await aSympathiser(sampark, { in: 'agra', emails: [gone] }),
      await aSympathiser(sampark, { in: 'agra', emails: [stopped] }),
    ];
    await sampark.sql(`UPDATE contact_points SET dead_at = now(), dead_why = 'wrong' WHERE person_id = $1`, [a.id]);
    await sampark.sql('UPDATE people SET erased_at = now() WHERE id = $1', [b.id]);
    await sampark.as(convenor).post(`/sympathisers/${c.id}/stop`);
    for (const address of [wrong, gone, stopped]) await asked(address);
    expect([await mailsTo(wrong), await mailsTo(gone), await mailsTo(stopped)].map((list) => list.length)).toEqual([
      0, 0, 1,
    ]);
  });
});

describe('the link in every mail', () => {
  it('says in general why, shows nobody’s data, and sends the full link to the address on record (T3)', async () => {
    const address = mail();
    const person = await aSympathiser(sampark, { in: 'agra', name: 'Imran Khan', emails: [address], language: 'en' });
    await sampark.sql(`UPDATE people SET source = 'List of the Tajganj office' WHERE id = $1`, [person.id]);
    const { id } = await anEvent(sampark, { in: 'agra' });
    expect((await sampark.as(convenor).post(`/events/${id}/invitations`, { personIds: [person.id] })).status).toBe(202);
    await sampark.drain();
    const [invitation] = await mailsTo(address);
    const [why] = linksIn(invitation!, 'my-data/why');
    expect(String(invitation!.html)).toContain(why);
    // No link of the mail opens data.
    expect(invitation!.text).not.toContain('/my-data/d.');
    const browser = sampark.browser();
    const page = await browser.get(why!);
    expect(page.text).toContain('For I… K…');
    expect(page.text).toContain('you gave your name to one of us');
    expect(page.text).toContain('o…@e….org');
    for (const secret of ['Imran', 'Khan', address, 'Tajganj']) expect(page.text).not.toContain(secret);
    expect((await anonymous().get(why!.replace('/why/', '/'))).status).toBe(404);
    await later();
    const sent = await browser.post(why!);
    expect(sent.status).toBe(303);
    expect((await browser.follow(sent)).text).toContain('The link is on its way.');
    await sampark.drain();
    const mails = await mailsTo(address);
    expect(mails).toHaveLength(2);
    const [link] = linksIn(mails[1]!, 'my-data').filter((path) => path.includes('/d.'));
    expect((await anonymous().get(link!)).body.person.name).toBe('Imran Khan');
    expect(await actionsBy(person.id)).toEqual(['own_data.why', 'own_data.asked', 'own_data.why', 'own_data.shown']);
    // The answer page leads there as well.
    const invited = await anInvitation(sampark, (await anEvent(sampark, { in: 'agra' })).id, person.id);
    expect(invited.id).toBeTruthy();
    const [rsvp] = linksIn(invitation!, 'rsvp');
    expect((await sampark.browser().get(rsvp!)).text).toContain('/my-data/why/y.');
  });

  it('stands in every mail to a sympathiser, beside a way to stop: change and cancellation, too', async () => {
    const address = mail();
    const person = await aSympathiser(sampark, { in: 'agra', emails: [address], language: 'en' });
    const { id } = await anEvent(sampark, { in: 'agra' });
    await sampark.as(convenor).post(`/events/${id}/invitations`, { personIds: [person.id] });
    await sampark.drain();
    const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    const dto = {
      title_en: 'Volunteers meet',
      title_hi: 'मिलन',
      place: 'Elsewhere',
      starts: `${day}T17:00`,
      ends: `${day}T19:00`,
    };
    await sampark.as(convenor).post(`/events/${id}`, dto);
    await sampark.drain();
    await sampark.as(convenor).post(`/events/${id}/cancellation`);
    await sampark.drain();
    const link = await linkOf(address);
    await anonymous().post(`${link}/mail`, { email: address.replace('own', 'new') });
    await sampark.drain();
    const mails = [...(await mailsTo(address)), ...(await mailsTo(address.replace('own', 'new')))];
    expect(mails).toHaveLength(5);
    for (const one of mails)
      for (const part of [one.text!, String(one.html)]) {
        expect([one.subject, /\/my-data(\/why\/y\.[\w.-]+)?(?=["\s]|$)/m.test(part)]).toEqual([one.subject, true]);
        expect([one.subject, /\/(unsubscribe\/u|stop\/w|my-data\/mail\/m)\.[\w.-]+/.test(part)]).toEqual([
          one.subject,
          true,
        ]);
      }
  });
});

describe('what we hold', () => {
  it('is shown whole to the holder of the link, by team and not by name of who was in touch; nothing of anybody else', async () => {
    const [address, number] = [mail(), phone()];
    const person = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Kavita Singh',
      emails: [address],
      phones: [number],
      identities: [{ platform: 'x', handle: 'kavita_s' }],
      language: 'en',
      pin: '282001',
      assignedTo: member.id,
    });
    const other = await aSympathiser(sampark, { in: 'agra', name: 'Other Person', emails: [mail()], phones: [number] });
    await sampark
      .as(member)
      .post('/attempts', { person_id: person.id, channel: 'phone', disposition: 'reached', note: 'Likes poetry' });
    await sampark.as(member).post(`/sympathisers/${person.id}/notes`, { text: 'Prefers mornings' });
    await sampark
      .as(convenor)
      .post(`/sympathisers/${person.id}/skills`, { skills: ['video'], source: 'told at the meet-up' });
    await sampark.sql(
      `INSERT INTO person_suggestions (person_id, id, path, field, value, why, other_id) SELECT id, gen_random_uuid(), path, 'name', 'Kavita Sinh', 'differs', NULL::uuid FROM people WHERE id = $1
       UNION ALL SELECT id, gen_random_uuid(), path, 'person', NULL, 'alike', $2 FROM people WHERE id = $1`,
      [person.id, other.id],
    );
    const event = await anEvent(sampark, { in: 'agra' });
    await anInvitation(sampark, event.id, person.id);
    await sampark.as(convenor).get(`/sympathisers/${person.id}`);
    const link = await linkOf(address);
    const { body, text } = await anonymous().get(link, { 'accept-language': 'en' });
    expect(body).toMatchObject({
      person: { name: 'Kavita Singh', pin: '282001', language: 'English' },
      officer: 'officer@example.org',
      notes: [{ text: 'Prefers mornings' }],
      differing: [{ value: 'Kavita Sinh' }],
      contacts: [{ channel: 'Phone', result: 'Reached', note: 'Likes poetry' }],
      meet_ups: [{ title: 'Volunteers meet' }],
      skills: [{ source: 'told at the meet-up' }],
    });
    expect(body.points.map((point: { value: string }) => point.value).sort()).toEqual([number, address].sort());
    expect(body.consents.length).toBeGreaterThan(5);
    expect(body.uses.shown).toBeGreaterThan(0);
    for (const secret of [member.id, 'Secret Member', 'Other Person', other.id]) expect(text).not.toContain(secret);
    const page = await sampark.browser(undefined, { lang: 'hi' }).get(link);
    expect(page.status).toBe(200);
    for (const shown of [
      'Kavita Singh',
      'Likes poetry',
      'Prefers mornings',
      number,
      address,
      'kavita_s',
      'officer@example.org',
    ])
      expect(page.text).toContain(shown);
    for (const secret of ['Secret Member', 'Other Person']) expect(page.text).not.toContain(secret);
    expect(page.text).toContain('name="referrer" content="no-referrer"');
    expect(page.text).toContain('name="robots" content="noindex"');
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect(Buffer.byteLength(page.text)).toBeLessThan(40_000);
    expect(await actionsBy(person.id)).toEqual(['own_data.shown', 'own_data.shown']);
  });

  it('is taken along as JSON and as CSV, with what each name means; and no cell is run by a spreadsheet', async () => {
    const address = mail();
    const person = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Formula Person',
      emails: [address],
      language: 'en',
    });
    await sampark.sql(
      `INSERT INTO person_notes (person_id, id, path, text) SELECT id, gen_random_uuid(), path, '=HYPERLINK("http://x","y")' FROM people WHERE id = $1`,
      [person.id],
    );
    const link = await linkOf(address);
    const json = await anonymous().get(`${link}/file.json`);
    expect(json.headers['content-disposition']).toBe('attachment; filename="my-data.json"');
    const data = JSON.parse(json.text) as Record<string, Record<string, unknown>[]> & {
      names: { fields: object; parts: object };
    };
    expect(data).toMatchObject({ format: 'sampark-own-data-1', person: [{ name: 'Formula Person' }] });
    expect(data.points![0]).toMatchObject({ kind: 'email', value: address });
    const used = Object.values(data)
      .filter(Array.isArray)
      .flat()
      .flatMap((row) => Object.keys(row as object));
    expect([...new Set(used)].filter((name) => !(name in data.names.fields))).toEqual([]);
    expect(json.text).not.toContain(person.id);
    const csv = await anonymous().get(`${link}/file.csv`);
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.text).toContain('\ufeffpart,row,field,value,meaning\r\n');
    expect(csv.text).toContain(`points,1,value,${address},`);
    expect(csv.text).toMatch(/notes,1,text,"'=HYPERLINK/);
    expect((await actionsBy(person.id)).filter((action) => action === 'own_data.taken')).toHaveLength(2);
  });

  it('is corrected by them: name, language, PIN, a phone; each with an entry by the link', async () => {
    const address = mail();
    const person = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Omkar Yadv',
      emails: [address],
      language: 'hi',
      identities: [{ platform: 'x', handle: 'omkar_y' }],
    });
    const link = await linkOf(address);
    expect((await sampark.browser().get(`${link}/correct`)).text).toContain('Omkar Yadv');
    expect(
      (await anonymous().post(`${link}/correct`, { name: 'Omkar Yadav', language: 'en', pin: '282002' })).status,
    ).toBe(200);
    expect((await anonymous().post(`${link}/correct`, { name: 'Omkar Yadav', pin: '12' })).status).toBe(422);
    const number = phone();
    expect((await anonymous().post(`${link}/phone`, { phone: number })).status).toBe(200);
    const { body } = await anonymous().get(link, { 'accept-language': 'en' });
    expect(body.person).toMatchObject({ name: 'Omkar Yadav', language: 'English', pin: '282002' });
    expect(body.points.map((point: { value: string }) => point.value)).toContain(number);
    // Found by the new name, too.
    expect((await sampark.as(convenor).get('/sympathisers?q=omkar+yadav')).body.items).toHaveLength(1);
    const pointId = body.points.find((point: { value: string }) => point.value === number).id;
    expect((await anonymous().post(`${link}/points/${pointId}/end`)).status).toBe(200);
    expect((await anonymous().post(`${link}/points/${uuidv7()}/end`)).status).toBe(404);
    // A handle that they give up is free for whoever has it now.
    const handleId = body.handles[0].id;
    expect((await anonymous().post(`${link}/points/${handleId}/end`)).status).toBe(200);
    expect(await sampark.sql(`SELECT 1 FROM identity_claims WHERE handle = 'omkar_y'`)).toEqual([]);
    expect(await actionsBy(person.id)).toEqual(
      expect.arrayContaining(['sympathiser.corrected', 'own_data.point_added', 'own_data.point_ended']),
    );
  });

  it('counts a new mail only once a link sent to it is confirmed; then the links sent to the old one are retired', async () => {
    const [before, after] = [mail(), mail('later')];
    const person = await aSympathiser(sampark, { in: 'agra', emails: [before], language: 'en' });
    const link = await linkOf(before);
    const old = (await anonymous().get(link)).body.points[0].id;
    expect((await anonymous().post(`${link}/mail`, { email: after, replaces: old })).status).toBe(202);
    await sampark.drain();
    const points = () =>
      sampark.sql(
        'SELECT value, dead_at IS NULL AS alive FROM contact_points WHERE person_id = $1 ORDER BY created_at',
        [person.id],
      );
    expect(await points()).toEqual([{ value: before, alive: true }]);
    const [letter] = await mailsTo(after);
    const [confirm] = linksIn(letter!, 'my-data/mail');
    // A scanner looks, and nothing changes (T1).
    const browser = sampark.browser();
    expect((await browser.get(confirm!)).text).toContain(after);
    expect(await points()).toHaveLength(1);
    expect((await browser.post(confirm!)).status).toBe(303);
    expect(await points()).toEqual([
      { value: before, alive: false },
      { value: after, alive: true },
    ]);
    expect((await anonymous().get(link)).status).toBe(404);
    expect((await anonymous().post(confirm!)).status).toBe(404);
    expect(await linkOf(after)).toMatch(/^\/my-data\/d\./);
  });

  it('lets a stranger whose address was typed refuse it, without stopping the person; a stopped address gets no letter', async () => {
    const [address, strangers] = [mail(), mail('stranger')];
    const person = await aSympathiser(sampark, { in: 'agra', emails: [address], language: 'en' });
    const link = await linkOf(address);
    await anonymous().post(`${link}/mail`, { email: strangers });
    await sampark.drain();
    const [letter] = await mailsTo(strangers);
    expect(letter!.text).not.toMatch(/\/stop\/w\.|\/unsubscribe\//);
    const [confirm] = linksIn(letter!, 'my-data/mail');
    expect((await sampark.browser().post(confirm!, { what: 'not_me' })).status).toBe(303);
    expect((await anonymous().get(confirm!)).status).toBe(404);
    const system = await sampark.system();
    expect(await sampark.get(ConsentService).barrier(system, person.id, 'contact', 'email')).toBeNull();
    await anonymous().post(`${link}/mail`, { email: strangers });
    await sampark.drain();
    expect(await mailsTo(strangers)).toHaveLength(1);
  });

  it('lets them choose channels, each by itself, with the notice they were told', async () => {
    const [address, number] = [mail(), phone()];
    const person = await aSympathiser(sampark, { in: 'agra', emails: [address], phones: [number], language: 'en' });
    const link = await linkOf(address);
    expect((await sampark.browser().get(`${link}/channels`)).text).toContain('Invitations to meet-ups nearby');
    const chosen = await anonymous().post(`${link}/channels`, {
      contact: ['email'],
      invitations: ['email'],
      photos: ['email'],
    });
    expect(chosen.status).toBe(200);
    const system = await sampark.system();
    const barrier = (purpose: string, channel: string) =>
      sampark.get(ConsentService).barrier(system, person.id, purpose, channel);
    expect([
      await barrier('contact', 'phone'),
      await barrier('contact', 'email'),
      await barrier('photos', 'email'),
    ]).toEqual(['withdrawn', null, null]);
    const [entry] = await sampark.sql(
      `SELECT state, how, notice, language FROM consents WHERE person_id = $1 AND purpose = 'photos' AND channel = 'email'`,
      [person.id],
    );
    expect(entry).toEqual({ state: 'given', how: 'link', notice: 'register-1', language: 'hi' });
    // What was never said, and isn't ticked, stays unsaid.
    expect(
      await sampark.sql(`SELECT 1 FROM consents WHERE person_id = $1 AND purpose = 'photos' AND channel = 'phone'`, [
        person.id,
      ]),
    ).toEqual([]);
  });

  it('lets them pause for some months, and go on', async () => {
    const address = mail();
    const person = await aSympathiser(sampark, { in: 'agra', emails: [address] });
    const link = await linkOf(address);
    for (const months of [1, 3, 6]) {
      expect((await anonymous().post(`${link}/pause`, { months })).status).toBe(200);
      const [row] = await sampark.sql<{ months: number }>(
        `SELECT round((contact_not_before - current_date) / 30.4)::int AS months FROM people WHERE id = $1`,
        [person.id],
      );
      expect(row!.months).toBe(months);
    }
    expect((await sampark.as(convenor).get(`/sympathisers/${person.id}`)).body.pausedUntil).not.toBeNull();
    await anonymous().post(`${link}/pause`, { months: 0 });
    expect((await anonymous().get(link)).body.pausedUntil).toBeNull();
  });

  it('is left in one step, and come back to by their own word alone', async () => {
    const address = mail();
    const person = await aSympathiser(sampark, { in: 'agra', emails: [address], assignedTo: member.id });
    const link = await linkOf(address);
    expect((await anonymous().post(`${link}/withdraw`)).status).toBe(200);
    expect((await anonymous().get(link)).body.stopped).toBe(true);
    const system = await sampark.system();
    expect(await sampark.get(ConsentService).barrier(system, person.id, 'invitations', 'email')).toBe('suppressed');
    expect((await anonymous().post(`${link}/channels`, { contact: ['email'] })).status).toBe(409);
    expect((await anonymous().post(`${link}/contact-again`)).status).toBe(200);
    expect((await anonymous().post(`${link}/contact-again`)).status).toBe(409);
    expect(await sampark.get(ConsentService).barrier(system, person.id, 'invitations', 'email')).toBeNull();
    expect(await actionsBy(person.id)).toEqual(
      expect.arrayContaining(['sympathiser.stopped', 'sympathiser.stop_undone']),
    );
  });

  it('is asked to be deleted in two steps, and everything stops at once; a complaint reaches somebody', async () => {
    const address = mail();
    const person = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Leaving Person',
      emails: [address],
      language: 'en',
    });
    const link = await linkOf(address);
    expect(
      (await anonymous().post(`${link}/ask`, { kind: 'grievance', words: 'You called me at night.' })).status,
    ).toBe(200);
    const browser = sampark.browser();
    expect((await browser.get(`${link}/erase`)).text).toContain('Yes, erase everything');
    expect((await browser.post(`${link}/erase`)).status).toBe(303);
    const system = await sampark.system();
    expect(await sampark.get(ConsentService).barrier(system, person.id, 'contact', 'email')).not.toBeNull();
    expect(
      await sampark.sql('SELECT kind, came_how, details FROM privacy_requests WHERE person_id = $1', [person.id]),
    ).toEqual([{ kind: 'grievance', came_how: 'own_data', details: 'You called me at night.' }]);
    await sampark.drain();
    expect(await sampark.sql('SELECT 1 FROM people WHERE id = $1', [person.id])).toEqual([]);
    expect((await anonymous().get(link)).status).toBe(404);
    expect(await sampark.sql('SELECT 1 FROM own_data_links WHERE person_id = $1', [person.id])).toEqual([]);
  });
});

describe('a link', () => {
  it('opens one person’s data in the database, too: as the link’s role, every other row is out of sight', async () => {
    const address = mail();
    const person = await aSympathiser(sampark, { in: 'agra', emails: [address], assignedTo: member.id });
    const other = await aSympathiser(sampark, { in: 'agra', emails: [mail()], assignedTo: member.id });
    const { id } = await anEvent(sampark, { in: 'agra' });
    for (const one of [person, other]) {
      await anInvitation(sampark, id, one.id);
      await sampark.as(member).post('/attempts', { person_id: one.id, channel: 'email', disposition: 'reached' });
      await sampark.as(member).post(`/sympathisers/${one.id}/notes`, { text: 'A note' });
    }
    const link = await linkOf(address);
    const holder = (await sampark.get(OwnLinks).holderOfData(link.split('/').at(-1)!))!;
    const tables = await sampark.sql<{ name: string; key: string }>(
      `SELECT c.relname AS name, a.attname AS key FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND (a.attname = 'person_id' OR (c.relname = 'people' AND a.attname = 'id'))
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND has_table_privilege('sampark_link', c.oid, 'SELECT')`,
    );
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'people',
        'contact_points',
        'consents',
        'attempts',
        'person_notes',
        'stops',
        'own_data_links',
        'mails',
      ]),
    );
    const work = sampark.get(UnitOfWork);
    let seen = 0;
    for (const { name, key } of tables) {
      const rows = await work.run(holder, (tx) => tx.query<{ id: string }>(`SELECT ${key} AS id FROM ${name}`));
      expect([name, rows.filter((row) => row.id !== person.id)]).toEqual([name, []]);
      seen += rows.length;
    }
    expect(seen).toBeGreaterThan(8);
    for (const call of ['own_contacts', 'own_events', 'own_uses', 'own_team'])
      expect([call, await work.run(holder, (tx) => tx.query(`SELECT * FROM gate.${call}($1)`, [other.id]))]).toEqual([
        call,
        [],
      ]);
    // Of another purpose it sees what an answer needs, and no notes, attempts or meet-ups besides.
    for (const purpose of ['why', 'way_out', 'unsubscribe', 'rsvp'])
      for (const table of [
        'person_notes',
        'attempts',
        'stops',
        'own_data_links',
        'person_suggestions',
        'mails',
        'assignments',
      ]) {
        const rows = await work.run({ ...holder, purpose } as never, (tx) => tx.query(`SELECT 1 FROM ${table}`));
        expect([purpose, table, rows]).toEqual([purpose, table, []]);
      }
    const changed = await work.run({ ...holder, purpose: 'why' } as never, (tx) =>
      tx.execute(`UPDATE people SET pin = '282009' WHERE id = $1`, [person.id]),
    );
    expect(changed).toBe(0);
    expect(
      await work.run(holder, (tx) => tx.execute(`UPDATE people SET pin = '282009' WHERE id = $1`, [other.id])),
    ).toBe(0);
  });

  it('fits one purpose, ends after its days, and is retired by a merge and by erasing', async () => {
    const address = mail();
    const person = await aSympathiser(sampark, { in: 'agra', emails: [address] });
    const link = await linkOf(address);
    const token = link.split('/').at(-1)!;
    for (const place of ['/stop/', '/my-data/why/', '/my-data/mail/', '/unsubscribe/', '/rsvp/'])
      expect([place, (await anonymous().get(place + token)).status]).toEqual([place, 404]);
    for (const act of ['correct', 'withdraw', 'pause', 'erase', 'channels', 'ask', 'mail', 'phone', 'contact-again'])
      expect((await anonymous().post(`${link.slice(0, -2)}xx/${act}`, {})).status).toBeGreaterThanOrEqual(404);
    await sampark.sql(`UPDATE own_data_links SET expires_at = now() WHERE person_id = $1`, [person.id]);
    expect((await anonymous().get(link)).status).toBe(404);
    const page = await sampark.browser().get(link);
    expect([page.status, page.text.includes('Ask for a link')]).toEqual([404, true]);

    const [winner, loser] = [mail(), mail()];
    const two = [
      await aSympathiser(sampark, { in: 'agra', emails: [winner] }),
      await aSympathiser(sampark, { in: 'agra', emails: [loser] }),
    ];
    const links = [await linkOf(winner), await linkOf(loser)];
    for (const one of links) expect((await anonymous().get(one)).status).toBe(200);
    expect((await sampark.as(convenor).post(`/sympathisers/${two[0]!.id}/merges`, { other: two[1]!.id })).status).toBe(
      201,
    );
    for (const one of links) expect((await anonymous().get(one)).status).toBe(404);
    // The way out works from any letter, for whoever they are now.
    const wayOut = new URL(sampark.get(OwnLinks).wayOut(two[1]!.id)).pathname;
    expect((await anonymous().get(wayOut)).status).toBe(200);
    const again = await linkOf(winner);
    await sampark.sql('UPDATE people SET erased_at = now() WHERE id = $1', [two[0]!.id]);
    expect((await anonymous().get(again)).status).toBe(404);
    expect((await anonymous().get(wayOut)).status).toBe(404);
  });

  it('that passes through a member’s phone stops and withdraws, and shows nothing', async () => {
    const address = mail();
    const person = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Asha Devi',
      emails: [address],
      assignedTo: member.id,
    });
    const page = await sampark.browser(member).get(`/sympathisers/${person.id}/way-out`);
    expect(page.text).toContain('<svg');
    const { link } = (await sampark.as(member).get(`/sympathisers/${person.id}/way-out`)).body as { link: string };
    expect(link).toMatch(/^https:\/\/sampark\.example\.org\/stop\/w\./);
    const colleague = await aUser(sampark, { role: 'team_member', in: 'agra' });
    expect((await sampark.as(colleague).get(`/sympathisers/${person.id}/way-out`)).status).toBe(404);
    const path = new URL(link).pathname;
    const browser = sampark.browser();
    const shown = await browser.get(path);
    expect(shown.text).toContain('A… D…');
    for (const secret of ['Asha', address, 'Secret Member']) expect(shown.text).not.toContain(secret);
    const token = path.split('/').at(-1)!;
    expect((await anonymous().get(`/my-data/${token}`)).status).toBe(404);
    expect((await browser.post(path, { what: 'invitations' })).status).toBe(303);
    const system = await sampark.system();
    const barrier = (purpose: string) => sampark.get(ConsentService).barrier(system, person.id, purpose, 'email');
    expect([await barrier('invitations'), await barrier('contact')]).toEqual(['withdrawn', null]);
    expect((await browser.post(path, { what: 'everything' })).status).toBe(303);
    expect(await barrier('contact')).toBe('suppressed');
  });
});
