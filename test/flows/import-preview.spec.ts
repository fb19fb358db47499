import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../../src/platform/database/id.js';
import { ImportComparer } from '../../src/sympathisers/import/import-comparer.service.js';
import { ImportsQueries } from '../../src/sympathisers/import/imports.queries.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { DECLARED, anImport, anUpload, outcome, shown } from '../factories/imports.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import type { Cells } from '../fixtures/intake-sheet.js';
import { ADryRunInFull1764000000038 } from '../../migrations/1764000000038-a-dry-run-in-full.js';
import { asSuperuser } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let admin: AUser;
let made = 6_400_000_000;
const phone = () => String(++made);
const E164 = (national: string) => `+91${national}`;
const words = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const page = async (path: string) => words((await sampark.browser(admin).get(`${path}?lang=en`)).text);
const say = async (id: string, body: object) => {
  expect((await sampark.as(admin).post(`/imports/${id}/confirmation`, body)).status).toBe(202);
  await sampark.drain();
  return shown(sampark, admin, id);
};

beforeAll(async () => {
  sampark = await aSampark();
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
});
afterAll(() => sampark.close());

describe('refusals, which nobody takes back,', () => {
  it('are told with their number before they take effect, and can be confirmed where a file holds nothing else', async () => {
    const [p, q, h] = [phone(), phone(), `no_${phone()}`];
    await aSympathiser(sampark, { in: 'agra', name: 'Asha Verma', phones: [E164(p)] });
    const rows = [
      { name: 'Asha Verma', phone: p, platform: 'X', handle: h, consent: 'no' },
      { name: 'Somebody', phone: q, consent: 'no' },
    ];
    const { id, counts } = await anUpload(sampark, admin, rows);
    expect(counts.refusing).toEqual({ rows: 2, values: 3, people: 1 });
    const preview = await page(`/imports/${id}`);
    expect(preview).toContain('2 rows say no. When you go ahead, their 3 phones, mails and handles go on the stop list, and 1 person'); // prettier-ignore
    expect(preview).toContain('This stays, even if you take the import back later.');
    expect(preview).toContain('Put them on the stop list');
    expect(preview).not.toContain('There is nothing to import');
    expect(preview).not.toContain('Did they agree?');
    const done = await say(id, {});
    // Compared anew after the refusals took effect: what they did is still told.
    expect(done.counts.refusing).toEqual({ rows: 2, values: 3, people: 1 });
    expect(await page(`/imports/${id}`)).toContain('and 1 person whom we had was stopped');
    expect(await page(`/imports/${id}/undo`)).toContain('2 rows of this file said no.');
    const again = await anUpload(sampark, admin, rows);
    expect(again.counts.refusing).toEqual({ rows: 2, values: 3, people: 0 });
  });

  it('are told at the button of a file that brings people as well, and of no file without any', async () => {
    const { id } = await anUpload(sampark, admin, [{ name: 'Asha', phone: phone() }, { name: 'No', phone: phone(), consent: 'no' }]); // prettier-ignore
    expect(await page(`/imports/${id}`)).toMatch(/1 row says no\. .*Import 1 row/);
    const none = await anUpload(sampark, admin, [{ name: 'Asha', phone: phone() }, { name: '' }]);
    expect(none.counts.refusing).toEqual({ rows: 0, values: 0, people: 0 });
    expect(await page(`/imports/${none.id}`)).not.toContain('When you go ahead');
    const empty = await anUpload(sampark, admin, [{ name: '' }]);
    expect(await page(`/imports/${empty.id}`)).toContain('There is nothing to import');
  });
});

