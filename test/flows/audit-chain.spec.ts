import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { MonthsService } from '../../src/audit/months.service.js';
import { SealingService } from '../../src/audit/sealing.service.js';
import { VerifyingService, type Broken } from '../../src/audit/verifying.service.js';
import type { SystemActor } from '../../src/platform/database/actor.js';
import { beginSql, UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ACTOR_ROLES } from '../../src/platform/database/roles.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { requestContext } from '../../src/platform/web/request-context.js';
import { urlsFor } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let system: SystemActor;
let sealing: SealingService;
let verifying: VerifyingService;
beforeAll(async () => {
  sampark = await aSampark();
  system = await sampark.system();
  sealing = sampark.get(SealingService);
  verifying = sampark.get(VerifyingService);
});
afterAll(() => sampark?.close());

/** Writes entries, one unit of work each; every one with values. @returns their ids, in order */
async function entries(n: number): Promise<string[]> {
  const marks: string[] = [];
  for (let i = 0; i < n; i++) {
    const subjectId = uuidv7();
    marks.push(subjectId);
    await sampark.get(UnitOfWork).run(system, async (tx) => {
      tx.audit('team.opened', {
        subject: 'team',
        subjectId,
        before: { name: 'Old' },
        after: { name: `New ${i}`, n: 1.5 },
      });
    });
  }
  const rows = await sampark.sql<{ id: string }>(
    'SELECT e.id FROM unnest($1::uuid[]) WITH ORDINALITY m(s, n) JOIN audit_entries e ON e.subject_id = m.s ORDER BY m.n',
    [marks],
  );
  return rows.map((row) => row.id);
}
const broken = async (): Promise<Broken | null> => (await verifying.verify(system)).broken;

describe('sealing', () => {
  it('gives every committed entry one number, and verifying finds each as it was sealed', async () => {
    const ids = await entries(5);
    await sealing.seal(system);
    const rows = await sampark.sql<{ entry_id: string; seq: string }>(
      'SELECT entry_id, seq FROM audit_chain ORDER BY seq',
    );
    expect(rows.map((row) => Number(row.seq))).toEqual(rows.map((_, index) => index + 1));
    expect(rows.slice(-5).map((row) => row.entry_id)).toEqual(ids);
    const [{ n } = { n: 0 }] = await sampark.sql<{ n: number }>('SELECT count(*)::int AS n FROM audit_entries');
    expect(await verifying.verify(system)).toMatchObject({ entries: n, dropped: 0, unsealed: { n: 0 }, broken: null });
    expect(await sealing.seal(system)).toBe(0);
  });

  it('is never forked by two who seal at once', async () => {
    await entries(30);
    const sealed = await Promise.all([
      sealing.seal(system),
      sealing.seal(system),
      sealing.seal(system, { since: 'ever' }),
    ]);
    expect(sealed.reduce((sum, one) => sum + one)).toBe(30);
    expect(await broken()).toBeNull();
  });

  it('does not wait for a transaction that stays open, and seals its entries once they are committed', async () => {
    const late = new pg.Client({ connectionString: urlsFor(sampark.database).app });
    await late.connect();
    try {
      const id = uuidv7();
      await late.query(beginSql(system));
      await late.query(
        `INSERT INTO audit_entries (at, id, actor_kind, path, action) VALUES (clock_timestamp(), $1, 'system', '', 'team.opened')`,
        [id],
      );
      const later = await entries(3);
      expect(await sealing.seal(system)).toBe(3);
      // What is open is remembered, however often we seal meanwhile.
      await entries(1);
      await sealing.seal(system);
      await late.query('COMMIT');
      expect((await verifying.verify(system)).unsealed.n).toBe(1);
      expect(await sealing.seal(system)).toBe(1);
      const order = await sampark.sql<{ entry_id: string }>(
        'SELECT entry_id FROM audit_chain ORDER BY seq DESC LIMIT 5',
      );
      expect(order[0]!.entry_id).toBe(id);
      expect(order.map((row) => row.entry_id)).toContain(later[0]);
      expect(await verifying.verify(system)).toMatchObject({ broken: null, unsealed: { n: 0 } });
    } finally {
      await late.end();
    }
  });

  it('looks only at what is new, as soon as nothing older can still be committed', async () => {
    await sealing.seal(system);
    const marked = async () =>
      (
        await sampark.sql<{ at: Date; to: Date | number }>('SELECT mark_at AS at, sealed_to AS "to" FROM audit_head')
      )[0]!;
    const { at } = await marked();
    // Older transactions are open anywhere on the server, in the databases of other tests too; they end.
    for (let to: Date | number = -Infinity; typeof to === 'number' || to.getTime() < at.getTime() - 600_000;) {
      await sealing.seal(system);
      ({ to } = await marked());
    }
  });

  it('goes on after the database was moved to a cluster whose transactions count from elsewhere', async () => {
    await sampark.sql(`UPDATE audit_head SET mark_xmax = '99999999999'`);
    await entries(2);
    expect(await sealing.seal(system)).toBe(2);
    const [head] = await sampark.sql<{ foreign: boolean }>(
      `SELECT mark_xmax = '99999999999'::xid8 AS foreign FROM audit_head`,
    );
    expect(head!.foreign).toBe(false);
    expect(await broken()).toBeNull();
  });
});

