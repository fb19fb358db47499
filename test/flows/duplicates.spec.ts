import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../../src/platform/database/id.js';
import type { SystemActor } from '../../src/platform/database/actor.js';
import { CARRIED, FIELDS, STAYS } from '../../src/sympathisers/duplicates/carried-tables.js';
import { DuplicateFinder } from '../../src/sympathisers/duplicates/duplicate-finder.service.js';
import { nameKey } from '../../src/sympathisers/name-key.js';
import { MergesService } from '../../src/sympathisers/duplicates/merges.service.js';
import { anImport } from '../factories/imports.js';
import { anEvent, anInvitation } from '../factories/events.js';
import { aNominee } from '../factories/own-data.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const ROUND: SystemActor = { kind: 'system', name: 'system:test', scope: { from: '0001', to: '0001~' } };
let sampark: Sampark;
let state: AUser;
let agra: AUser;
let mathura: AUser;
let member: AUser;
let made = 0;
const phone = () => `+9197${String(10_000_000 + (made += 1))}`;

beforeAll(async () => {
  sampark = await aSampark();
  state = await aUser(sampark, { role: 'state_admin', in: 'up' });
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
  member = await aUser(sampark, { role: 'team_member', in: 'agra' });
});
afterAll(() => sampark?.close());

const look = () => sampark.app.get(DuplicateFinder).round(ROUND);
interface Pair {
  id: string;
  reasons: string[];
  a: { id: string };
  b: { id: string };
}
const pairsFor = async (user: AUser): Promise<Pair[]> =>
  ((await sampark.as(user).get('/duplicates?limit=200')).body as { items: Pair[] }).items;
const pairOf = async (user: AUser, ...ids: string[]) =>
  (await pairsFor(user)).find(({ a, b }) => ids.includes(a.id) && ids.includes(b.id));
const merge = (user: AUser, winner: string, loser: string, more = {}) =>
  sampark.as(user).post(`/sympathisers/${winner}/merges`, { other: loser, ...more });
const undo = (user: AUser, winner: string, mergeId: string) =>
  sampark.as(user).post(`/sympathisers/${winner}/merges/${mergeId}/undo`, {});
const person = async (user: AUser, id: string) => (await sampark.as(user).get(`/sympathisers/${id}`)).body;
const count = async (sql: string, params: unknown[]) => (await sampark.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, params))[0]!.n; // prettier-ignore

/** Two records of Ramesh Verma with one phone, in either script. */
async function twins(more: { in?: string; other?: string } = {}) {
  const p = phone();
  const a = await aSympathiser(sampark, { in: more.in ?? 'agra', name: 'रमेश वर्मा', phones: [p] });
  const b = await aSympathiser(sampark, {
    in: more.other ?? more.in ?? 'agra',
    name: 'Ramesh Verma',
    phones: [p, phone()],
  });
  return { a: a.id, b: b.id, p };
}

