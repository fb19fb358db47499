import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { SealingService } from '../../src/audit/sealing.service.js';
import { VerifyingService } from '../../src/audit/verifying.service.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { CATALOGUE, GOING } from '../../src/privacy/erasure/catalogue.js';
import type { LoggedErasure } from '../../src/platform/erasure-log/erasure-log-file.js';
import { ErasureLog } from '../../src/platform/erasure-log/erasure-log.service.js';
import { ErasureService } from '../../src/privacy/erasure/erasure.service.js';
import { RegisterErasure } from '../../src/privacy/erasure/register-erasure.service.js';
import { TraceErasure } from '../../src/privacy/erasure/trace-erasure.service.js';
import { SignedLinks } from '../../src/platform/security/signed-links.js';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { ImportMerger } from '../../src/sympathisers/import/import-merger.service.js';
import { scopeOf } from '../../src/territories/path.js';
import { sheet } from '../fixtures/intake-sheet.js';
import { anEvent } from '../factories/events.js';
import { anImport, anUpload, shown } from '../factories/imports.js';
import { aNominee } from '../factories/own-data.js';
import { joinsTeam } from '../factories/outreach.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aTeam } from '../factories/teams.js';
import { aUser, type AUser } from '../factories/users.js';
import { asSuperuser } from '../support/database.js';
import { everyTableOf, formsOf, whereFound } from '../support/every-table.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let admin: AUser;
let officer: AUser;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
  officer = await aUser(sampark, { role: 'data_protection_officer', in: 'agra' });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

const done = (answer: { status: number; text: string }) => {
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
};
const eraseAs = (user: AUser, id: string, word = 'erase') =>
  sampark.as(user).post(`/sympathisers/${id}/erasure?lang=en`, { word });
async function erased(user: AUser, id: string) {
  const answer = await eraseAs(user, id);
  expect([answer.status, answer.text]).toEqual([202, expect.any(String)]);
  await sampark.drain();
}
const idOf = async (phone: string) =>
  (await sampark.sql<{ id: string }>('SELECT person_id AS id FROM contact_points WHERE value = $1', [phone]))[0]!.id;

describe('the catalogue of what an erasure does', () => {
  it('names every table and every column of every schema, and nothing that is not there', async () => {
    const rows = await sampark.sql<{ name: string; columns: string }>(
      `SELECT n.nspname || '.' || c.relname AS name, string_agg(a.attname, ' ' ORDER BY a.attname) AS columns
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relispartition
          AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        GROUP BY 1`,
    );
    const there = Object.fromEntries(rows.map(({ name, columns }) => [name, columns.split(' ').sort()]));
    const said = Object.fromEntries(
      Object.entries(CATALOGUE).map(([name, { columns }]) => [name, columns.split(' ').sort()]),
    );
    expect(said).toEqual(there);
    // Partitions have their parents' columns.
    expect(rows.length).toBeGreaterThan(50);
  });

  it('lets go what refers to a person, by every column that does', async () => {
    const refers = await sampark.sql<{ table: string; column: string }>(
      `SELECT c.conrelid::regclass::text AS table, a.attname AS column FROM pg_constraint c
         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.confrelid = 'public.people'::regclass`,
    );
    expect(refers.length).toBeGreaterThan(10);
    const missing = refers.filter(
      ({ table, column }) => !GOING.some((one) => one.table === table && one.by.includes(column)),
    );
    expect(missing).toEqual([]);
    const closed = [];
    for (const { table } of GOING) {
      const [row] = await sampark.sql<{ ok: boolean }>(
        `SELECT has_table_privilege('sampark_gate', 'public.' || $1, 'DELETE') AND EXISTS (
                  SELECT FROM pg_policies WHERE tablename = $1 AND policyname = 'erased_through_the_gate') AS ok`,
        [table],
      );
      if (!row!.ok) closed.push(table);
    }
    expect(closed).toEqual([]);
  });
});