describe('verifying', () => {
  /** What a test breaks is mended after it. */
  let ids: string[];
  beforeEach(async () => {
    ids = await entries(3);
    await sealing.seal(system);
    await sampark.sql('CREATE TABLE saved_entries AS TABLE audit_entries');
    await sampark.sql('CREATE TABLE saved_values AS TABLE audit_values');
    await sampark.sql('CREATE TABLE saved_chain AS TABLE audit_chain');
    await sampark.sql('CREATE TABLE saved_head AS TABLE audit_head');
    expect(await broken()).toBeNull();
  });
  afterEach(async () => {
    for (const [table, saved] of Object.entries({
      audit_entries: 'saved_entries',
      audit_values: 'saved_values',
      audit_chain: 'saved_chain',
      audit_head: 'saved_head',
    }))
      await sampark.sql(`TRUNCATE ${table}; INSERT INTO ${table} TABLE ${saved}; DROP TABLE ${saved}`);
    expect(await broken()).toBeNull();
  });
  const seqOf = async (id: string) =>
    Number((await sampark.sql<{ seq: string }>('SELECT seq FROM saved_chain WHERE entry_id = $1', [id]))[0]!.seq);

  it.each([
    ['who did it', `user_id = '0192d3a5-0000-7000-8000-000000000000'`],
    ['what was done', `action = 'team.closed'`],
    ['when', `at = at + interval '1 microsecond'`],
    ['where from', `address = '203.0.113.9'`],
    ['the people', `people = ARRAY['0192d3a5-0000-7000-8000-000000000000'::uuid]`],
    ['the facts', `facts = '{"x": 1}'`],
    ['the digest of the values', `values_digest = sha256('x')`],
  ])('names the first entry of which somebody changed %s', async (_what, change) => {
    await sampark.sql(`UPDATE audit_entries SET ${change} WHERE id = ANY ($1)`, [ids.slice(1)]);
    const found = await broken();
    // With another time it is another entry: the one that was sealed is gone.
    expect(found).toMatchObject({ what: change.startsWith('at') ? 'entry_missing' : 'entry_changed', id: ids[1] });
    expect(found!.seq).toBe(await seqOf(ids[1]!));
  });

  it('names an entry that was deleted', async () => {
    await sampark.sql('DELETE FROM audit_entries WHERE id = $1', [ids[0]]);
    expect(await broken()).toMatchObject({ what: 'entry_missing', id: ids[0] });
  });

  it('names an entry whose values were changed, or whose salt was', async () => {
    await sampark.sql(`UPDATE audit_values SET after = '{"name": "Other"}' WHERE entry_id = $1`, [ids[1]]);
    expect(await broken()).toMatchObject({ what: 'values_changed', id: ids[1] });
    await sampark.sql(`UPDATE audit_values SET salt = '\\x00' WHERE entry_id = $1`, [ids[0]]);
    expect(await broken()).toMatchObject({ what: 'values_changed', id: ids[0] });
  });

  it('is content when values were erased', async () => {
    await sampark.sql('DELETE FROM audit_values WHERE entry_id = $1', [ids[1]]);
    expect(await broken()).toBeNull();
  });

  it('notices two entries that changed places', async () => {
    await sampark.sql(
      `UPDATE audit_chain c SET entry_id = o.entry_id, entry_at = o.entry_at, digest = o.digest
         FROM audit_chain o WHERE (c.entry_id, o.entry_id) IN (($1, $2), ($2, $1))`,
      [ids[0], ids[1]],
    );
    expect(await broken()).toMatchObject({ what: 'link_changed', seq: await seqOf(ids[0]!) });
  });

  it('notices a seal that is gone, in the middle and at the end', async () => {
    const seq = await seqOf(ids[1]!);
    await sampark.sql('DELETE FROM audit_chain WHERE seq = $1', [seq]);
    expect(await broken()).toEqual({ what: 'link_missing', seq });
    await sampark.sql('DELETE FROM audit_chain WHERE seq >= $1', [seq]);
    expect(await broken()).toEqual({ what: 'end_missing', seq });
  });

  it('notices a chain that was cut off and given another end, which nobody without the key can sign', async () => {
    const before = await sealing.head(system);
    const seq = await seqOf(ids[1]!);
    await sampark.sql('DELETE FROM audit_entries WHERE id = ANY ($1)', [ids.slice(1)]);
    await sampark.sql('DELETE FROM audit_chain WHERE seq >= $1', [seq]);
    await sampark.sql('UPDATE audit_head SET seq = c.seq, hash = c.hash FROM audit_chain c WHERE c.seq = $1', [
      seq - 1,
    ]);
    expect(await broken()).toEqual({ what: 'head_unsigned', seq: seq - 1 });
    // Even with the key: a head that was noted outside earlier is no longer in it.
    await entries(1);
    await sealing.seal(system);
    expect(await broken()).toBeNull();
    const { broken: unknown } = await verifying.verify(system, { noted: [before] });
    expect(unknown).toMatchObject({ what: 'head_unknown' });
    expect((await verifying.verify(system, { noted: [{ seq: 0, hash: before.hash }] })).broken).toMatchObject({
      what: 'head_unknown',
    });
  });

  it('finds heads noted earlier again, by number or by hash alone', async () => {
    const first = await sealing.head(system);
    await entries(2);
    await sealing.seal(system);
    const last = await sealing.head(system);
    const noted = [first, last, { seq: 0, hash: first.hash }];
    expect((await verifying.verify(system, { noted })).broken).toBeNull();
  });
});

