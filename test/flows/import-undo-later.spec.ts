import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { SpreadAll } from '../../src/assignments/assignments.jobs.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { Job } from '../../src/platform/jobs/job.js';
import { FindDuplicates } from '../../src/sympathisers/duplicates/duplicate-jobs.js';
import { ImportUndo } from '../../src/sympathisers/import/import-undo.service.js';
import { ImportsService } from '../../src/sympathisers/import/imports.service.js';
import { aTeamAt } from '../factories/outreach.js';
import { anImport, outcome, shown } from '../factories/imports.js';
import { theRealTree } from '../factories/real-tree.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let admin: AUser;
let agra: AUser;
let made = 6_600_000_000;
const phone = () => String(++made);
beforeAll(async () => {
  sampark = await aSampark();
  await theRealTree(sampark);
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

/** One after the other, as they share a connection. */
async function each<T, R>(of: T[], what: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const one of of) results.push(await what(one));
  return results;
}
const idOf = async (number: string, name?: string) =>
  (
    await sampark.sql<{ id: string }>(
      `SELECT c.person_id AS id FROM contact_points c JOIN people p ON p.id = c.person_id
        WHERE c.value = $1 AND ($2::text IS NULL OR p.full_name = $2) ORDER BY 1`,
      [`+91${number}`, name ?? null],
    )
  )[0]?.id as string;
const pointOf = async (person: string, value: string) =>
  (await sampark.sql<{ id: string }>('SELECT id FROM contact_points WHERE person_id = $1 AND value = $2', [person, value]))[0]!.id; // prettier-ignore
const pointsOf = async (person: string) =>
  (
    await sampark.sql<{ value: string }>('SELECT value FROM contact_points WHERE person_id = $1 ORDER BY 1', [person])
  ).map(({ value }) => value);
const isThere = async (...ids: string[]) =>
  (await sampark.sql<{ id: string }>('SELECT id FROM people WHERE id = ANY ($1) ORDER BY 1', [ids])).map((r) => r.id);

/** Weeks go by, with everything that jobs do in their nights. */
async function weeksGoBy(batchId: string) {
  const system = await sampark.system();
  for (const job of [FindDuplicates, SpreadAll] as Job<object>[])
    await sampark.get(UnitOfWork).run(system, (tx) => tx.enqueue(job, {}));
  await sampark.drain();
  await sampark.sql(
    `UPDATE import_batches SET confirmed_at = confirmed_at - interval '30 days', finished_at = finished_at - interval '30 days' WHERE id = $1`,
    [batchId],
  );
}
const foreseen = async (by: AUser, id: string) =>
  (await sampark.as(by).get(`/imports/${id}/undo`)).body as { goes: number; kept: number; beyond: boolean };
async function undo(by: AUser, id: string) {
  const answer = await sampark.as(by).post(`/imports/${id}/undo`);
  expect(answer.status).toBe(202);
  await sampark.drain();
  expect(await shown(sampark, admin, id)).toMatchObject({ state: 'undone' });
}
const listed = async (by: AUser, id: string) => {
  const { items, beyond } = (await sampark.as(by).get(`/imports/${id}/kept`)).body as {
    items: { id: string; why: string[] }[];
    beyond: number;
  };
  return { why: Object.fromEntries(items.map((one) => [one.id, one.why])), beyond };
};

describe('what jobs did since keeps nobody', () => {
  it('people who look alike, and whom the night shared out among a team, go with their suggestions and assignments', async () => {
    await aTeamAt(sampark, 'etah', 2);
    const [p, q] = [phone(), phone()];
    const had = await aSympathiser(sampark, { in: 'etah', name: 'Sarita Gupta', phones: [`+91${q}`] });
    const batch = await anImport(sampark, admin, [
      { name: 'Ramesh Kumar Chaturvedi', phone: p, district: 'Etah' },
      { name: 'Ramesh Chaturvedi', phone: p, district: 'Etah' },
      { name: 'Sarita Rani Gupta', phone: q, district: 'Etah' },
    ]);
    expect(outcome(batch)).toEqual([3, 0, 0, 0]);
    const ids = (await sampark.sql<{ id: string }>('SELECT id FROM people WHERE batch_id = $1', [batch.id])).map((r) => r.id); // prettier-ignore
    await weeksGoBy(batch.id);
    // The set-up is as said.
    const pairs = () =>
      sampark.sql(`SELECT FROM person_suggestions WHERE field = 'person' AND (person_id = ANY ($1) OR other_id = ANY ($1))`, [ids]); // prettier-ignore
    expect((await pairs()).length).toBeGreaterThanOrEqual(2);
    expect(await sampark.sql('SELECT FROM assignments WHERE person_id = ANY ($1)', [ids])).toHaveLength(3);
    expect(await foreseen(admin, batch.id)).toMatchObject({ goes: 3, kept: 0 });
    await undo(admin, batch.id);
    expect(await isThere(...ids)).toEqual([]);
    expect(await pairs()).toEqual([]);
    expect(await listed(admin, batch.id)).toEqual({ why: {}, beyond: 0 });
    expect(await isThere(had.id)).toEqual([had.id]);
  });

  it('a member who took somebody on, and an officer who gave somebody or told two apart, keep them', async () => {
    const team = await aTeamAt(sampark, 'hathras', 2);
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'hathras' });
    const numbers = [phone(), phone(), phone(), phone()];
    const rows = ['Taken Singh', 'Given Sharma', 'Apart Verma', 'Untouched Pal'].map((name, i) => ({
      name,
      phone: numbers[i]!,
      district: 'Hathras',
    }));
    const other = await aSympathiser(sampark, {
      in: 'hathras',
      name: 'Apart Kumar Verma',
      phones: [`+91${numbers[2]!}`],
    });
    const batch = await anImport(sampark, admin, rows);
    const ids = await each(rows, (row) => idOf(row.phone, row.name));
    await weeksGoBy(batch.id);
    const handsOf = async (id: string) =>
      (await sampark.sql<{ user: string }>('SELECT assigned_to AS "user" FROM people WHERE id = $1', [id]))[0]!.user;
    const [theirs, another] = [await handsOf(ids[0]!), await handsOf(ids[1]!)];
    const member = team.members.find(({ id }) => id === theirs)!;
    expect((await sampark.as(member).post(`/assignments/${ids[0]}/acceptance`)).status).toBe(200);
    const onward = team.members.find(({ id }) => id !== another)!;
    const given = await sampark.as(convenor).post(`/assignments/${ids[1]}`, { user_id: onward.id });
    expect(given.status).toBeLessThan(300);
    // It stands with the other one, whose id is smaller.
    expect((await sampark.as(convenor).post(`/sympathisers/${ids[2]}/not-the-same`, { other: other.id })).status).toBeLessThan(400); // prettier-ignore
    await undo(admin, batch.id);
    expect(await listed(admin, batch.id)).toEqual({
      why: { [ids[0]!]: ['assignments'], [ids[1]!]: ['assignments'], [ids[2]!]: ['person_suggestions'] },
      beyond: 0,
    });
    expect(await isThere(...ids)).toEqual(ids.slice(0, 3).sort());
  });
});