describe('looking for records that may be one person', () => {
  it('suggests one phone with one name, says why, and keeps a family apart', async () => {
    const { a, b, p } = await twins();
    const wife = await aSympathiser(sampark, { in: 'agra', name: 'सुनीता वर्मा', phones: [p] });
    await look();
    expect(await pairOf(agra, a, b)).toMatchObject({ reasons: ['phone', 'name_same'] });
    expect(await pairOf(agra, a, wife.id)).toBeUndefined();
    const page = (await person(agra, a)) as { duplicates: { other: { id: string } }[]; household: { id: string }[] };
    expect(page.duplicates.map(({ other }) => other.id)).toEqual([b]);
    expect(page.household.map(({ id }) => id)).toEqual([wife.id]);
  });

  it('finds nothing new in a second round, and lets go of what is not so any more', async () => {
    const { a, b } = await twins();
    await look();
    const before = await pairOf(agra, a, b);
    await look();
    expect(await pairOf(agra, a, b)).toEqual(before);
    await sampark.sql('UPDATE people SET full_name = $2, name_key = $3 WHERE id = $1', [b, 'Imran Khan', nameKey('Imran Khan')]); // prettier-ignore
    await look();
    expect(await pairOf(agra, a, b)).toBeUndefined();
    await sampark.sql('UPDATE people SET full_name = $2, name_key = $3 WHERE id = $1', [b, 'Ramesh Verma', nameKey('Ramesh Verma')]); // prettier-ignore
    await look();
    expect(await pairOf(agra, a, b)).toBeDefined();
  });

  it('shows a pair of two districts to whoever holds both, and to the others only that somebody is held elsewhere (T26)', async () => {
    const { a, b } = await twins({ other: 'mathura' });
    await look();
    expect(await pairOf(state, a, b)).toBeDefined();
    for (const [user, mine, other] of [[agra, a, b], [mathura, b, a]] as const) {
      expect(await pairOf(user, a, b)).toBeUndefined();
      const answer = await sampark.as(user).get(`/sympathisers/${mine}`);
      expect(answer.body).toMatchObject({ duplicates: [], duplicateElsewhere: true, household: [] });
      expect(JSON.stringify(answer.body)).not.toContain(other);
      expect((await sampark.as(user).get(`/sympathisers/${mine}/beside/${other}`)).status).toBe(404);
      expect((await merge(user, mine, other)).status).toBe(404);
    } // prettier-ignore
    expect((await person(state, a)).duplicateElsewhere).toBe(false);
  });

  it('remembers who is not the same, also when looking again', async () => {
    const { a, b } = await twins();
    await look();
    expect((await sampark.as(agra).post(`/sympathisers/${b}/not-the-same`, { other: a })).status).toBe(200);
    await look();
    expect(await pairOf(agra, a, b)).toBeUndefined();
  });

  it('looks at whom an import brought as soon as it is in, and remembers who is not the same when the list comes again', async () => {
    const p = phone();
    const known = await aSympathiser(sampark, { in: 'mainpuri', name: 'राकेश कुमार चतुर्वेदी', phones: [p] });
    const rows = [
      { name: 'Rakesh Chaturvedi', phone: p, district: 'Mainpuri' },
      { name: 'Sunita Chaturvedi', phone: p, district: 'Mainpuri' },
    ];
    await anImport(sampark, state, rows);
    const pairs = (await pairsFor(state)).filter(({ a, b }) => a.id === known.id || b.id === known.id);
    expect(pairs).toEqual([expect.objectContaining({ reasons: ['phone', 'name_similar'] })]);
    const [{ a, b }] = pairs as [Pair];
    await sampark.as(state).post(`/sympathisers/${a.id}/not-the-same`, { other: b.id });
    await anImport(sampark, state, rows);
    expect(await pairOf(state, a.id, b.id)).toBeUndefined();
  });

  it('looks at those as well whom the register had, and to whom an import brought a phone', async () => {
    const p = phone();
    const first = await aSympathiser(sampark, { in: 'mainpuri', name: 'Devendra Kumar Pachauri', phones: [p] });
    const handle = `pachauri${p.slice(-6)}`;
    const second = await aSympathiser(sampark, { in: 'mainpuri', name: 'Devendra Pachauri', identities: [{ platform: 'x', handle }] }); // prettier-ignore
    const [a, b] = [first.id, second.id].sort() as [string, string];
    await anImport(sampark, state, [
      { name: 'Devendra Pachauri', handle: `@${handle}`, platform: 'X', phone: p, district: 'Mainpuri' },
    ]);
    expect((await pairOf(state, a, b))?.reasons).toEqual(['phone', 'name_similar']);
  });

  it('goes on where it was interrupted', async () => {
    const { a, b } = await twins();
    const [last] = await sampark.sql<{ id: string }>('SELECT id FROM people WHERE id < least($1::uuid, $2::uuid) ORDER BY id DESC LIMIT 1', [a, b]); // prettier-ignore
    await sampark.sql('UPDATE duplicate_rounds SET after_id = $1', [last!.id]);
    expect((await look()).people).toBeLessThanOrEqual(2);
    expect(await pairOf(agra, a, b)).toBeDefined();
    expect(await count('duplicate_rounds WHERE after_id IS NULL AND finished_at IS NOT NULL', [])).toBe(1);
  });
});