describe('a yes', () => {
  const known = async () => {
    const p = phone();
    await aSympathiser(sampark, { in: 'agra', name: 'Asha', phones: [E164(p)], consent: false });
    return { name: 'Asha', phone: p };
  };

  it('is asked for only where rows have one that would be written down', async () => {
    const rows = await Promise.all([known(), known()]);
    const silent = await anUpload(sampark, admin, rows.map((row) => ({ ...row, consent: '', language: 'hi' }))); // prettier-ignore
    expect([outcome(silent), silent.counts.agreeing, silent.counts.noConsent]).toEqual([[0, 2, 0, 0], 0, 0]);
    expect(await page(`/imports/${silent.id}`)).not.toContain('Did they agree?');
    const saying = await anUpload(sampark, admin, [...rows, { name: 'Sita', phone: phone(), consent: '' }]);
    expect([saying.counts.agreeing, saying.counts.noConsent]).toEqual([2, 1]);
    expect(await page(`/imports/${saying.id}`)).toContain('2 rows say yes.');
    expect(outcome(await say(saying.id, DECLARED))).toEqual([1, 2, 0, 0]);
    const again = await anUpload(sampark, admin, rows);
    expect([outcome(again), again.counts.agreeing]).toEqual([[0, 0, 2, 0], 0]);
  });

  it('that a later row of a new person says is theirs', async () => {
    const p = phone();
    const { counts } = await anUpload(sampark, admin, [
      { name: 'Gita', phone: p, consent: '' },
      { name: 'Gita', phone: p },
      { name: 'Rita', phone: phone(), consent: '' },
    ]);
    expect([counts.agreeing, counts.noConsent]).toEqual([1, 1]);
  });

  it('for which nobody answers changes nobody: what came of the file says so, and leaves nothing to take back', async () => {
    const rows = [await known(), { ...(await known()), language: 'hi' }, { ...(await known()), remarks: 'by post' }];
    const p = phone();
    const fresh = [{ name: 'Sita', phone: p, consent: '' }, { name: 'Sita', phone: p }, { name: 'Gita', phone: phone() }]; // prettier-ignore
    const preview = await anUpload(sampark, admin, [...rows, ...fresh]);
    expect([outcome(preview), preview.counts.noConsent]).toEqual([[2, 4, 0, 0], 0]);
    const done = await say(preview.id, { agreed: 'no' });
    expect([outcome(done), done.counts.noConsent]).toEqual([[2, 1, 3, 0], 2]);
    expect(done.counts.fields).toEqual([{ field: 'language', rows: 1 }]);
    const touched = await sampark.sql(
      `SELECT c.value FROM import_changes i JOIN contact_points c ON c.person_id = i.person_id WHERE i.batch_id = $1 ORDER BY 1`,
      [preview.id],
    );
    expect(touched).toEqual([{ value: E164(rows[1]!.phone) }, { value: E164(rows[2]!.phone) }]);
    expect(await sampark.sql('SELECT FROM consents WHERE batch_id = $1', [preview.id])).toEqual([]);
    const again = await anUpload(sampark, admin, [...rows, ...fresh]);
    expect(outcome(await say(again.id, { agreed: 'no' }))).toEqual([0, 0, 6, 0]);
  });
});

describe('the counts by territory', () => {
  it('have what is new, changed, the same, suggested, stopped and not usable, where the row belongs', async () => {
    const [p, q, s] = [phone(), phone(), phone()];
    await aSympathiser(sampark, { in: 'agra', name: 'Asha', phones: [E164(p)], consent: false });
    await aSympathiser(sampark, { in: 'agra', name: 'Sita', phones: [E164(q)], consent: false });
    await anImport(sampark, admin, [{ name: 'No', phone: s, consent: 'no' }]);
    const { id, counts } = await anUpload(
      sampark,
      admin,
      [
        { name: 'Asha', phone: p, consent: '', language: 'hi' },
        { name: 'Sita', phone: q, consent: '' },
        { name: 'Somebody of the family', phone: p, district: 'Agra' },
        { name: 'Stopped', phone: s, district: 'Agra' },
        { name: '', phone: phone(), district: 'Agra' },
        { name: 'Elsewhere', phone: phone(), district: 'Mathura' },
        { name: 'Refuser', phone: phone(), district: 'Agra', consent: 'no' },
      ],
      { territory: 'agra' },
    );
    const agra = { code: 'agra', people: 1, changed: 1, same: 1, similar: 1, suppressed: 1, rejected: 2 };
    const none = { code: null, people: 0, changed: 0, same: 0, similar: 0, suppressed: 0, rejected: 2 };
    expect(counts.territories).toMatchObject([agra, none]);
    const text = await page(`/imports/${id}`);
    expect(text).toContain('May be somebody we have');
    expect(text).toContain('No place told, or one elsewhere');
  });

  it('are listed to the last territory, by pages, and go with what was read', async () => {
    const names = await sampark.sql<{ name: string }>(
      `SELECT t.name_en AS name FROM territories t WHERE t.level = 'district' ORDER BY t.code LIMIT 30`,
    );
    const rows: Cells[] = names.map(({ name }) => ({ name: 'Asha', phone: phone(), district: name }));
    const { id, counts } = await anUpload(sampark, admin, rows);
    const all = counts.inTerritories;
    expect(all).toBeGreaterThan(20);
    expect(counts.territories).toHaveLength(12);
    expect(await page(`/imports/${id}`)).toContain(`See all ${all} territories`);
    const first = (await sampark.as(admin).get(`/imports/${id}/territories?limit=20`)).body;
    const rest = (await sampark.as(admin).get(`/imports/${id}/territories?limit=20&cursor=${first.next}`)).body;
    const listed = [...first.items, ...rest.items] as { code: string; people: number }[];
    expect([listed.length, new Set(listed.map(({ code }) => code)).size, rest.next]).toEqual([all, all, null]);
    expect(listed.reduce((sum, { people }) => sum + people, 0)).toBe(rows.length);
    const { text } = await sampark.browser(admin).get(`/imports/${id}/territories?lang=en&limit=20`);
    expect(words(text)).toContain('What will come of it');
    expect(text).toContain('rel="next"');
    const stranger = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    expect((await sampark.as(stranger).get(`/imports/${id}/territories`)).status).toBe(404);
    await sampark.as(admin).post(`/imports/${id}/cancellation`);
    expect((await sampark.as(admin).get(`/imports/${id}/territories`)).body.items).toEqual([]);
  });
});