describe('what is written while an undo runs', () => {
  /** Runs it while somebody else holds these people for a moment, and writes about them. */
  async function meanwhile(batchId: string, ids: string[], write: () => Promise<unknown>) {
    await sampark.sql('BEGIN');
    await sampark.sql('SELECT FROM people WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', [ids]);
    expect((await sampark.as(admin).post(`/imports/${batchId}/undo`)).status).toBe(202);
    const running = sampark.drain();
    const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    for (let tries = 0; !(await sampark.sql(waits)).length; tries++) {
      if (tries > 200) throw new Error('the undo never came to these people');
      await wait(50);
    }
    await write();
    await sampark.sql('COMMIT');
    await running;
    expect(await shown(sampark, admin, batchId)).toMatchObject({ state: 'undone' });
  }

  it('a note or a phone that comes before its person goes keeps them', async () => {
    const numbers = [phone(), phone(), phone()];
    const batch = await anImport(
      sampark,
      admin,
      numbers.map((number, i) => ({ name: `Asha Number${i}`, phone: number, district: 'Mainpuri' })),
    );
    const ids = await each(numbers, (number) => idOf(number));
    await meanwhile(batch.id, ids, async () => {
      await sampark.sql(`INSERT INTO person_notes (person_id, id, path, text) SELECT id, new_id(), path, 'wants to help' FROM people WHERE id = $1`, [ids[0]]); // prettier-ignore
      await sampark.sql(`INSERT INTO contact_points (person_id, id, path, kind, value) SELECT id, new_id(), path, 'phone', $2 FROM people WHERE id = $1`, [ids[1], `+91${phone()}`]); // prettier-ignore
    });
    expect(await isThere(...ids)).toEqual(ids.slice(0, 2).sort());
    expect(await listed(admin, batch.id)).toEqual({
      why: { [ids[0]!]: ['person_notes'], [ids[1]!]: ['contact_points'] },
      beyond: 0,
    });
    expect(await sampark.sql('SELECT text FROM person_notes WHERE person_id = $1', [ids[0]])).toEqual([
      { text: 'wants to help' },
    ]);
  });

  it('a field of somebody we had that is put right before it goes stays', async () => {
    const p = phone();
    const had = await aSympathiser(sampark, { in: 'mainpuri', name: 'Kavita Rao', phones: [`+91${p}`] });
    await sampark.sql('UPDATE people SET pin = NULL WHERE id = $1', [had.id]);
    const batch = await anImport(sampark, admin, [{ name: 'Kavita Rao', phone: p, pin: '205001' }]);
    expect(outcome(batch)).toEqual([0, 1, 0, 0]);
    await meanwhile(batch.id, [had.id], async () => {
      await sampark.sql(`UPDATE people SET pin = '205262' WHERE id = $1`, [had.id]);
      await sampark.sql(
        `INSERT INTO audit_entries (at, id, actor_kind, path, action, people, facts)
         SELECT clock_timestamp(), new_id(), 'user', path, 'sympathiser.corrected', ARRAY[id], '{"fields": ["pin"]}' FROM people WHERE id = $1`,
        [had.id],
      );
    });
    expect(await sampark.sql('SELECT pin FROM people WHERE id = $1', [had.id])).toEqual([{ pin: '205262' }]);
    expect(await listed(admin, batch.id)).toEqual({ why: { [had.id]: ['pin'] }, beyond: 0 });
  });
});

