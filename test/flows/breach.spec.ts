import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { ENTRIES_OF_A_BREACH } from '../../migrations/1764000000027-data-protection.js';
import { SessionsService } from '../../src/access/sessions.service.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { BreachesService } from '../../src/privacy/breach/breaches.service.js';
import { aNotice } from '../factories/audit.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let officer: AUser;
let state: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  officer = await aUser(sampark, { role: 'data_protection_officer', in: 'agra', name: 'Farah Naqvi' });
  state = await aUser(sampark, { role: 'state_admin', in: 'up', language: 'hi' });
});
afterAll(() => sampark?.close());

/** So that the clock on the wall is the one that forms are written by. */
const wall = (at: Date) => new Date(at.getTime() + 5.5 * 3_600_000).toISOString().slice(0, 16);
const HOUR = 3_600_000;
const now = () => new Date();
const span = () => ({
  aware: wall(now()),
  from: wall(new Date(Date.now() - 2 * HOUR)),
  to: wall(new Date(Date.now() + HOUR)),
});

const people = async (n: number, code: string, language: string): Promise<string[]> => {
  const ids: string[] = [];
  for (let i = 0; i < n; i++)
    ids.push((await aSympathiser(sampark, { in: code, language, name: `${language} ${i}` })).id);
  return ids;
};

async function openedCase(as: AUser, more: object): Promise<string> {
  const answer = await sampark.as(as).post('/breaches', { title: 'Lost phone of the office', ...span(), ...more });
  expect({ status: answer.status, errors: answer.body.errors }).toEqual({ status: 201, errors: undefined });
  await sampark.drain();
  return answer.body.id as string;
}
const affected = async (id: string) =>
  (await sampark.sql<{ whom: string }>('SELECT whom FROM breach_people WHERE breach_id = $1', [id]))
    .map(({ whom }) => whom)
    .sort();

/** Looks at each of them by their own page, as somebody would. */
async function reads(reader: AUser, ids: string[]): Promise<void> {
  for (const id of ids) expect((await sampark.as(reader).get(`/sympathisers/${id}`)).status).toBe(200);
}

async function exportsAll(as: AUser, language: string, fetch: boolean): Promise<string> {
  const { count } = (await sampark.as(as).get(`/exports/new?languages=${language}`)).body;
  const wanted = { languages: [language], format: 'csv', columns: ['name'], reason: 'Name cards for a meet-up', count };
  const { id } = (await sampark.as(as).post('/exports', wanted)).body as { id: string };
  await sampark.drain();
  if (fetch) expect((await sampark.as(as).get(`/exports/${id}/file`)).status).toBe(200);
  return id;
}