describe('rows with a part left out', () => {
  it('can be fetched with what is wrong until somebody says yes', async () => {
    const batch = await anUpload(
      sampark,
      admin,
      [
        { name: 'Asha', phone: phone() },
        { name: 'Sita', phone: phone(), email: 'x@@y', language: 'Klingon', remarks: '=1+1' },
        { name: 'Refuser', phone: phone(), language: 'Klingon', consent: 'no' },
        { name: '', phone: phone(), language: 'Klingon' },
      ],
      { name: 'stall.csv' },
    );
    const path = `/imports/${batch.id}/warned.csv`;
    expect((await sampark.browser(admin).get(`/imports/${batch.id}`)).text).toContain(path);
    const { text, headers } = await sampark.browser(admin).get(`${path}?lang=en`);
    expect(headers['content-disposition']).toContain(encodeURIComponent('stall - with a part left out.csv'));
    const [head, row, ...rest] = text.slice(1).split('\r\n');
    expect(head).toMatch(/^Full name,Mobile,.*,Remarks,Row,What is wrong$/);
    expect(row).toMatch(/^Sita,\d{10},x@@y,.*,'=1\+1,3,"?Mail not readable, left out; Language not known, left out"?$/);
    expect(rest).toEqual(['']);
    const trail = await sampark.sql<{ shown: unknown }>(
      `SELECT FROM audit_entries WHERE action = 'import.warned_fetched' AND subject_id = $1`,
      [batch.id],
    );
    expect(trail).toHaveLength(1);
    await say(batch.id, DECLARED);
    expect((await sampark.browser(admin).get(`/imports/${batch.id}`)).text).not.toContain(path);
    expect((await sampark.as(admin).get(path)).status).toBe(409);
  });
});

describe('an import on its way', () => {
  it('can be stopped from its page while it is compared, too', async () => {
    const { id } = await anUpload(sampark, admin, [{ name: 'Asha', phone: phone() }, { name: '' }]);
    await sampark.as(admin).post(`/imports/${id}/confirmation`, DECLARED);
    await sampark.sql(`UPDATE import_batches SET phase = 'matching' WHERE id = $1`, [id]);
    const { text } = await sampark.browser(admin).get(`/imports/${id}?lang=en`);
    expect(words(text)).toContain('Comparing with the register');
    expect(text).toContain(`/imports/${id}/stop`);
    expect((await sampark.as(admin).post(`/imports/${id}/stop`)).status).toBe(202);
    await sampark.drain();
    // The file of rows that can't be used has those that the page counts, and none of those left out.
    const stopped = await shown(sampark, admin, id);
    const { items } = (await sampark.as(admin).get(`/imports/${id}/rejects`)).body;
    expect([stopped.state, outcome(stopped), items]).toEqual(['done', [0, 0, 0, 0], []]);
  });

  it('is as fast as it has been since it went on, whatever was in before', async () => {
    const { id } = await anUpload(
      sampark,
      admin,
      [1, 2, 3].map((n) => ({ name: `Asha ${n}`, phone: phone() })),
    );
    await sampark.as(admin).post(`/imports/${id}/confirmation`, DECLARED);
    await sampark.sql('UPDATE import_batches SET merged_to = 3 WHERE id = $1', [id]);
    await sampark.get(ImportComparer).anew(await sampark.system(), id);
    const [now] = await sampark.sql('SELECT phase, done::int, phase_from::int AS from FROM import_batches WHERE id = $1', [id]); // prettier-ignore
    expect(now).toEqual({ phase: 'merging', done: 2, from: 2 });
    await sampark.sql(
      `UPDATE import_batches SET done = 901000, phase_from = 900000, total = 1000000, phase_at = touched_at - interval '10 seconds' WHERE id = $1`,
      [id],
    );
    const { progress } = await sampark.get(UnitOfWork).run(await sampark.system(), (tx) => sampark.get(ImportsQueries).show(tx, id, 'en')); // prettier-ignore
    expect(progress).toMatchObject({ rate: 100, secondsLeft: 990 });
  });
});

it('announces an upload once, however often and by whomever its id is used', async () => {
  const [agra, mathura] = await Promise.all(
    ['agra', 'mathura'].map((place) => aUser(sampark, { role: 'district_convenor', in: place })),
  );
  const id = uuidv7();
  const announced = (by: AUser, territory: string) => sampark.as(by).post('/imports/uploads', { id, territory, source: 's', name: 'x.csv', size: 10 }); // prettier-ignore
  const twice = await Promise.all([announced(agra!, 'agra'), announced(agra!, 'agra')]);
  expect(twice.map(({ status, body }) => [status, body.offset])).toEqual([[200, 0], [200, 0]]); // prettier-ignore
  expect((await announced(mathura!, 'mathura')).status).toBe(404);
});

it('asks for the number wherever the page shows that so many go', async () => {
  const people = Array.from({ length: 1_001 }, (_, n) => ({ name: `Asha ${n}`, phone: phone() }));
  await anImport(sampark, admin, people);
  const batch = await anImport(sampark, admin, people.map((one) => ({ ...one, remarks: 'met at the fair' }))); // prettier-ignore
  expect(outcome(batch)).toEqual([0, 0, 1_001, 0]);
  expect(await page(`/imports/${batch.id}/undo`)).toContain('Type the number to go on: 1,001');
  expect((await sampark.as(admin).post(`/imports/${batch.id}/undo`)).status).toBe(422);
  expect((await sampark.as(admin).post(`/imports/${batch.id}/undo`, { count: 1_001 })).status).toBe(202);
  await sampark.drain();
});

it('from before these counts keeps those it has, and one that waits for a yes is read anew', async () => {
  const done = await anImport(sampark, admin, [{ name: 'Asha', phone: phone(), district: 'Agra' }]);
  const waiting = await anUpload(sampark, admin, [{ name: 'Asha', phone: phone() }]);
  const [agra] = await sampark.sql<{ id: string }>(`SELECT id FROM territories WHERE code = 'agra'`);
  const upgraded = await asSuperuser(sampark.database, async (client) => {
    const [owner] = (await client.query<{ name: string }>(`SELECT tableowner AS name FROM pg_tables WHERE tablename = 'import_batches'`)).rows; // prettier-ignore
    await client.query(`BEGIN; DROP TABLE import_territories; ALTER TABLE import_batches DROP phase_from;
      ALTER TABLE staging.import_outcomes DROP says_yes CASCADE;
      UPDATE import_batches SET counts = '{"similar": 1, "territories": [{"id": "${agra!.id}", "people": 3, "changed": 2, "same": 1}]}' WHERE id = '${done.id}';
      SET LOCAL ROLE ${owner!.name}`);
    const runner = { query: (text: string) => client.query(text) };
    await new ADryRunInFull1764000000038().up(runner as never);
    const one = async (text: string) => (await client.query<Record<string, unknown>>(text)).rows;
    await client.query('RESET ROLE');
    const all = [
      await one(
        `SELECT n, people, changed, same, suggested, rejected FROM import_territories WHERE batch_id = '${done.id}'`,
      ),
      await one(`SELECT counts, state FROM import_batches WHERE id = '${done.id}'`),
      await one(`SELECT counts, state, phase, rows FROM import_batches WHERE id = '${waiting.id}'`),
      await one(`SELECT FROM staging.import_outcomes WHERE batch_id = '${waiting.id}'`),
    ];
    await client.query('ROLLBACK');
    return all;
  });
  expect(upgraded).toEqual([
    [{ n: 1, people: 3, changed: 2, same: 1, suggested: null, rejected: null }],
    [{ counts: { similar: 1 }, state: 'done' }],
    [{ counts: {}, state: 'reading', phase: 'reading', rows: 0 }],
    [],
  ]);
});