describe('an undo by a narrower office', () => {
  it('is refused where the file changed people out of its sight, and left to the office that holds all of them', async () => {
    const [p, q] = [phone(), phone()];
    const away = await aSympathiser(sampark, { in: 'mathura', name: 'Mohan Lal', phones: [`+91${p}`] });
    const rows = [
      { name: 'Mohan Lal', phone: p, language: 'en' },
      { name: 'Naya Kumar', phone: q },
    ];
    const batch = await anImport(sampark, admin, rows, { territory: 'agra' });
    expect(outcome(batch)).toEqual([1, 1, 0, 0]);
    expect(await foreseen(agra, batch.id)).toMatchObject({ beyond: true });
    expect((await sampark.as(agra).post(`/imports/${batch.id}/undo`)).status).toBe(409);
    const page = await sampark.browser(agra).get(`/imports/${batch.id}/undo`);
    expect(page.text).toContain('outside your area');
    expect(page.text).not.toContain(`action="/imports/${batch.id}/undo"`);
    expect(await shown(sampark, admin, batch.id)).toMatchObject({ state: 'done' });
    await undo(admin, batch.id);
    expect(await sampark.sql('SELECT language FROM people WHERE id = $1', [away.id])).toEqual([{ language: null }]);
    expect(await idOf(q)).toBeUndefined();
  });

  it('is done where all of it is in its sight, and goes on in that office’s territory after a crash', async () => {
    const p = phone();
    const batch = await anImport(sampark, admin, [{ name: 'Naya Gupta', phone: p }], { territory: 'agra' });
    expect(await foreseen(agra, batch.id)).toMatchObject({ beyond: false, goes: 1 });
    expect((await sampark.as(agra).post(`/imports/${batch.id}/undo`)).status).toBe(202);
    // The job is lost, as with a crash that ran out of tries.
    const jobs = 'graphile_worker._private_jobs';
    await sampark.sql(`DELETE FROM ${jobs} WHERE key = $1`, [`undo ${batch.id}`]);
    await sampark.sql(`UPDATE import_batches SET touched_at = now() - interval '1 hour' WHERE id = $1`, [batch.id]);
    await sampark.get(ImportsService).resume(await sampark.system());
    expect(await sampark.sql(`SELECT payload -> 'scope' ->> 'from' AS scope, payload ->> 'causedBy' AS by FROM ${jobs} WHERE key = $1`, [`undo ${batch.id}`])).toEqual([{ scope: agra.path, by: agra.id }]); // prettier-ignore
    await sampark.drain();
    expect(await shown(sampark, agra, batch.id)).toMatchObject({ state: 'undone' });
    expect(await idOf(p)).toBeUndefined();
  });

  it('lists whom another office has by now for that office, and says here how many', async () => {
    const [p, q] = [phone(), phone()];
    const batch = await anImport(
      sampark,
      agra,
      [
        { name: 'Moved Away', phone: p },
        { name: 'Stayed Here', phone: q },
      ],
      { territory: 'agra' },
    );
    const id = await idOf(p);
    const [mathura] = await sampark.sql<{ id: string }>(`SELECT id FROM territories WHERE code = 'mathura'`);
    expect((await sampark.as(admin).post(`/sympathisers/${id}`, { territoryId: mathura!.id })).status).toBeLessThan(400); // prettier-ignore
    expect(await sampark.sql(`SELECT t.code FROM people p JOIN territories t ON t.id = p.territory_id WHERE p.id = $1`, [id])).toEqual([{ code: 'mathura' }]); // prettier-ignore
    expect(await foreseen(agra, batch.id)).toMatchObject({ beyond: false, goes: 1, kept: 1 });
    await undo(agra, batch.id);
    expect(await isThere(id)).toEqual([id]);
    expect(await idOf(q)).toBeUndefined();
    expect(await listed(agra, batch.id)).toEqual({ why: {}, beyond: 1 });
    expect((await sampark.browser(agra).get(`/imports/${batch.id}/kept`)).text).toContain('One more person is listed');
    expect(await listed(admin, batch.id)).toEqual({ why: { [id]: ['moved'] }, beyond: 0 });
  });
});