describe('a dropped month', () => {
  const months = () => sampark.get(MonthsService);
  const partitions = async (table: string) =>
    (
      await sampark.sql<{ name: string }>(
        `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass ORDER BY 1`,
        [table],
      )
    ).map((row) => row.name);

  it('leaves its signed last hash, from which the rest is proved', async () => {
    const now = new Date();
    const [old, older] = [50, 60].map((back) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 15)));
    // Rows for which no partition was made lie aside until one is.
    for (const at of [older!, old!, old!])
      await sampark.sql(
        `INSERT INTO audit_entries (at, id, actor_kind, path, action) VALUES ($1, $2, 'system', '', 'team.opened')`,
        [at, uuidv7()],
      );
    await sealing.seal(system, { since: 'ever' });
    await months().makeAhead(system, now);
    const name = (at: Date) => `audit_entries_${at.toISOString().slice(0, 7).replace('-', '_')}`;
    expect(await partitions('audit_entries')).toEqual(expect.arrayContaining([name(old!), name(older!)]));
    expect(await sampark.sql('SELECT 1 FROM audit_entries_default')).toEqual([]);
    const before = await verifying.verify(system);
    expect(before.broken).toBeNull();

    expect(await months().dropOld(system, now)).toEqual(
      [older!, old!].map((at) => `${at.toISOString().slice(0, 7)}-01`),
    );
    expect(await partitions('audit_entries')).not.toContain(name(old!));
    expect(await months().dropOld(system, now)).toEqual([]);
    await sealing.seal(system);
    const after = await verifying.verify(system);
    expect(after).toMatchObject({ broken: null, dropped: 3 });
    // What is left of it is signed.
    await sampark.sql(`UPDATE audit_months SET signature = 'forged'`);
    expect(await broken()).toMatchObject({ what: 'month_unsigned', month: `${older!.toISOString().slice(0, 7)}-01` });
    await sampark.sql('DELETE FROM audit_months');
    expect(await broken()).toMatchObject({ what: 'entry_missing' });
  });

  it('with a chain of its own goes with it: the rest begins where that one ended', async () => {
    const other = await aSampark();
    try {
      const actor = await other.system();
      const seal = other.get(SealingService);
      await seal.seal(actor);
      const early = await seal.head(actor);
      // As if it had all been written and sealed four years ago.
      await other.sql(`UPDATE audit_entries SET at = '2022-03-05T00:00:00Z'`);
      await other.sql(`UPDATE audit_values SET at = '2022-03-05T00:00:00Z'`);
      await other.sql('DELETE FROM audit_chain');
      await other.sql(`UPDATE audit_head SET seq = 0, hash = decode(repeat('00', 32), 'hex'), month = '-infinity'`);
      await seal.seal(actor, { since: 'ever' });
      await other.sql(`UPDATE audit_chain SET month = '2022-03-01'`);
      await other.sql(`UPDATE audit_head SET month = '2022-03-01'`);
      const end = await seal.head(actor);
      expect(end.seq).toBe(early.seq);
      await other.get(MonthsService).makeAhead(actor, new Date());
      expect(await other.get(MonthsService).dropOld(actor, new Date())).toEqual(['2022-03-01']);
      expect(await other.sql('SELECT 1 FROM audit_chain')).toHaveLength(0);
      await seal.seal(actor);
      const verify = other.get(VerifyingService);
      expect(await verify.verify(actor, { noted: [end] })).toMatchObject({
        broken: null,
        entries: 1,
        head: { seq: end.seq + 1 },
      });
      await other.sql(`UPDATE audit_months SET last_hash = sha256('x')`);
      expect((await verify.verify(actor)).broken).toMatchObject({ what: 'month_unsigned', month: '2022-03-01' });
    } finally {
      await other.close();
    }
  });

  it('is never one that is not a year old, whoever asks', async () => {
    const drop = (month: string) =>
      sampark
        .get(UnitOfWork)
        .run(system, (tx) => tx.query(`SELECT gate.audit_drop_month($1::date, 0, NULL, 0, '\\x00', 'x')`, [month]));
    const now = new Date();
    const eleven = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 11, 1)).toISOString().slice(0, 10);
    await expect(drop(eleven)).rejects.toThrow('not a year old');
  });
});