describe('who was affected', () => {
  it('is everybody an account was shown and took out within the span, and nobody else', async () => {
    const [thief, other] = [await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Theft Account' }), await aUser(sampark, { role: 'district_convenor', in: 'agra' })]; // prettier-ignore
    const read = await people(30, 'agra', 'ta');
    const taken = await people(20, 'agra', 'te');
    const before = await people(3, 'agra', 'kn');
    const others = await people(7, 'agra', 'ml');
    await reads(thief, before);
    await sampark.sql(`UPDATE audit_entries SET at = at - interval '3 hours' WHERE user_id = $1`, [thief.id]);
    await reads(thief, read);
    await exportsAll(thief, 'te', true);
    await exportsAll(thief, 'ml', false); // written, and fetched by nobody
    await reads(other, others);

    const id = await openedCase(officer, { who: 'Theft Account' });
    expect(await affected(id)).toEqual([...read, ...taken].sort());
    const page = (await sampark.as(officer).get(`/breaches/${id}`)).body;
    expect(page).toMatchObject({ people: 50, erased: 0, changed: 0 });
    expect(page.kinds).toContainEqual({ kind: 'name', people: 50 });
    expect(page.kinds).toContainEqual({ kind: 'contact', people: 50 });

    // Entries sealed since are the same entries; what is changed of somebody counts as well.
    await sampark.sql(`SELECT 1`);
    expect((await sampark.as(thief).post(`/sympathisers/${read[0]}/notes`, { text: 'Prefers evenings' })).status).toBe(
      201,
    );
    const { SealingService } = await import('../../src/audit/sealing.service.js');
    await sampark.get(SealingService).seal(await sampark.system());
    expect((await sampark.as(officer).post(`/breaches/${id}/count`)).status).toBe(200);
    await sampark.drain();
    expect(await affected(id)).toEqual([...read, ...taken].sort());
    expect((await sampark.as(officer).get(`/breaches/${id}`)).body).toMatchObject({ people: 50, changed: 1 });
  }, 60_000);

  it('is everybody in a file that is named, whoever fetched it', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const inFile = await people(5, 'agra', 'gu');
    const file = await exportsAll(convenor, 'gu', false);
    const id = await openedCase(officer, { exports: [file] });
    expect(await affected(id)).toEqual(inFile.sort());
    // Its pieces are gone with its end; who fetched it is still in the trail.
    await sampark.as(convenor).get(`/exports/${file}/file`);
    expect((await sampark.as(convenor).post(`/exports/${file}/end`)).status).toBe(200);
    await sampark.as(officer).post(`/breaches/${id}/count`);
    await sampark.drain();
    expect(await affected(id)).toEqual(inFile.sort());
  });

  it('is what was done with one token alone, where a token is named', async () => {
    const owner = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const [withToken, inSession] = [await people(2, 'agra', 'mr'), await people(2, 'agra', 'mr')];
    await reads(owner, withToken);
    for (const id of inSession) expect((await sampark.browser(owner).get(`/sympathisers/${id}`)).status).toBe(200);
    const [token] = await sampark.sql<{ id: string }>('SELECT id FROM api_tokens WHERE user_id = $1', [owner.id]);
    expect(await affected(await openedCase(officer, { tokens: [token!.id] }))).toEqual(withToken.sort());
    expect(await affected(await openedCase(officer, { users: [owner.id] }))).toEqual(
      [...withToken, ...inSession].sort(),
    );
  });

  it('is, by territory, who is at home there, whoever looked from above; nobody beside it', async () => {
    const [agra] = [await people(2, 'agra', 'as')];
    const mathura = await people(2, 'mathura', 'as');
    await reads(state, [...agra, ...mathura]);
    const mine = await affected(await openedCase(officer, { who: state.id }));
    expect(mine).toEqual(expect.arrayContaining(agra));
    expect(mine.filter((id) => mathura.includes(id))).toEqual([]);
    const admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const inMathura = await affected(await openedCase(admin, { territories: 'mathura' }));
    expect(inMathura.sort()).toEqual(mathura.sort());
    const both = await affected(await openedCase(admin, { who: state.id, territories: 'mathura' }));
    expect(both.sort()).toEqual(mathura.sort());
  });

  it('counts whom the register has erased since, and names them nowhere', async () => {
    const reader = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const [gone, stays] = [await aSympathiser(sampark, { in: 'agra', name: 'Gone Person' }), await aSympathiser(sampark, { in: 'agra', name: 'Stays Person' })]; // prettier-ignore
    await reads(reader, [gone.id, stays.id]);
    // Whose very row is gone: only the trail still has an id.
    await sampark.get(UnitOfWork).run((await sampark.get(SessionsService).findToken(reader.token))!, async (tx) => tx.shown('sympathiser.list', [uuidv7()])); // prettier-ignore
    await sampark.sql('UPDATE people SET erased_at = now() WHERE id = $1', [gone.id]);
    const id = await openedCase(officer, { users: [reader.id] });
    expect((await sampark.as(officer).get(`/breaches/${id}`)).body).toMatchObject({ people: 3, erased: 2 });
    const list = await sampark.as(officer).post(`/breaches/${id}/list`, { reason: 'To tell them of the breach' });
    expect(list.text).toContain('Stays Person');
    expect(list.text).not.toContain('Gone Person');
    expect(list.text).not.toContain(gone.id);
  });

  it('counts two records that are one person by now once', async () => {
    const reader = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const [one, two] = [await aSympathiser(sampark, { in: 'agra' }), await aSympathiser(sampark, { in: 'agra' })];
    await reads(reader, [one.id, two.id]);
    await sampark.sql(`UPDATE people SET merged_into = $1, path = '' WHERE id = $2`, [one.id, two.id]);
    expect(await affected(await openedCase(officer, { users: [reader.id] }))).toEqual([one.id]);
  });

  it('reads the trail by its indexes, and no month from end to end', async () => {
    await sampark.sql(
      `INSERT INTO audit_entries (at, id, actor_kind, user_id, path, scope, action, shown, people)
       SELECT now() - n * interval '1 second', gen_random_uuid(), 'user', CASE WHEN n % 400 = 0 THEN $1::uuid ELSE gen_random_uuid() END, $2, $2,
              'sympathiser.list', true, ARRAY[gen_random_uuid()] FROM generate_series(1, 40000) n`,
      [officer.id, (await sampark.sql<{ path: string }>(`SELECT path FROM territories WHERE code = 'agra'`))[0]!.path],
    );
    await sampark.sql('ANALYZE audit_entries');
    // Months that nothing was written in yet cost nothing, however they are read.
    const FULL_MONTH = new RegExp(`Seq Scan on audit_entries_${now().toISOString().slice(0, 7).replace('-', '_')}`);
    const plan = async (values: string[]) =>
      (
        await sampark.sql<{ 'QUERY PLAN': string }>(
          `EXPLAIN ${ENTRIES_OF_A_BREACH.replace(/\$(\d)/g, (_, n) => [...values, `'{0001}'::text[]`][Number(n) - 1]!)}`,
        )
      )
        .map((row) => row['QUERY PLAN'])
        .join('\n');
    const from = [`now() - interval '30 days'`, 'now()'];
    const byActor = await plan([...from, `'{${officer.id}}'::uuid[]`, `'{}'::uuid[]`, `'{}'::text[]`, `'{}'::uuid[]`]);
    expect(byActor).toMatch(/Index.* on audit_entries_\d{4}_\d\d/);
    expect(byActor).not.toMatch(FULL_MONTH);
    // Only the months of the span.
    const short = await plan([`'2026-02-03'::timestamptz`, `'2026-02-04'::timestamptz`, `'{${officer.id}}'::uuid[]`, `'{}'::uuid[]`, `'{}'::text[]`, `'{}'::uuid[]`]); // prettier-ignore
    expect(short).not.toMatch(/audit_entries_(?!2026_02|default)\d{4}_\d\d/);
    const byFile = await plan([...from, `'{}'::uuid[]`, `'{}'::uuid[]`, `'{}'::text[]`, `'{${uuidv7()}}'::uuid[]`]);
    expect(byFile).not.toMatch(FULL_MONTH);
    const elsewhere = await plan([...from, `'{}'::uuid[]`, `'{}'::uuid[]`, `'{0001000f0001}'::text[]`, `'{}'::uuid[]`]);
    expect(elsewhere).not.toMatch(FULL_MONTH);
    await sampark.sql(`DELETE FROM audit_entries WHERE action = 'sympathiser.list' AND actor_kind = 'user' AND id::text LIKE '________-____-4%'`); // prettier-ignore
  });
});