describe('of people we had', () => {
  it('a phone, mail or handle that was stopped, ended, preferred or verified since stays, and they are listed', async () => {
    const people = await each(['Stopped', 'Ended', 'Preferred', 'Verified', 'Untouched'], async (name) => {
      const own = phone();
      const { id } = await aSympathiser(sampark, { in: 'mainpuri', name: `${name} Devi`, phones: [`+91${own}`] });
      return { id, name: `${name} Devi`, own };
    });
    const mail = (name: string) => `${name.split(' ')[0]!.toLowerCase()}@example.org`;
    const batch = await anImport(
      sampark,
      admin,
      people.map(({ name, own }) => ({ name, phone: own, email: mail(name), platform: 'X', handle: `h_${own}` })),
    );
    expect(outcome(batch)).toEqual([0, 5, 0, 0]);
    const [stopped, ended, preferred, verified, untouched] = people.map(({ id }) => id) as [string, string, string, string, string]; // prettier-ignore
    const of = (id: string) => mail(people.find((one) => one.id === id)!.name);
    await sampark.sql(`UPDATE contact_points SET suppressed_at = now() WHERE person_id = $1 AND value = $2`, [stopped, of(stopped)]); // prettier-ignore
    const ends = await sampark.as(admin).post(`/sympathisers/${ended}/points/${await pointOf(ended, of(ended))}/end`, { why: 'wrong' }); // prettier-ignore
    expect(ends.status).toBeLessThan(400);
    const prefers = await sampark.as(admin).post(`/sympathisers/${preferred}/points/${await pointOf(preferred, of(preferred))}/prefer`); // prettier-ignore
    expect(prefers.status).toBeLessThan(400);
    const [handle] = await sampark.sql<{ id: string }>('SELECT id FROM person_identities WHERE person_id = $1', [verified]); // prettier-ignore
    const verifies = await sampark.as(admin).post(`/sympathisers/${verified}/points/${handle!.id}/verify`, { seen: 'profile' }); // prettier-ignore
    expect(verifies.status).toBeLessThan(400);
    expect(await foreseen(admin, batch.id)).toMatchObject({ goes: 1, kept: 4 });
    await undo(admin, batch.id);
    expect(await listed(admin, batch.id)).toEqual({
      why: {
        [stopped]: ['points_since'],
        [ended]: ['points_since'],
        [preferred]: ['points_since'],
        [verified]: ['identities_since'],
      },
      beyond: 0,
    });
    for (const id of [stopped, ended, preferred]) expect(await pointsOf(id)).toContain(of(id));
    for (const id of [verified, untouched]) expect(await pointsOf(id)).not.toContain(of(id));
    const handles = await sampark.sql<{ id: string }>('SELECT person_id AS id FROM person_identities WHERE batch_id = $1', [batch.id]); // prettier-ignore
    expect(handles).toEqual([{ id: verified }]);
  });

  it('a pair that a row suggested goes, whichever of the two has the smaller id; one that somebody settled stays, and is listed', async () => {
    const [p, q, r] = [phone(), phone(), phone()];
    const first = await aSympathiser(sampark, { in: 'mainpuri', name: 'Geeta Bai', emails: [`g${p}@example.org`] });
    const second = await aSympathiser(sampark, { in: 'mainpuri', name: 'Geeta Bai', phones: [`+91${q}`] });
    const third = await aSympathiser(sampark, { in: 'mainpuri', name: 'Meena Bai', phones: [`+91${r}`] });
    const batch = await anImport(sampark, admin, [
      { name: 'Geeta Bai', phone: q, email: `g${p}@example.org`, language: 'en' },
      { name: 'Meena Bai', phone: r, language: 'en', remarks: 'x' },
    ]);
    const pairs = () =>
      sampark.sql<{ a: string; b: string }>(`SELECT person_id AS a, other_id AS b FROM person_suggestions WHERE batch_id = $1 AND field = 'person'`, [batch.id]); // prettier-ignore
    expect(await pairs()).toEqual([{ a: first.id, b: second.id }]);
    await sampark.sql(
      `INSERT INTO person_suggestions (person_id, id, path, field, value, why, batch_id, settled_at, settled_how)
       SELECT id, new_id(), path, 'pin', '205001', 'different_value', $2, now(), 'left' FROM people WHERE id = $1`,
      [third.id, batch.id],
    );
    await weeksGoBy(batch.id);
    await undo(admin, batch.id);
    expect(await pairs()).toEqual([]);
    expect(await listed(admin, batch.id)).toEqual({ why: { [third.id]: ['person_suggestions'] }, beyond: 0 });
  });

  it('who got another home by hand since, after the file had placed them, is listed', async () => {
    const p = phone();
    await anImport(sampark, admin, [{ name: 'Wandering Nath', phone: p, district: 'Wakanda' }]);
    const id = await idOf(p);
    const batch = await anImport(sampark, admin, [{ name: 'Wandering Nath', phone: p, district: 'Mainpuri' }]);
    const [etah] = await sampark.sql<{ id: string }>(`SELECT id FROM territories WHERE code = 'etah'`);
    expect((await sampark.as(admin).post(`/sympathisers/${id}`, { territoryId: etah!.id })).status).toBeLessThan(400);
    await undo(admin, batch.id);
    expect(await listed(admin, batch.id)).toEqual({ why: { [id]: ['territory'] }, beyond: 0 });
    expect(await sampark.sql(`SELECT t.code FROM people p JOIN territories t ON t.id = p.territory_id WHERE p.id = $1`, [id])).toEqual([{ code: 'etah' }]); // prettier-ignore
  });
});