describe('the trail', () => {
  it.each(ACTOR_ROLES.map((role) => [role]))('can be changed and emptied by nobody: %s', async (role) => {
    const client = new pg.Client({ connectionString: urlsFor(sampark.database).app });
    await client.connect();
    try {
      await client.query(`SET ROLE ${role}`);
      for (const [table, column] of Object.entries({
        audit_entries: 'path',
        audit_values: 'path',
        audit_chain: 'hash',
        audit_head: 'hash',
        audit_months: 'month',
        audit_entries_default: 'path',
      }))
        for (const sql of [`UPDATE ${table} SET ${column} = ${column}`, `DELETE FROM ${table}`, `TRUNCATE ${table}`])
          await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.end();
    }
  });

  it.each(ACTOR_ROLES.map((role) => [role]))('is shown to nobody while it is not said who acts: %s', async (role) => {
    const client = new pg.Client({ connectionString: urlsFor(sampark.database).app });
    await client.connect();
    try {
      await client.query(`SET ROLE ${role}`);
      for (const table of ['audit_entries', 'audit_values', 'audit_chain', 'audit_months', 'audit_heads', 'notices']) {
        const rows = await client.query(`SELECT 1 FROM ${table} LIMIT 1`).then(
          ({ rowCount }) => rowCount,
          (error: { code: string }) => error.code,
        );
        expect({ table, rows: rows === '42501' ? 0 : rows }).toEqual({ table, rows: 0 });
      }
    } finally {
      await client.end();
    }
  });

  it('takes no entry in the name of somebody else', async () => {
    const user = uuidv7();
    const client = new pg.Client({ connectionString: urlsFor(sampark.database).app });
    await client.connect();
    try {
      await client.query(beginSql(system));
      await expect(
        client.query(
          `INSERT INTO audit_entries (at, id, actor_kind, user_id, path, action) VALUES (now(), $1, 'system', $2, '', 'x')`,
          [uuidv7(), user],
        ),
      ).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.end();
    }
  });

  it('spreads more than a thousand people over several entries', async () => {
    const people = Array.from({ length: 2_300 }, () => uuidv7());
    const subjectId = uuidv7();
    await requestContext.run({ requestId: 'r', address: '192.0.2.7' }, () =>
      sampark.get(UnitOfWork).run(system, async (tx) => {
        tx.audit('assignment.spread', { subject: 'team', subjectId, people, after: { x: 1 }, facts: { given: 2_300 } });
      }),
    );
    const rows = await sampark.sql<{ people: string[]; facts: object; address: string; valued: boolean }>(
      `SELECT people, facts, address, values_digest IS NOT NULL AS valued FROM audit_entries WHERE subject_id = $1 ORDER BY id`,
      [subjectId],
    );
    expect(rows.map((row) => row.people.length)).toEqual([1_000, 1_000, 300]);
    expect(rows.flatMap((row) => row.people)).toEqual(people);
    expect(rows.map((row) => row.valued)).toEqual([true, false, false]);
    expect(rows[2]).toMatchObject({ facts: { given: 2_300, part: 3, parts: 3 }, address: '192.0.2.7' });
  });
});