describe('the list of those affected', () => {
  it('goes out for a reason, with everybody on it in the trail, and runs nothing in a spreadsheet', async () => {
    const reader = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const evil = await aSympathiser(sampark, { in: 'agra', name: '=HYPERLINK("x")', phones: ['+919811100001'], emails: ['e@b.example'] }); // prettier-ignore
    await reads(reader, [evil.id]);
    const id = await openedCase(officer, { users: [reader.id] });
    const ask = (reason?: string) => sampark.as(officer).post(`/breaches/${id}/list?lang=en`, { reason });
    expect((await ask()).status).toBe(422);
    const answer = await ask('To tell them of the breach');
    expect(answer.status).toBe(200);
    const [row] = parse(answer.text, { bom: true, columns: true }) as Record<string, string>[];
    expect(row).toMatchObject({ Name: `'=HYPERLINK("x")`, Phone: `'+919811100001`, 'E-mail': 'e@b.example', 'Seen or changed': 'seen', Times: '1' }); // prettier-ignore
    const trail = await sampark.sql<{ action: string; people: string[]; facts: { reason?: string } | null }>(
      `SELECT action, people, facts FROM audit_entries WHERE user_id = $1 AND action IN ('breach.list_taken', 'breach.list') ORDER BY at DESC, id DESC LIMIT 2`,
      [officer.id],
    );
    expect(trail).toEqual([
      expect.objectContaining({ action: 'breach.list', people: [evil.id] }),
      expect.objectContaining({
        action: 'breach.list_taken',
        facts: { reason: 'To tell them of the breach', people: 1 },
      }),
    ]);
  });
});