describe('people whom another file has as well', () => {
  const rows = () => [
    { name: 'Only First', phone: phone(), district: 'Mainpuri' },
    { name: 'In Both', phone: phone(), district: 'Mainpuri' },
  ];

  it('stay when the first is taken back, though the second said nothing new of them; and are listed', async () => {
    const [one, both] = rows();
    const first = await anImport(sampark, admin, [one!, both!]);
    const second = await anImport(sampark, admin, [both!]);
    expect(outcome(second)).toEqual([0, 0, 1, 0]);
    const [gone, stays] = [await idOf(one!.phone), await idOf(both!.phone)];
    expect(await foreseen(admin, first.id)).toMatchObject({ goes: 1, kept: 1 });
    await undo(admin, first.id);
    expect(await isThere(gone, stays)).toEqual([stays]);
    expect(await listed(admin, first.id)).toEqual({ why: { [stays]: ['files'] }, beyond: 0 });
  });

  it('go when the second was taken back before', async () => {
    const [one, both] = rows();
    const first = await anImport(sampark, admin, [one!, both!]);
    const second = await anImport(sampark, admin, [both!]);
    const ids = [await idOf(one!.phone), await idOf(both!.phone)];
    await undo(admin, second.id);
    expect((await isThere(...ids)).length).toBe(2);
    await undo(admin, first.id);
    expect(await isThere(...ids)).toEqual([]);
  });
});