describe('a merge', () => {
  it('leaves one record, leads from the other to it, and is in no list, count or search any more', async () => {
    const { a, b, p } = await twins();
    await look();
    const answer = await merge(agra, a, b);
    expect(answer.status).toBe(201);
    const moved = await sampark.as(agra).get(`/sympathisers/${b}`);
    expect(moved).toMatchObject({ status: 303, body: { merged_into: a } });
    expect(moved.headers.location).toBe(`/sympathisers/${a}`);
    const { items } = (await sampark.as(agra).get(`/sympathisers?q=${encodeURIComponent(p)}`)).body as {
      items: { id: string }[];
    };
    expect(items.map(({ id }) => id)).toEqual([a]);
    const named = (await sampark.as(state).get(`/sympathisers?q=Ramesh Verma&limit=200`)).body as {
      items: { id: string }[];
    };
    expect(named.items.map(({ id }) => id)).not.toContain(b);
    expect(await pairOf(agra, a, b)).toBeUndefined();
    // Nobody else learns that there was such a record.
    expect((await sampark.as(mathura).get(`/sympathisers/${b}`)).status).toBe(404);
    expect(await count(`audit_entries WHERE action = 'sympathiser.merged' AND subject_id = $1`, [a])).toBe(1);
  });

  it('moves every table, and taking it apart puts every row back where it was', async () => {
    const { a, b } = await everywhere();
    const before = await snapshot([a, b]);
    const { mergeId } = (await merge(agra, a, b)).body as { mergeId: string };
    for (const table of CARRIED)
      if (STAYS[table] === null) expect([table, await count(`${table} WHERE person_id = $1`, [b])]).toEqual([table, 0]);
    expect(await count(`attempts WHERE person_id = $1`, [a])).toBe(1);
    expect(await count('identity_claims WHERE person_id = $1', [b])).toBe(0);
    const undone = await undo(agra, a, mergeId);
    expect(undone).toMatchObject({ status: 200, body: { back: b, leftAsIs: [] } });
    const after = await snapshot([a, b]);
    expect(after).toEqual(before);
    expect(await count(`person_merges WHERE person_id = $1 AND undone_at IS NOT NULL`, [a])).toBe(1);
  });

  it('keeps the stricter consent of both, and gives each its own back', async () => {
    const { a, b, p } = await twins();
    await sampark.sql(
      `INSERT INTO consents (person_id, id, path, purpose, channel, state, how) SELECT id, $2, path, 'contact', 'phone', 'withdrawn', 'spoken' FROM people WHERE id = $1`,
      [b, uuidv7()],
    );
    await sampark.sql(
      `INSERT INTO consents (person_id, id, path, purpose, channel, state, how) SELECT id, $2, path, 'contact', 'phone', 'given', 'spoken' FROM people WHERE id = $1`,
      [a, uuidv7()],
    );
    const stateOf = async (id: string) =>
      (await sampark.sql<{ state: string }>(`SELECT state FROM consents WHERE person_id = $1 AND purpose = 'contact' AND channel = 'phone' ORDER BY id DESC LIMIT 1`, [id]))[0]!.state; // prettier-ignore
    const { mergeId } = (await merge(agra, a, b)).body as { mergeId: string };
    expect(await stateOf(a)).toBe('withdrawn');
    await undo(agra, a, mergeId);
    expect([await stateOf(a), await stateOf(b)]).toEqual(['given', 'withdrawn']);
    expect(p).toBeTruthy();
  });

  it('takes the values chosen and fills blanks, and exchanges them back', async () => {
    const { a, b } = await twins();
    await sampark.sql(`UPDATE people SET language = 'en', birth_year = 1980 WHERE id = $1`, [b]);
    const { mergeId } = (await merge(agra, a, b, { take: ['name'] })).body as { mergeId: string };
    expect(await person(agra, a)).toMatchObject({ name: 'Ramesh Verma', language: 'en', birthYear: 1980 });
    await sampark.as(agra).post(`/sympathisers/${a}`, { birthYear: '1981' });
    const undone = await undo(agra, a, mergeId);
    expect(undone.body).toMatchObject({ leftAsIs: [{ table: 'people', fields: ['birth_year'] }] });
    expect(await person(agra, a)).toMatchObject({ name: 'रमेश वर्मा', language: null, birthYear: null });
    expect(await person(agra, b)).toMatchObject({ name: 'Ramesh Verma', language: 'en', birthYear: 1981 });
  });

  it('is one, however often the button is pressed, and two that cross make one as well', async () => {
    const first = await twins();
    const answers = await Promise.all([merge(agra, first.a, first.b), merge(agra, first.a, first.b)]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[0]!.body).toEqual(answers[1]!.body);
    const second = await twins();
    const crossed = await Promise.all([merge(agra, second.a, second.b), merge(agra, second.b, second.a)]);
    expect(crossed.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await count('person_merges WHERE person_id = ANY ($1)', [[second.a, second.b]])).toBe(1);
  });

  it('of merged records is taken apart in turn, the latest first', async () => {
    const { a, b } = await twins();
    const { a: c } = await twins();
    const one = (await merge(agra, a, b)).body as { mergeId: string };
    const two = (await merge(agra, c, a)).body as { mergeId: string };
    expect((await sampark.as(agra).get(`/sympathisers/${b}`)).body).toEqual({ id: b, merged_into: c });
    expect((await undo(agra, a, one.mergeId)).status).toBe(404);
    expect((await undo(agra, c, two.mergeId)).status).toBe(200);
    expect((await undo(agra, a, one.mergeId)).status).toBe(200);
    for (const id of [a, b, c]) expect((await sampark.as(agra).get(`/sympathisers/${id}`)).status).toBe(200);
  });

  it('counts two parties of one person once, and kills the answer link of the record set aside', async () => {
    const { a, b } = await twins();
    const event = await anEvent(sampark, { in: 'agra', capacity: 10 });
    for (const [id, guests] of [
      [a, 0],
      [b, 2],
    ] as const) {
      const { id: invitation } = await anInvitation(sampark, event.id, id);
      await sampark.sql(`UPDATE invitations SET answer = 'yes', standing = 'in', guests = $2, state = 'answered', answered_at = now() WHERE id = $1`, [invitation, guests]); // prettier-ignore
    }
    await sampark.sql('UPDATE events SET heads = 4 WHERE id = $1', [event.id]);
    const heads = async () =>
      (await sampark.sql<{ heads: number }>('SELECT heads FROM events WHERE id = $1', [event.id]))[0]!.heads;
    const { mergeId } = (await merge(agra, a, b)).body as { mergeId: string };
    expect(await heads()).toBe(3);
    expect(await count(`invitations WHERE event_id = $1 AND answer = 'yes'`, [event.id])).toBe(1);
    expect(await count(`invitations WHERE event_id = $1 AND person_id = $2 AND link_version = 2`, [event.id, b])).toBe(
      1,
    );
    await undo(agra, a, mergeId);
    expect(await heads()).toBe(4);
    expect(await count(`invitations WHERE event_id = $1 AND answer = 'yes'`, [event.id])).toBe(2);
  });

  it('carries on what was written meanwhile, and lets a letter stop whoever they are now', async () => {
    const { a, b } = await twins();
    const mail = uuidv7();
    await sampark.sql(`INSERT INTO mails (person_id, id, path, kind, state) SELECT id, $2, path, 'invitation', 'sent' FROM people WHERE id = $1`, [b, mail]); // prettier-ignore
    const [{ path }] = (await sampark.sql<{ path: string }>('SELECT path FROM people WHERE id = $1', [b])) as [
      { path: string },
    ];
    const { mergeId } = (await merge(agra, a, b)).body as { mergeId: string };
    await sampark.sql(`INSERT INTO consents (person_id, id, path, purpose, channel, state, how) VALUES ($1, $2, $3, 'contact', 'phone', 'withdrawn', 'link')`, [b, uuidv7(), path]); // prettier-ignore
    expect(await sampark.sql('SELECT person_id FROM gate.people_of_mail($1, $2)', [b, mail])).toEqual([
      { person_id: a },
    ]);
    expect(await sampark.app.get(MergesService).gather(ROUND)).toBe(1);
    const withdrawn = (id: string) => count(`consents WHERE person_id = $1 AND state = 'withdrawn'`, [id]);
    expect([await withdrawn(a), await withdrawn(b)]).toEqual([1, 0]);
    await undo(agra, a, mergeId);
    // Said while they were one, it was said by both.
    expect([await withdrawn(a), await withdrawn(b)]).toEqual([1, 1]);
  });

  it('is followed by what an older page, or a phone without a network, still says of the record set aside', async () => {
    const p = phone();
    const mine = await aSympathiser(sampark, { in: 'agra', name: 'Asha', phones: [p], assignedTo: member.id });
    const other = await aSympathiser(sampark, { in: 'agra', name: 'Asha Devi', phones: [p] });
    expect((await merge(agra, other.id, mine.id)).status).toBe(201);
    const tried = { client_id: uuidv7(), person_id: mine.id, via: 'phone', disposition: 'no_answer' };
    const logged = await sampark.as(member).post('/attempts', tried);
    expect(logged).toMatchObject({ status: 201, body: { personId: other.id } });
    expect(await sampark.as(member).post('/attempts', tried)).toMatchObject({
      status: 200,
      body: { personId: other.id },
    });
    expect((await sampark.as(agra).post(`/sympathisers/${mine.id}/notes`, { text: 'late' })).status).toBe(201);
    expect((await sampark.as(mathura).post(`/sympathisers/${mine.id}/stop`)).status).toBe(404);
    expect((await sampark.as(agra).post(`/sympathisers/${mine.id}/stop`)).status).toBe(200);
    expect(await count('person_notes WHERE person_id = $1', [other.id])).toBe(1);
    expect(await count('contact_points WHERE person_id = $1 AND suppressed_at IS NULL', [other.id])).toBe(0);
    expect((await sampark.as(agra).get(`/sympathisers/${other.id}`)).body).toMatchObject({ stopped: true });
  });

  it('is decided on a page that shows both, and can be undone from the next', async () => {
    const { a, b } = await twins();
    await look();
    const browser = sampark.browser(agra);
    const page = await browser.get(`/sympathisers/${a}/beside/${b}`);
    expect(page.text).toContain('Ramesh Verma');
    expect(page.text).toContain('रमेश वर्मा');
    const answer = await browser.post(`/sympathisers/${a}/merges`, { other: b, take: ['name'] });
    expect(answer).toMatchObject({ status: 303, location: `/sympathisers/${a}` });
    const merged = await browser.follow(answer);
    expect(merged.text).toContain('The two are one now.');
    expect(merged.text).toContain('Make them two again');
  });

  it('is no business of members', async () => {
    const { a, b } = await twins();
    expect((await merge(member, a, b)).status).toBe(403);
    expect((await sampark.as(member).get('/duplicates')).status).toBe(403);
  });
});