describe('a case', () => {
  it('goes step by step, each with who and when, and is closed with a reason', async () => {
    const id = await openedCase(officer, { who: state.id });
    const step = (what: string, note?: string) =>
      sampark.as(officer).post(`/breaches/${id}/steps`, { step: what, note });
    expect((await step('detailed')).status).toBe(409);
    expect((await step('decision')).status).toBe(422);
    expect((await step('decision', 'The account was shut at once.')).status).toBe(200);
    expect((await step('board_told')).status).toBe(200);
    expect((await step('board_told')).status).toBe(409);
    expect((await step('detailed')).status).toBe(200);
    expect((await step('people_told')).status).toBe(200);
    expect((await step('closed')).status).toBe(422);
    expect((await step('closed', 'All were told.')).status).toBe(200);
    expect((await step('decision', 'Too late')).status).toBe(409);
    const { steps, clock } = (await sampark.as(officer).get(`/breaches/${id}`)).body;
    expect(steps.map((one: { step: string }) => one.step)).toEqual(['opened', 'counted', 'decision', 'board_told', 'detailed', 'people_told', 'closed']); // prettier-ignore
    expect(steps[3]).toMatchObject({ by: 'Farah Naqvi' });
    expect(clock.state).toBe('stopped');
  });

  it('has drafts in both languages, with the parts that the law asks for', async () => {
    const id = await openedCase(officer, { who: state.id });
    const words = { nature: 'A phone was lost with a session open.', consequences: 'Calls by strangers.', measures: 'The session was ended.', prevention: 'Phones are locked after a minute.' }; // prettier-ignore
    expect((await sampark.as(officer).post(`/breaches/${id}/words`, words)).status).toBe(200);
    const text = async (draft: string, lang: string) =>
      (await sampark.as(officer).get(`/breaches/${id}/drafts/${draft}/text?lang=${lang}`)).text;
    const board = await text('board', 'en');
    for (const said of ['What happened', words.nature, 'How many people', 'When and where', 'Agra', words.consequences])
      expect(board).toContain(said);
    const details = await text('details', 'en');
    for (const said of [
      'Events, circumstances and reasons',
      words.measures,
      'Findings about who caused it',
      'So that it doesn',
      'They have not been told yet',
    ])
      // prettier-ignore
      expect(details).toContain(said);
    // What nobody has said yet is asked for, at its place.
    expect(details.match(/Still to be written/g)).toHaveLength(1);
    expect(details).toContain('Events, circumstances and reasons\nStill to be written');
    expect(details).toContain(words.prevention);
    expect(board).not.toContain('Phones are locked');
    const told = await text('people', 'hi');
    for (const said of ['क्या हुआ', words.nature, 'आप क्या कर सकते हैं', 'सवाल किससे पूछें']) expect(told).toContain(said);
    // A message to those affected names no account.
    expect(told).not.toContain(state.id);
    expect((await sampark.browser(officer, { lang: 'hi' }).get(`/breaches/${id}/drafts/board`)).text).toContain(
      'नियम 7(2)(a)',
    );
  });

  it('is opened from a notice about bulk reading, with its user and its day', async () => {
    const reader = await aUser(sampark, { role: 'team_member', in: 'agra', name: 'Ravi Reader' });
    const notice = await aNotice(sampark, { in: 'agra', about: reader });
    const browser = sampark.browser(officer);
    expect((await browser.get('/audit/notices')).text).toContain(`/breaches/new?notice=${notice}`);
    const form = await browser.get(`/breaches/new?notice=${notice}`);
    expect(form.text).toContain('Ravi Reader');
    expect(form.text).toContain(reader.id);
    const id = await openedCase(officer, { who: reader.id, notice });
    expect(
      (await sampark.as(officer).post('/breaches', { title: 'Once more', ...span(), who: reader.id, notice })).status,
    ).toBe(409);
    expect((await browser.get('/audit/notices')).text).toContain(`/breaches/${id}`);
  });

  it('is kept by nobody about themselves, and is not seen next door', async () => {
    const own = await sampark.as(officer).post('/breaches', { title: 'About me', ...span(), users: [officer.id] });
    expect(own.status).toBe(422);
    const chief = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const id = await openedCase(officer, { users: [chief.id] });
    expect((await sampark.as(chief).get(`/breaches/${id}`)).status).toBe(404);
    expect((await sampark.as(state).get(`/breaches/${id}`)).status).toBe(200);
    const neighbour = await aUser(sampark, { role: 'data_protection_officer', in: 'mathura' });
    expect((await sampark.as(neighbour).get(`/breaches/${id}`)).status).toBe(404);
    expect((await sampark.as(officer).post('/breaches', { title: 'Nobody', ...span() })).status).toBe(422);
  });

  it('has its officers told when a day is left, and when it is over, once each', async () => {
    const id = await openedCase(officer, { who: 'Theft Account' });
    const watch = async (hours: number) => {
      await sampark.sql(`UPDATE breaches SET closed_at = now() WHERE id <> $1 AND closed_at IS NULL`, [id]);
      const [{ aware_at }] = (await sampark.sql<{ aware_at: Date }>('SELECT aware_at FROM breaches WHERE id = $1', [id])) as [{ aware_at: Date }]; // prettier-ignore
      const letters = await sampark.get(BreachesService).watchClocks(await sampark.system(), new Date(aware_at.getTime() + hours * HOUR)); // prettier-ignore
      await sampark.drain();
      return letters;
    };
    const before = (await sampark.mails()).length;
    expect(await watch(40)).toBe(0);
    expect(await watch(49)).toBeGreaterThanOrEqual(2);
    expect(await watch(50)).toBe(0);
    expect(await watch(73)).toBeGreaterThanOrEqual(2);
    expect(await watch(100)).toBe(0);
    const mails = (await sampark.mails()).slice(before);
    const to = (address: string) => mails.filter((mail) => [mail.to].flat()[0]!.value[0]!.address === address);
    expect(to(officer.email!).map(({ subject }) => subject)).toEqual(['24 hours left: Lost phone of the office', '72 hours are over: Lost phone of the office']); // prettier-ignore
    expect(to(state.email!)[0]!.subject).toContain('24 घंटे बचे');
    expect(to(officer.email!)[0]!.text).toContain(`https://sampark.example.org/breaches/${id}`);
  });
});
