import pg from 'pg';
import { createZstdDecompress } from 'node:zlib';
import { Readable } from 'node:stream';
import { migrations } from '../../../migrations/index.js';
import type { DatabaseUrls } from '../database/embedded-postgres.js';
import { migrateQueue, migrateTo } from '../database/migrate.js';
import type { KeyedHashes } from '../security/keyed-hashes.js';
import { problemsOfKeys } from '../security/suppression-keys.js';
import { letBackupRead } from './backup-role.js';
import { levelOf } from './catalogue.js';
import { asOwners, type Connections } from './connections.js';
import { framesOf, type Frame } from './frames.js';
import { loadBackup } from './load-backup.js';
import type { Manifest } from './make-backup.js';
import { restoreState, setRestoreState, type RestoreState } from './restore-state.js';
import { SealedFileProblem, unseal } from './sealed-file.js';

/** A backup that can't go into this database, and why. */
export class RestoreProblem extends Error {}

export interface OpenBackup {
  manifest: Manifest;
  /** What follows, once. */
  frames: AsyncIterator<Frame>;
  /** Lets the file go, read to its end or not. */
  close(): void;
}

/** @throws SealedFileProblem where the key is wrong or the file is broken */
export async function openBackup(path: string, passphrase: string): Promise<OpenBackup> {
  const { content } = await unseal(path, passphrase);
  const plain = Readable.from(content, { objectMode: false }).on('error', (error) => unpacked.destroy(error));
  const unpacked = plain.pipe(createZstdDecompress({ chunkSize: 256 * 1024 }));
  const frames = framesOf(unpacked as AsyncIterable<Buffer>);
  const close = () => {
    plain.destroy();
    unpacked.destroy();
  };
  const first = await frames.next();
  if (first.done || first.value.kind !== 'M') throw new SealedFileProblem(`${path}: breaks off.`);
  const manifest = first.value.value as Manifest;
  if (manifest.version !== 1) throw new SealedFileProblem(`${path}: was made by a newer version.`);
  return { manifest, frames, close };
}

/** @throws RestoreProblem where our keys are not those that the list in the backup was made with */
export function requireKeysOf(manifest: Manifest, hashes: KeyedHashes): void {
  const keys = manifest.keys.map((key) => ({ ...key, check: key.check ? Buffer.from(key.check, 'base64') : null }));
  const problems = problemsOfKeys(keys, hashes);
  if (problems.length)
    throw new RestoreProblem(
      `SUPPRESSION_KEYS is not what the backup's suppression list was made with:\n${problems.join('\n')}`,
    );
}

interface Options {
  /** Tables that must have no row: whoever has people or users here is no empty database. */
  empty: readonly string[];
  /** Statements for the restored rows, before anybody sees them. */
  afterLoad: readonly string[];
  progress?: (table: string, rows: number) => void;
}

/**
 * Puts an opened backup into an empty database, all of it or nothing, and brings that up to date. It is left in the state `loaded`:
 * nothing is served from it before the erasures since are done again.
 * @returns how many rows
 * @throws RestoreProblem where the database isn't empty or of another level; SealedFileProblem where the file is broken
 */
export async function restoreBackup(urls: DatabaseUrls, backup: OpenBackup, options: Options): Promise<number> {
  const { manifest } = backup;
  await reachLevel(urls, manifest.level.program);
  const rows = await asOwners(urls, async (as) => {
    await requireLevel(as, manifest);
    await requireEmpty(as.sampark_owner, options.empty);
    return load(as, backup, options);
  });
  return rows;
}

async function load(as: Connections, { manifest, frames }: OpenBackup, { afterLoad, progress }: Options) {
  const { sampark_owner: owner, sampark_queue: queue } = as;
  const state: RestoreState = { state: 'loading', createdAt: manifest.createdAt, logSeq: manifest.erasureLog.seq };
  const earlier = await restoreState(asSource(owner));
  await setRestoreState(owner, state);
  let queueIsIn = false;
  try {
    await owner.query('BEGIN');
    await queue.query('BEGIN');
    const rows = await loadBackup(as, manifest, frames, progress);
    for (const statement of afterLoad) await owner.query(statement);
    await setRestoreState(owner, { ...state, state: 'loaded' });
    // Two roles, two transactions: should the second fail, the state says so, and the next try empties the first again.
    await queue.query('COMMIT');
    queueIsIn = true;
    await owner.query('COMMIT');
    for (const client of [owner, queue]) await client.query('ANALYZE');
    return rows;
  } catch (error) {
    for (const client of [queue, owner]) await client.query('ROLLBACK').catch(() => undefined);
    if (!queueIsIn) await setRestoreState(owner, earlier).catch(() => undefined);
    throw error;
  }
}

/** A database in which nothing is yet is brought to the level of the backup, and no further. */
async function reachLevel(urls: DatabaseUrls, level: readonly string[]): Promise<void> {
  const ours = migrations.map((Migration) => new Migration().name);
  if (level.some((name, i) => ours[i] !== name))
    throw new RestoreProblem('The backup was made by a newer version of the program: install that one first.');
  const fresh = await asOwner(urls.owner, async (owner) => {
    const { rows } = await owner.query<{ fresh: boolean }>(`SELECT to_regclass('public.migrations') IS NULL AS fresh`);
    return rows[0]!.fresh;
  });
  if (!fresh) return;
  await migrateTo(urls.owner, level.length);
  await letBackupRead(urls.owner);
  await migrateQueue(urls.queue);
}

async function requireLevel(as: Connections, { level }: Manifest): Promise<void> {
  const here = await levelOf(as.sampark_owner, as.sampark_queue);
  if (here.program.length > level.program.length)
    throw new RestoreProblem(
      'The backup is older than this database: restore it into a new one, which is then brought up to date.',
    );
  if (here.program.length < level.program.length)
    throw new RestoreProblem('The backup is newer than this database: run `sampark migrate` first.');
  if (here.queue !== level.queue)
    throw new RestoreProblem('The queue in the backup is of another version of the program: install that one first.');
}

async function requireEmpty(owner: pg.Client, tables: readonly string[]): Promise<void> {
  await owner.query('BEGIN; SET LOCAL ROLE sampark_backup');
  try {
    for (const table of tables) {
      const { rowCount } = await owner.query(`SELECT 1 FROM public.${table} LIMIT 1`);
      if (rowCount)
        throw new RestoreProblem(
          `The database is not empty: it has ${table}. Restore into a new one, so that nothing is overwritten.`,
        );
    }
  } finally {
    await owner.query('ROLLBACK');
  }
  const { rows } = await owner.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND usename = 'sampark_app' AND pid <> pg_backend_pid()`,
  );
  if (rows[0]!.n) throw new RestoreProblem('The program is running on this database: stop it first.');
}

/** Everything is done: the program may serve. */
export function endRestore(urls: DatabaseUrls): Promise<void> {
  return asOwner(urls.owner, (owner) => setRestoreState(owner, null));
}

/** Where a restore stands, before there is a program. */
export function restoreStateAt(urls: DatabaseUrls): Promise<RestoreState | null> {
  return asOwner(urls.owner, async (owner) => {
    const { rows } = await owner.query<{ fresh: boolean }>(
      `SELECT to_regclass('public.installation') IS NULL AS fresh`,
    );
    return rows[0]!.fresh ? null : restoreState(asSource(owner));
  });
}

const asSource = (client: pg.Client) => ({ query: async <T>(sql: string) => (await client.query(sql)).rows as T });

async function asOwner<T>(url: string, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  if (!url) throw new RestoreProblem('DATABASE_OWNER_URL: is needed to restore');
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}