describe('somebody with a trace in every table', () => {
  const HINDI = 'ज़ोरावर तिलकधारी';
  const LATIN = 'Zorawar Tilakdharee';
  const OTHER = 'Zoravaar Tilakdhaari';
  const PHONE = '+919812307645';
  const SECOND = '+918765190243';
  const MAIL = 'zorawar.tilak@quibble.example';
  const HANDLE = 'zorawar_tilak77';
  const NOTE = 'likes the snorkblat at dusk';
  const REMARK = 'met beside the grumplefair';
  const TOLD = 'said the wobbelknot is broken';
  const SKILL = 'told us at the fizzelpond';
  const STRINGS = [HINDI, LATIN, OTHER, 'ज़ोरावर', 'Zorawar', 'Tilakdh', PHONE.slice(-10), '98123 07645', '९८१२३०७६४५', SECOND.slice(-10),
    MAIL, 'quibble.example', HANDLE, 'snorkblat', 'grumplefair', 'wobbelknot', 'fizzelpond', 'Grizzelwick']; // prettier-ignore
  let convenor: AUser;
  let officer: AUser;
  let person: string;
  let past: string;
  let coming: string;
  let answerLink: string;
  let figures: unknown;
  let before: Map<string, string>;
  const headsOf = async (event: string) =>
    (await sampark.sql<{ heads: number }>('SELECT heads FROM events WHERE id = $1', [event]))[0]!.heads;
  const eventFigures = async () => {
    const { body } = await sampark.as(convenor).get(`/events/${past}`);
    const [heads] = await sampark.sql('SELECT heads FROM events WHERE id = $1', [past]);
    const work = await sampark.sql(
      `SELECT user_id, channel, disposition, count(*)::int AS n FROM attempts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    );
    return { ...body.figures, heads, work };
  };

  beforeAll(async () => {
    // Who sees the state: the list places people wherever their address lies.
    convenor = admin;
    officer = await aUser(sampark, { role: 'data_protection_officer', in: 'up' });
    const row = { name: HINDI, phone: '098123-07645', email: MAIL, platform: 'X', handle: `@${HANDLE}`, district: 'Agra', pin: '282001', remarks: REMARK }; // prettier-ignore
    // By a list, with a row that can't be used; and again under another spelling, which becomes a suggestion.
    await anImport(sampark, admin, [row, { ...row, phone: '12', email: '', handle: '' }], { name: 'old list.csv' });
    await anImport(sampark, admin, [{ ...row, name: OTHER, remarks: '' }]);
    const first = await idOf(PHONE);
    // By hand as well, with another phone; the two are one.
    const added = await sampark.as(convenor).post('/sympathisers?lang=en', {
      name: LATIN,
      phones: SECOND,
      pin: '282001',
      purposes: ['register', 'contact', 'invitations'],
      how: 'paper',
      note: NOTE,
      anyway: 'true', // prettier-ignore
    });
    done(added);
    const merged = await sampark.as(convenor).post(`/sympathisers/${first}/merges`, { other: added.body.id });
    done(merged);
    person = first;
    const consents = { purposes: ['register', 'contact', 'invitations'], state: 'given', how: 'spoken' };
    done(await sampark.as(convenor).post(`/sympathisers/${person}/consents`, consents));
    const [skill] = await sampark.sql<{ code: string }>('SELECT code FROM skills ORDER BY code LIMIT 1');
    const offered = await sampark.as(convenor).post(`/sympathisers/${person}/skills`, { skills: [skill!.code], source: SKILL }); // prettier-ignore
    done(offered);
    // In a member's hands, who reaches them.
    const team = await aTeam(sampark, { in: 'up' });
    const member = await aUser(sampark, { role: 'team_member', in: 'up' });
    await joinsTeam(sampark, team.id, member, 40);
    const given = await sampark.as(convenor).post(`/assignments/${person}`, { user_id: member.id });
    done(given);
    const tried = await sampark.as(member).post('/attempts', { person_id: person, channel: 'phone', disposition: 'reached', note: TOLD }); // prettier-ignore
    done(tried);

    // Asked to a meet-up by mail, answered by its link, and there; the day is over by now.
    past = (await anEvent(sampark, { in: 'up' })).id;
    done(await sampark.as(convenor).post(`/events/${past}/invitations`, { personIds: [person] }));
    await sampark.drain();
    const mail = (await sampark.mails()).find((one) => one.text?.includes('/rsvp/'))!;
    const link = /https:\/\/sampark\.example\.org(\/rsvp\/[\w.-]+)/.exec(mail.text!)![1]!;
    const answered = await sampark.as().post(link, { answer: 'yes', guests: 2 });
    done(answered);
    await sampark.sql(`UPDATE events SET starts_at = now() - interval '1 hour', ends_at = now() + interval '1 hour' WHERE id = $1`, [past]); // prettier-ignore
    const there = await sampark.as(convenor).post(`/events/${past}/attendance`, { personId: person, clientId: uuidv7(), deviceAt: new Date().toISOString() }); // prettier-ignore
    done(there);
    await sampark.sql(`UPDATE events SET starts_at = now() - interval '9 days', ends_at = now() - interval '8 days' WHERE id = $1`, [past]); // prettier-ignore
    // And to one to come, whose letter waits in the queue.
    coming = (await anEvent(sampark, { in: 'up', inHours: 72 })).id;
    done(await sampark.as(convenor).post(`/events/${coming}/invitations`, { personIds: [person] }));
    await sampark.sql(`UPDATE mails SET due_at = now() + interval '1 day' WHERE event_id = $1`, [coming]);
    const [asked] = await sampark.sql<{ id: string }>('SELECT id FROM invitations WHERE event_id = $1', [coming]);
    answerLink = `/rsvp/${sampark.get(SignedLinks).make('r', [person, asked!.id], 1)}`;
    done(await sampark.as().post(answerLink, { answer: 'yes', guests: 1 }));
    expect(await headsOf(coming)).toBe(2);

    // In files: taken out, written and fetched; read and waiting for a word; waiting to be told what its columns are.
    for (const format of ['csv', 'xlsx']) {
      const { count } = (await sampark.as(convenor).get('/exports/new')).body;
      const asked = await sampark.as(convenor).post('/exports', { format, columns: ['name', 'phones', 'emails', 'handles', 'id'], reason: 'Name cards', count, everyPoint: true }); // prettier-ignore
      done(asked);
      await sampark.drain();
    }
    await anUpload(sampark, admin, [row, { name: 'Sita Devi', phone: '9812300001', district: 'Agra' }]);
    const bare = `Naam,Nambar\r\n${LATIN},${PHONE.slice(-10)}\r\n`;
    await anUpload(sampark, admin, bare, { name: 'bare.csv' });
    // A handle that somebody looks for elsewhere, and a job that failed with a value in its error.
    const mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    await anUpload(sampark, mathura, [{ name: 'Somebody Else', platform: 'X', handle: HANDLE, district: 'Mathura' }], { territory: 'mathura' }); // prettier-ignore
    await sampark.sql(
      `SELECT graphile_worker.add_job('mailings.no-such-job', '{"scope": null}', run_at := now() + interval '1 day')`,
    );
    await sampark.sql(`UPDATE graphile_worker._private_jobs SET last_error = $1`, [
      `Key (value)=(${PHONE}) already exists.`,
    ]);
    // Of a last notice, and of the planner's samples.
    await sampark.sql(
      `INSERT INTO retention_notices (person_id, id, path, rule, erase_on, told) SELECT id, $2, path, 'register', current_date + 30, 'team' FROM people WHERE id = $1`,
      [person, uuidv7()],
    );
    // Whom they named, and who named them.
    await aNominee(sampark, person, { name: 'Grizzelwick Nominee' });
    await aNominee(sampark, (await aSympathiser(sampark, { in: 'mathura' })).id, { name: LATIN, phone: SECOND });
    // Others are there, too, and the planner has taken its samples.
    for (const name of ['Sita Devi', 'Rajesh Yadav', 'Imran Khan'])
      await aSympathiser(sampark, { in: 'agra', name, emails: [`${name.slice(0, 4).toLowerCase()}@others.example`], phones: [`+9198123100${name.length}`], identities: [{ platform: 'x', handle: `other_${name.length}` }] }); // prettier-ignore
    await sampark.sql('ANALYZE');
    figures = await eventFigures();
    before = await everyTableOf(sampark.database);
  }, 120_000);

  it('stands in them beforehand: what is looked for later is found now', () => {
    const found = whereFound(before, STRINGS).map((line) => line.split(':')[0]!.replace(/_\d{4}_\d\d$/, ''));
    expect([...new Set(found)].sort()).toEqual(
      expect.arrayContaining(['audit_values', 'contact_points', 'graphile_worker._private_jobs', 'identity_claims', 'import_batches',
        'import_chunks', 'import_rejects', 'attempts', 'people', 'person_identities', 'person_notes', 'person_skills',
        'person_suggestions', 'pg_statistic', 'export_chunks', 'staging.import_keys', 'staging.import_rows']), // prettier-ignore
    );
    const ids = [...before]
      .filter(([, text]) => text.includes(person))
      .map(([table]) => table.replace(/_\d{4}_\d\d$/, ''));
    expect(ids).toEqual(
      expect.arrayContaining(['assignments', 'attendances', 'consents', 'import_changes', 'invitations', 'mails', 'person_merges',
        'retention_notices', 'rsvps', 'audit_entries', 'export_chunks']), // prettier-ignore
    );
  });

  it('is in none of them afterwards, in plain, base64 or hex', async () => {
    await erased(officer, person);
    await sampark.get(TraceErasure).forgetSamples(await sampark.system());
    const after = await everyTableOf(sampark.database);
    expect(whereFound(after, STRINGS)).toEqual([]);
    // The id alone is left, where something happened to it that has to be provable.
    const ids = [...after]
      .filter(([, text]) => text.includes(person))
      .map(([table]) => table.replace(/_\d{4}_\d\d$/, ''));
    expect([...new Set(ids)].sort()).toEqual(
      ['audit_entries', 'erasures', 'pg_statistic'].filter((table) => ids.includes(table)),
    );
    expect(ids).toEqual(expect.arrayContaining(['audit_entries', 'erasures']));
  });

  it('is gone from the letters that were kept, too', async () => {
    const kept = (await sampark.mails()).map((mail) => `${mail.text} ${mail.html} ${JSON.stringify(mail.to)}`).join();
    expect(STRINGS.filter((one) => kept.includes(one))).toEqual([]);
  });

  it('leaves the figures of the past right, and a place at the meet-up to come', async () => {
    expect(await eventFigures()).toEqual(figures);
    expect((figures as { came: number }).came).toBe(1);
    expect(await headsOf(past)).toBe(3);
    expect(await headsOf(coming)).toBe(0);
    expect(await sampark.sql('SELECT 1 AS n FROM mails WHERE event_id = $1', [coming])).toEqual([]);
    // Nobody stands in the lists for them, and the two meet-ups tell nothing of each other.
    const list = await sampark.as(convenor).get(`/events/${past}/invitations`);
    expect(list.body.items).toEqual([]);
    expect((await sampark.as(convenor).get(`/events/${past}/attendance`)).body.items).toEqual([]);
    expect((await sampark.as().get(answerLink)).status).toBe(404);
  });

  it('is shown as gone to who asks again, and as nothing to who had nothing to do with it', async () => {
    expect((await sampark.as(officer).get(`/sympathisers/${person}`)).status).toBe(410);
    expect((await sampark.as(convenor).get(`/sympathisers/${person}`)).status).toBe(410);
    const page = await sampark.browser(officer, { lang: 'hi' }).get(`/sympathisers/${person}`);
    expect([page.status, page.text]).toEqual([410, expect.stringContaining('हमेशा के लिए मिटा दिया गया')]);
    const elsewhere = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    const member = await aUser(sampark, { role: 'team_member', in: 'agra' });
    expect((await sampark.as(elsewhere).get(`/sympathisers/${person}`)).status).toBe(404);
    expect((await sampark.as(member).get(`/sympathisers/${person}`)).status).toBe(404);
    expect((await eraseAs(officer, person)).status).toBe(410);
    const { body } = await sampark.as(officer).get('/erasures?state=erased');
    expect(body.items.find((item: { id: string }) => item.id === person)).toMatchObject({
      name: null,
      why: 'asked',
      rest: false,
    });
  });

  it('keeps the trail whole: entries without the person, and a chain that holds', async () => {
    const [entry] = await sampark.sql<{ n: number; facts: { records: number; rows: Record<string, number> } }>(
      `SELECT count(*) OVER ()::int AS n, facts FROM audit_entries WHERE action = 'erasure.done' AND people @> ARRAY[$1::uuid]`,
      [person],
    );
    expect(entry).toMatchObject({ n: 1, facts: { records: 2, rows: { people: 2 } } });
    const system = await sampark.system();
    await sampark.get(SealingService).seal(system, { since: 'ever' });
    expect(await sampark.get(VerifyingService).verify(system)).toMatchObject({ broken: null, unsealed: { n: 0 } });
  });

  it('is not brought back by the old list, nor by hand, and of such a row nothing stays', async () => {
    const row = { name: HINDI, phone: '098123-07645', email: MAIL, platform: 'X', handle: `@${HANDLE}`, district: 'Agra', remarks: REMARK }; // prettier-ignore
    const batch = await anImport(sampark, admin, [row, { name: 'गीता राय', phone: '9812300077', district: 'Agra' }]);
    expect([batch.created, batch.rejected]).toEqual([1, 1]);
    await sampark.get(TraceErasure).forgetSamples(await sampark.system());
    expect(whereFound(await everyTableOf(sampark.database), STRINGS)).toEqual([]);
    const byHand = await sampark.as(convenor).post('/sympathisers?lang=en', { name: LATIN, phones: PHONE });
    expect([byHand.status, byHand.body.errors[0].field]).toEqual([422, 'agreedAnew']);
  });

  it('is known to the log outside the database by keyed hashes, for a backup that is put back', async () => {
    const log = sampark.get(ErasureLog);
    const system = await sampark.system();
    await log.flush(system);
    const file = await log.file(system);
    const entries: LoggedErasure[] = [];
    await file.read((entry) => entries.push(entry));
    expect(new Set(entries.map(({ kind }) => kind).filter((kind) => /erased/.test(kind)))).toEqual(
      new Set(['person.erased', ...['phone', 'phone+name', 'email', 'email+name', 'x'].map((kind) => `suppressed:${kind}:erased`)]), // prettier-ignore
    );
    expect(entries.filter(({ kind }) => kind === 'person.erased')).toHaveLength(2);
    for (const { hash, keyName } of entries) expect([hash.length, keyName]).toEqual([32, 'tests']);
    const text = readFileSync(file.path, 'utf8');
    expect(STRINGS.flatMap(formsOf).filter((one) => text.includes(one))).toEqual([]);
  });
});

describe('erasing one of a family', () => {
  it('leaves the others their phone and mail, and keeps that one out', async () => {
    const phone = '+919812355501';
    const mail = 'family@house.example';
    const gone = await aSympathiser(sampark, { in: 'agra', name: 'मोहन लाल', phones: [phone], emails: [mail] });
    const wife = await aSympathiser(sampark, { in: 'mathura', name: 'राधा देवी', phones: [phone], emails: [mail] });
    await erased(officer, gone.id);
    const points = await sampark.sql('SELECT kind, suppressed_at FROM contact_points WHERE person_id = $1 ORDER BY 1', [
      wife.id,
    ]);
    expect(points).toEqual([
      { kind: 'email', suppressed_at: null },
      { kind: 'phone', suppressed_at: null },
    ]);
    const barrier = await sampark.sql(
      `SELECT b.barrier FROM contact_barriers('contact', 'phone') b WHERE b.person_id = $1`,
      [wife.id],
    );
    expect(barrier).toEqual([{ barrier: null }]);
    // A list with all three of them: the wife as she is, a son who is new, and the one who was erased, who stays out.
    const batch = await anImport(sampark, admin, [
      { name: 'मोहन लाल', phone, email: mail, district: 'Agra' },
      { name: 'राधा देवी', phone, email: mail, district: 'Mathura' },
      { name: 'सोनू लाल', phone, district: 'Agra' },
    ]);
    expect([batch.created, batch.same + batch.changed, batch.rejected]).toEqual([1, 1, 1]);
    const [reject] = await sampark.sql('SELECT code, line FROM import_rejects WHERE batch_id = $1', [batch.id]);
    expect(reject).toEqual({ code: 'stopped', line: null });
    const names = await sampark.sql<{ full_name: string }>(
      'SELECT full_name FROM people p JOIN contact_points c ON c.person_id = p.id WHERE c.value = $1 ORDER BY 1',
      [phone],
    );
    expect(names.map(({ full_name }) => full_name)).toEqual(['राधा देवी', 'सोनू लाल']);
    // By hand, in another script: the key of a name is the same.
    const again = await sampark
      .as(convenor)
      .post('/sympathisers?lang=en', { name: 'Mohan Lal', phones: phone, anyway: 'true' });
    expect([again.status, again.body.errors[0].field]).toEqual([422, 'agreedAnew']);
    const daughter = await sampark
      .as(convenor)
      .post('/sympathisers?lang=en', { name: 'Gudiya Devi', phones: phone, anyway: 'true' });
    expect(daughter.status).toBe(201);
    // Asked to stop by one who still has it, the phone stops for all, as always.
    await sampark.get(StopService).stop(await sampark.system(), wife.id, 'spoken');
    expect(
      await sampark.sql('SELECT 1 AS n FROM contact_points WHERE value = $1 AND suppressed_at IS NULL', [phone]),
    ).toEqual([]);
  });

  it('stops the phone for everybody where nobody else had it', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Alone Kumar', phones: ['+919812355577'] });
    await erased(officer, id);
    const other = await sampark
      .as(convenor)
      .post('/sympathisers?lang=en', { name: 'Another Person', phones: '+919812355577' });
    expect([other.status, other.body.errors[0].field]).toEqual([422, 'agreedAnew']);
  });
});

describe('who may erase', () => {
  it('is asked to type a word, and can only once', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Word Test' });
    expect((await eraseAs(officer, id, 'delete')).status).toBe(422);
    expect((await eraseAs(convenor, id)).status).toBe(403);
    const browser = sampark.browser(officer);
    expect((await browser.get(`/sympathisers/${id}`)).text).toContain(`/sympathisers/${id}/erasure`);
    const page = await browser.get(`/sympathisers/${id}/erasure`);
    expect(page.text).toContain('Nobody can undo this.');
    const answer = await browser.post(`/sympathisers/${id}/erasure`, { word: 'Erase' });
    expect(answer.status).toBe(303);
    expect((await browser.get(`/sympathisers/${id}/erasure`)).text).toContain('Being erased');
    expect((await eraseAs(officer, id)).status).toBe(202);
    await sampark.drain();
    const asked = await sampark.sql(
      `SELECT 1 AS n FROM audit_entries WHERE action = 'erasure.asked' AND people @> ARRAY[$1::uuid]`,
      [id],
    );
    expect(asked).toHaveLength(1);
  });

  it('hears of a wish from a member, who then no longer sees the person', async () => {
    const member = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Wishing Well', assignedTo: member.id });
    const stranger = await aSympathiser(sampark, { in: 'agra', name: 'Not Theirs' });
    const wish = (of: string) => sampark.as(member).post(`/sympathisers/${of}/erasure-wish`);
    expect((await wish(stranger.id)).status).toBe(404);
    expect((await sampark.browser(member).get(`/sympathisers/${id}`)).text).toContain('erasure-wish');
    expect((await wish(id)).status).toBe(202);
    expect((await sampark.as(member).get(`/sympathisers/${id}`)).status).toBe(404);
    const list = (await sampark.as(officer).get('/erasures?state=wished')).body.items;
    expect(list.map((item: { id: string }) => item.id)).toContain(id);
    expect((await sampark.browser(officer).get(`/sympathisers/${id}`)).text).toContain('Wants to be erased');
    // Not what they meant, as it turns out; and later it is.
    expect((await sampark.as(officer).post(`/erasures/${id}/refusal`, { reason: 'Only wanted no calls' })).status).toBe(
      200,
    );
    expect((await sampark.as(officer).post(`/erasures/${id}/refusal`, { reason: 'Again' })).status).toBe(409);
    await erased(officer, id);
    expect(await sampark.sql('SELECT refused_why, state FROM erasures WHERE id = $1', [id])).toEqual([
      { refused_why: null, state: 'erased' },
    ]);
  });

  it('is also the person, by a link to what we hold of them, and by no other link', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'By Themselves' });
    const other = await aSympathiser(sampark, { in: 'agra', name: 'By Somebody' });
    const [{ path }] = (await sampark.sql<{ path: string }>('SELECT path FROM people WHERE id = $1', [id])) as [
      { path: string },
    ];
    const link = (purpose: string) => ({ kind: 'link' as const, purpose, personId: id, scope: scopeOf(path) });
    const erasures = sampark.get(ErasureService);
    await expect(async () => erasures.ask(link('unsubscribe'), id, 'asked')).rejects.toThrow('errors.forbidden');
    await expect(async () => erasures.ask(link('own-data'), other.id, 'asked')).rejects.toThrow('errors.forbidden');
    await erasures.ask(link('own-data'), id, 'asked');
    await sampark.drain();
    expect(await sampark.sql('SELECT 1 AS n FROM people WHERE id = $1', [id])).toEqual([]);
    expect(await sampark.sql('SELECT 1 AS n FROM people WHERE id = $1', [other.id])).toHaveLength(1);
  });

  it('and nobody else: not even a job, where nobody asked', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Not Asked' });
    await sampark.get(ErasureService).erase(await sampark.system(), id);
    expect(await sampark.sql('SELECT 1 AS n FROM people WHERE id = $1', [id])).toHaveLength(1);
    const bare = async (role: string) => {
      return asSuperuser(sampark.database, async (client) => {
        await client.query(
          `BEGIN; SET LOCAL ROLE ${role}; SET LOCAL app.actor = 'system'; SET LOCAL app.scope_from = '0001'; SET LOCAL app.scope_to = '0001~'`,
        );
        const result = await client
          .query('SELECT gate.erase_rows($1, $2, $3)', ['people', 'id', id])
          .catch((error: { code: string }) => error.code);
        await client.query('ROLLBACK');
        return result;
      });
    };
    expect([await bare('sampark_system'), await bare('sampark_staff'), await bare('sampark_member')]).toEqual([
      '42501',
      '42501',
      '42501',
    ]);
  });
});

describe('an erasure that is interrupted', () => {
  it('goes on where it was: after a failure in the register nothing is half done, after one outside the rest is', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Broken Halfway', phones: ['+919812366601'] });
    const erasures = sampark.get(ErasureService);
    const system = await sampark.system();
    await erasures.ask(system, id, 'minor');
    // Something in the middle of the register fails: a row that nothing knows of still refers to them.
    await sampark.sql('CREATE TABLE public.in_the_way (person_id uuid REFERENCES people (id))');
    await sampark.sql('INSERT INTO public.in_the_way VALUES ($1)', [id]);
    await expect(erasures.erase(system, id)).rejects.toThrow();
    expect(await sampark.sql('SELECT full_name FROM people WHERE id = $1', [id])).toEqual([
      { full_name: 'Broken Halfway' },
    ]);
    expect(await sampark.sql('SELECT 1 AS n FROM contact_points WHERE person_id = $1', [id])).toHaveLength(1);
    expect(await sampark.sql('SELECT state FROM erasures WHERE id = $1', [id])).toEqual([{ state: 'asked' }]);
    await sampark.sql('DROP TABLE public.in_the_way');
    // The register is done; what lies outside of it can't be looked at.
    await sampark.sql('ALTER FUNCTION gate.forget_rejects(text[], text[]) RENAME TO out_of_order');
    await expect(erasures.erase(system, id)).rejects.toThrow('forget_rejects');
    expect(await sampark.sql('SELECT 1 AS n FROM people WHERE id = $1', [id])).toEqual([]);
    const open = () =>
      sampark.sql(
        'SELECT state, traces IS NULL AS forgotten, done_at IS NOT NULL AS done FROM erasures WHERE id = $1',
        [id],
      );
    expect(await open()).toEqual([{ state: 'erased', forgotten: false, done: false }]);
    await sampark.sql('ALTER FUNCTION gate.out_of_order(text[], text[]) RENAME TO forget_rejects');
    expect(await sampark.get(TraceErasure).finishAll(system)).toBeGreaterThan(0);
    expect(await open()).toEqual([{ state: 'erased', forgotten: true, done: true }]);
    expect(await erasures.erase(system, id)).toBe(true);
    expect(
      await sampark.sql(
        `SELECT 1 AS n FROM audit_entries WHERE action = 'erasure.done' AND people @> ARRAY[$1::uuid]`,
        [id],
      ),
    ).toHaveLength(1);
  });

  it('waits for an import that is being read, and ends it when it turns out to hold them', async () => {
    const phone = '+919812366677';
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Late Found', phones: [phone] });
    // In UTF-16 nothing of it can be seen before it is read.
    const content = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(sheet([{ name: 'Late Found', phone: '98123 66677', district: 'Agra' }]), 'utf16le')]); // prettier-ignore
    const upload = await sampark
      .as(admin)
      .upload('/imports', { name: 'late.csv', content }, { territory: 'up', source: 'x' });
    expect([upload.status, upload.body.state]).toEqual([201, 'reading']);
    const system = await sampark.system();
    await sampark.get(ErasureService).ask(system, id, 'asked');
    expect(await sampark.get(ErasureService).erase(system, id)).toBe(false);
    expect(await sampark.sql('SELECT cardinality(watched) AS n, done_at FROM erasures WHERE id = $1', [id])).toEqual([
      { n: 1, done_at: null },
    ]);
    await sampark.drain();
    // Whichever came first, reading or looking: now it is read.
    expect(await sampark.get(ErasureService).erase(system, id)).toBe(true);
    const batch = await shown(sampark, admin, upload.body.id);
    expect(batch).toMatchObject({ state: 'failed' });
    const page = await sampark.browser(admin, { lang: 'en' }).get(`/imports/${upload.body.id}`);
    expect(page.text).toContain('was erased from the register meanwhile');
    expect(
      whereFound(await everyTableOf(sampark.database), ['Late Found', phone, '98123 66677']).filter(
        (line) => !line.startsWith('pg_statistic'),
      ),
    ).toEqual([]);
  });

  it('and an import on its way in: it ends with the slice in hand, and what goes in is compared anew', async () => {
    const phone = '+919812366688';
    const row = { name: 'Under Way', phone, district: 'Agra', remarks: 'mumblethwack' };
    const under = async () => {
      const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Under Way', phones: [phone] });
      const batch = await anUpload(sampark, admin, [row, { name: 'Next To Them', phone: `98123666${made++}`, district: 'Agra' }]); // prettier-ignore
      expect((await sampark.as(admin).post(`/imports/${batch.id}/confirmation`)).status).toBe(202);
      await sampark.get(ErasureService).ask(await sampark.system(), id, 'asked');
      return { id, batch: batch.id };
    };
    let made = 90;
    const system = await sampark.system();
    // It is stopped before anything of it went in.
    const first = await under();
    expect(await sampark.get(ErasureService).erase(system, first.id)).toBe(false);
    await sampark.drain();
    expect(await sampark.get(ErasureService).erase(system, first.id)).toBe(true);
    expect(await shown(sampark, admin, first.batch)).toMatchObject({ state: 'done', created: 0 });
    // Gone from the register a moment before the import writes: their row is refused, and the others go in.
    await sampark.sql(`DELETE FROM suppressions`);
    const second = await under();
    await sampark.get(RegisterErasure).erase(system, second.id);
    await sampark.get(ImportMerger).merge(system, second.batch);
    expect(await shown(sampark, admin, second.batch)).toMatchObject({ state: 'done', created: 1, rejected: 1 });
    await sampark.drain();
    expect(await sampark.sql('SELECT 1 AS n FROM contact_points WHERE value = $1', [phone])).toEqual([]);
    const left = whereFound(await everyTableOf(sampark.database), ['Under Way', phone, 'mumblethwack']);
    expect(left.filter((line) => !line.startsWith('pg_statistic'))).toEqual([]);
  });
});