describe('the tables below a person', () => {
  it('are all carried along, with the grants it takes and a rule for each of their unique keys', async () => {
    const tables = await sampark.sql<{ name: string; carried: boolean }>(
      `SELECT c.relname AS name, has_column_privilege('sampark_gate', c.oid, 'person_id', 'UPDATE')
              AND EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname AND p.policyname = 'carried_along') AS carried
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'person_id' AND NOT a.attisdropped
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname NOT IN ('import_rows', 'privacy_requests') ORDER BY 1`,
    );
    expect(tables.map(({ name }) => name)).toEqual([...CARRIED, 'identity_claims'].sort());
    expect(tables.filter(({ carried }) => !carried)).toEqual([]);
    const keys = await sampark.sql<{ table: string; columns: string[] }>(
      `SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
         FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey::int2[])
        WHERE i.indisunique AND i.indpred IS NULL AND c.relname = ANY ($1) GROUP BY c.relname, i.indexrelid`,
      [CARRIED],
    );
    const bare = keys
      .map(({ table, columns }) => ({
        table,
        columns: columns.filter((column) => column !== 'person_id' && column !== 'id'),
      }))
      .filter(({ table, columns }) =>
        columns.some((column) => !STAYS[table as (typeof CARRIED)[number]]?.includes(column)),
      );
    expect(
      bare.filter(({ table, columns }) => !(table === 'person_suggestions' && columns.join() === 'field')),
    ).toEqual([]);
    expect(Object.values(FIELDS).flat().length).toBeGreaterThan(5);
  });
});

