import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { columnsOf, nameOf, quoted, sequencesOf, tablesOf, type BackedUpTable, type Sequence } from './catalogue.js';
import type { Connections } from './connections.js';
import type { Frame } from './frames.js';
import type { Manifest } from './make-backup.js';
import { SealedFileProblem } from './sealed-file.js';

interface Bound {
  table: string;
  name: string;
  definition: string;
}

/**
 * Fills the tables of an empty database of the same level, inside the transactions that both connections have begun: what was
 * seeded there goes. Foreign keys and row policies are off meanwhile, and on again, and proven, at the end.
 * @returns how many rows
 * @throws SealedFileProblem where the file doesn't hold what it says; nothing is there then once the caller rolls back
 */
export async function loadBackup(
  as: Connections,
  manifest: Manifest,
  frames: AsyncIterator<Frame>,
  progress?: (table: string, rows: number) => void,
): Promise<number> {
  const { sampark_owner: owner, sampark_queue: queue } = as;
  const here = await tablesOf(owner);
  requireSameTables(here, manifest.tables);
  const bounds = await takeBoundsOff(owner);
  const indexes = await takeIndexesOff(owner);
  const forced = await forcedTables(owner);
  for (const table of forced) await owner.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`);
  for (const [role, client] of Object.entries(as)) {
    const mine = here.filter((table) => table.owner === role).map(nameOf);
    if (mine.length) await client.query(`TRUNCATE ${mine.join(', ')}`);
  }
  await makePartitions(owner, here, manifest.tables);
  let rows = 0;
  for (const table of manifest.tables) {
    progress?.(`${table.schema}.${table.name}`, rows);
    rows += await loadTable(as[table.owner], table, frames);
  }
  const { sequences } = (await next(frames, 'Z')) as { sequences: Sequence[] };
  if (!(await frames.next()).done) throw new SealedFileProblem('The backup goes on behind its end.');
  await setSequences(as, sequences);
  // Nobody works on them here.
  await queue.query(
    'UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL WHERE locked_by IS NOT NULL',
  );
  await queue.query(
    'UPDATE graphile_worker._private_job_queues SET locked_at = NULL, locked_by = NULL WHERE locked_by IS NOT NULL',
  );
  for (const index of indexes) await owner.query(index);
  for (const { table, name, definition } of bounds)
    await owner.query(`ALTER TABLE ${table} ADD CONSTRAINT ${quoted(name)} ${definition}`);
  for (const table of forced) await owner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
  return rows;
}

async function loadTable(client: pg.Client, table: BackedUpTable, frames: AsyncIterator<Frame>): Promise<number> {
  const said = (await next(frames, 'T')) as { schema: string; name: string };
  if (said.schema !== table.schema || said.name !== table.name)
    throw new SealedFileProblem(
      `The backup has ${said.schema}.${said.name} in the place of ${table.schema}.${table.name}.`,
    );
  const copy = client.query(copyFrom(`COPY ${nameOf(table)} (${columnsOf(table)}) FROM STDIN`));
  let end: { rows: number } | undefined;
  const data = async function* () {
    for (;;) {
      const frame = await frames.next();
      if (frame.done) throw new SealedFileProblem('The backup breaks off.');
      if (frame.value.kind === 'D') yield frame.value.data;
      else if (frame.value.kind === 'E') return void (end = frame.value.value as { rows: number });
      else throw new SealedFileProblem(`The backup breaks off within ${table.schema}.${table.name}.`);
    }
  };
  await pipeline(Readable.from(data(), { objectMode: false }), copy);
  if (copy.rowCount !== end?.rows)
    throw new SealedFileProblem(`Of ${end?.rows} rows of ${table.schema}.${table.name} ${copy.rowCount} arrived.`);
  return copy.rowCount;
}

async function next(frames: AsyncIterator<Frame>, kind: 'T' | 'Z'): Promise<unknown> {
  const frame = await frames.next();
  if (frame.done || frame.value.kind !== kind) throw new SealedFileProblem('The backup breaks off.');
  return (frame.value as { value: unknown }).value;
}

function requireSameTables(here: BackedUpTable[], there: BackedUpTable[]): void {
  const say = (tables: BackedUpTable[]) => new Set(tables.map((table) => `${nameOf(table)} (${columnsOf(table)})`));
  const [ours, theirs] = [say(here), say(there)];
  const differing = [...ours, ...theirs].filter((table) => ours.has(table) !== theirs.has(table));
  if (differing.length) throw new SealedFileProblem(`The backup has other tables than this database: ${differing[0]}`);
}

/** Foreign keys, and checks that hold for new rows alone: the rows come in any order, and from nobody's scope. */
async function takeBoundsOff(owner: pg.Client): Promise<Bound[]> {
  const { rows } = await owner.query<Bound>(
    `SELECT k.conrelid::regclass::text AS table, k.conname AS name, pg_get_constraintdef(k.oid) AS definition
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
      WHERE pg_get_userbyid(c.relowner) = 'sampark_owner' AND k.conparentid = 0
        AND (k.contype = 'f' OR (k.contype = 'c' AND NOT k.convalidated))`,
  );
  for (const { table, name } of rows) await owner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${quoted(name)}`);
  return rows;
}

/** Indexes that no constraint needs: made over all rows at once they cost a fraction of keeping them. @returns how to make them */
async function takeIndexesOff(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ name: string; definition: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
      WHERE c.relkind = 'i' AND NOT c.relispartition AND NOT t.relispartition AND pg_get_userbyid(t.relowner) = 'sampark_owner'
        AND t.relnamespace::regnamespace::text NOT LIKE 'pg\\_%'
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)`,
  );
  for (const { name } of rows) await owner.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition);
}

async function forcedTables(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c
      WHERE c.relforcerowsecurity AND pg_get_userbyid(c.relowner) = 'sampark_owner'`,
  );
  return rows.map(({ name }) => name);
}

/** Partitions that the backup had and this database doesn't, e.g. of the trail's earlier months. */
async function makePartitions(owner: pg.Client, here: BackedUpTable[], there: BackedUpTable[]): Promise<void> {
  for (const parent of there) {
    const known = new Set(here.find((table) => nameOf(table) === nameOf(parent))!.partitions.map(({ bound }) => bound));
    for (const { name, bound } of parent.partitions.filter((partition) => !known.has(partition.bound))) {
      const partition = nameOf({ schema: parent.schema, name });
      await owner.query(`CREATE TABLE ${partition} PARTITION OF ${nameOf(parent)} ${bound}`);
      await owner.query(`ALTER TABLE ${partition} ENABLE ROW LEVEL SECURITY`);
      await owner.query(`ALTER TABLE ${partition} FORCE ROW LEVEL SECURITY`);
    }
  }
}

async function setSequences(as: Connections, sequences: Sequence[]): Promise<void> {
  const known = new Set((await sequencesOf(as.sampark_owner)).map(nameOf));
  for (const sequence of sequences.filter((one) => known.has(nameOf(one))))
    await as[sequence.owner].query('SELECT setval($1::regclass, $2::bigint, $3)', [
      nameOf(sequence),
      sequence.last,
      sequence.called,
    ]);
}