describe('people merged since', () => {
  it('who came with the file and is one with somebody older by now is listed as them, and their phone stays', async () => {
    const [p, q] = [phone(), phone()];
    const older = await aSympathiser(sampark, { in: 'mainpuri', name: 'Savitri Devi', phones: [`+91${p}`] });
    const batch = await anImport(sampark, admin, [
      { name: 'Savitri D', phone: q, district: 'Mainpuri' },
      { name: 'Savitri Devi', phone: p, language: 'en' },
    ]);
    expect(outcome(batch)).toEqual([1, 1, 0, 0]);
    const loser = await idOf(q);
    expect((await sampark.as(admin).post(`/sympathisers/${older.id}/merges`, { other: loser })).status).toBeLessThan(400); // prettier-ignore
    expect(await foreseen(admin, batch.id)).toMatchObject({ goes: 1, kept: 1 });
    await undo(admin, batch.id);
    expect(await listed(admin, batch.id)).toEqual({ why: { [older.id]: ['merged'] }, beyond: 0 });
    expect(await isThere(older.id, loser)).toEqual([older.id, loser].sort());
    expect(await pointsOf(older.id)).toEqual([`+91${p}`, `+91${q}`].sort());
    // What it had added to the older one by itself is gone.
    expect(await sampark.sql('SELECT language FROM people WHERE id = $1', [older.id])).toEqual([{ language: null }]);
    const page = await sampark.browser(admin).get(`/imports/${batch.id}/kept`);
    expect(page.text).toContain('records were merged');
  });

  it('who came with the file and took in another record stays', async () => {
    const [p, q] = [phone(), phone()];
    const batch = await anImport(sampark, admin, [
      { name: 'Parvati', phone: p, district: 'Mainpuri' },
      { name: 'Parvati Devi', phone: q, district: 'Mainpuri' },
    ]);
    const [winner, loser] = [await idOf(p), await idOf(q)];
    expect((await sampark.as(admin).post(`/sympathisers/${winner}/merges`, { other: loser })).status).toBeLessThan(400);
    expect(await foreseen(admin, batch.id)).toMatchObject({ goes: 0, kept: 2 });
    await undo(admin, batch.id);
    expect(await isThere(winner, loser)).toEqual([winner, loser].sort());
    expect(await listed(admin, batch.id)).toEqual({ why: { [winner]: ['merged'] }, beyond: 0 });
  });
});

describe('an undo that is run twice', () => {
  it('is done once, and says in the trail how many went and how many stayed', async () => {
    const [p, q] = [phone(), phone()];
    const batch = await anImport(sampark, admin, [
      { name: 'Noted Yadav', phone: p, district: 'Mainpuri' },
      { name: 'Silent Yadav', phone: q, district: 'Mainpuri' },
    ]);
    const id = await idOf(p);
    expect((await sampark.as(admin).post(`/sympathisers/${id}/notes`, { text: 'speaks well' })).status).toBe(201);
    await undo(admin, batch.id);
    await sampark.get(ImportUndo).run(await sampark.system(), batch.id);
    expect(await sampark.sql(`SELECT facts FROM audit_entries WHERE action = 'import.undone' AND subject_id = $1`, [batch.id])).toEqual([{ facts: { gone: 1, changed: 0, kept: 1 } }]); // prettier-ignore
  });
});