/** Two records with a row in every table, some of them alike. */
async function everywhere() {
  const { a, b } = await twins();
  const event = await anEvent(sampark, { in: 'agra' });
  const other = await anEvent(sampark, { in: 'agra' });
  const [{ path, territory_id, team_id }] = (await sampark.sql<{ path: string; territory_id: string; team_id: string }>(
    `SELECT p.path, p.territory_id, (SELECT id FROM teams t WHERE starts_with(p.path, t.path) LIMIT 1) AS team_id FROM people p WHERE id = $1`,
    [a],
  )) as [{ path: string; territory_id: string; team_id: string }];
  await sampark.sql(`INSERT INTO person_identities (person_id, id, path, platform, handle) VALUES ($1, $2, $3, 'x', $4)`, [b, uuidv7(), path, `h${b.slice(-8)}`]); // prettier-ignore
  await sampark.sql(`INSERT INTO identity_claims (platform, handle, person_id, path) VALUES ('x', $1, $2, $3)`, [`h${b.slice(-8)}`, b, path]); // prettier-ignore
  await sampark.sql(`INSERT INTO person_notes (person_id, id, path, text) VALUES ($1, $2, $3, 'Came by himself.')`, [b, uuidv7(), path]); // prettier-ignore
  await sampark.sql(`INSERT INTO person_suggestions (person_id, id, path, field, value, why) VALUES ($1, $2, $3, 'pin', '282001', 'different_value')`, [b, uuidv7(), path]); // prettier-ignore
  await aNominee(sampark, b);
  if (team_id) {
    await sampark.sql(`INSERT INTO assignments (person_id, id, path, team_id, user_id, state) VALUES ($1, $2, $3, $4, $5, 'given')`, [b, uuidv7(), path, team_id, member.id]); // prettier-ignore
    await sampark.sql(`UPDATE people SET team_id = $2, assigned_to = $3, assigned_at = now() WHERE id = $1`, [b, team_id, member.id]); // prettier-ignore
  }
  await sampark.sql(`INSERT INTO attempts (person_id, id, path, user_id, channel, disposition, territory_id, at_path) VALUES ($1, $2, $3, $4, 'phone', 'reached', $5, $3)`, [b, uuidv7(), path, member.id, territory_id]); // prettier-ignore
  await sampark.sql(`UPDATE people SET last_attempt_at = now(), last_disposition = 'reached', follow_up_on = current_date WHERE id = $1`, [b]); // prettier-ignore
  for (const [id, of] of [
    [a, event.id],
    [b, event.id],
    [b, other.id],
  ] as const) {
    const { id: invitation } = await anInvitation(sampark, of, id);
    await sampark.sql(`INSERT INTO rsvps (person_id, id, invitation_id, event_id, path, answer, guests, how) VALUES ($1, $2, $3, $4, $5, 'maybe', 0, 'link')`, [id, uuidv7(), invitation, of, path]); // prettier-ignore
    await sampark.sql(`INSERT INTO attendances (person_id, event_id, id, path, how, territory_id, at_path) VALUES ($1, $2, $3, $4, 'list', $5, $4)`, [id, of, uuidv7(), path, territory_id]); // prettier-ignore
    await sampark.sql(`INSERT INTO mails (person_id, id, path, kind, event_id, invitation_id) VALUES ($1, $2, $3, 'invitation', $4, $5)`, [id, uuidv7(), path, of, invitation]); // prettier-ignore
  }
  return { a, b };
}

/** Every row of these people in every table, but the merges and what was decided about the pair. */
/** But for the links to either's own data: a merge retires them, and they stay retired. */
async function snapshot(ids: string[]) {
  const found: Record<string, unknown[]> = {};
  for (const table of ['people', 'identity_claims', ...CARRIED]) {
    if (table === 'person_merges') continue;
    const key = table === 'people' ? 'id' : 'person_id';
    const rows = await sampark.sql<{ row: unknown }>(
      `SELECT to_jsonb(t) - 'link_version' AS row FROM ${table} t WHERE t.${key} = ANY ($1) ${table === 'person_suggestions' ? `AND t.field <> 'person'` : ''} ORDER BY to_jsonb(t)::text`,
      [ids],
    );
    found[table] = rows.map(({ row }) => row);
  }
  return found;
}
