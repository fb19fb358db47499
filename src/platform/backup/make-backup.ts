import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { to as copyTo } from 'pg-copy-streams';
import type { DatabaseUrls } from '../database/embedded-postgres.js';
import { syncFolder } from '../erasure-log/erasure-log-file.js';
import { BACKUP_ROLE } from './backup-role.js';
import { columnsOf, levelOf, nameOf, sequencesOf, tablesOf, type BackedUpTable, type Sequence } from './catalogue.js';
import { asOwners, type Connections } from './connections.js';
import { dataFrame, valueFrame } from './frames.js';
import { seal } from './sealed-file.js';

/** What a backup says of itself, first. */
export interface Manifest {
  version: 1;
  createdAt: string;
  installation: string;
  /** Of the program's migrations by name, of the queue's the highest number. */
  level: { program: string[]; queue: number };
  /** Of the suppression list: what it was made with, to be compared before anything is loaded. */
  keys: { name: string; check: string | null; entries: number }[];
  /** Where the erasure log ended. */
  erasureLog: { seq: number; mac: string | null };
  tables: BackedUpTable[];
  /** SECRET_KEY and SUPPRESSION_KEYS, where they were asked to go along. */
  secrets?: { secretKey: string; suppressionKeys: string };
}

export interface Made {
  tables: number;
  rows: number;
  bytes: number;
  createdAt: string;
}

interface Options {
  passphrase: string;
  secrets?: Manifest['secrets'];
  progress?: (table: string, rows: number) => void;
}

/**
 * Writes everything in the database to one encrypted file: one moment of it, while others go on working. The package of the
 * embedded PostgreSQL has no pg_dump, and a dump would lie on the disk in the clear; so it is our own, the same on both kinds.
 * Memory doesn't grow with the database.
 */
export async function makeBackup(urls: DatabaseUrls, path: string, options: Options): Promise<Made> {
  return asOwners(urls, async (as) => {
    const manifest = await beginSnapshot(as, options.secrets);
    const made: Made = { tables: manifest.tables.length, rows: 0, bytes: 0, createdAt: manifest.createdAt };
    const { version, createdAt, installation, level } = manifest;
    const about = { version, createdAt, installation, level: level.program.at(-1), withSecrets: !!options.secrets };
    const compressed = Readable.from(framesOf(as, manifest, made, options.progress), { objectMode: false, highWaterMark: 1 << 20 }); // prettier-ignore
    // Level 1 is as fast as the disk here, and a file of people is a fifth of what it was.
    const zstd = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } });
    const aside = `${path}.unfinished`;
    const file = await open(aside, 'w', 0o600);
    try {
      await pipeline(compressed, zstd, async (source) => {
        for await (const piece of seal(source as AsyncIterable<Buffer>, options.passphrase, about))
          await file.appendFile(piece);
      });
      await file.sync();
      made.bytes = (await file.stat()).size;
      await file.close();
      await rename(aside, path);
      await syncFolder(dirname(path));
      return made;
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(aside, { force: true });
      throw error;
    }
  });
}

/** One moment for both connections, until they end. */
async function beginSnapshot(as: Connections, secrets: Manifest['secrets']): Promise<Manifest> {
  const { sampark_owner: owner, sampark_queue: queue } = as;
  const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY';
  const staging = await owner.query<{ tables: string }>(
    `SELECT string_agg(format('staging.%I', tablename), ', ') AS tables FROM pg_tables WHERE schemaname = 'staging'`,
  );
  await owner.query(begin);
  // Before the moment is set: what is emptied as a whole and not row by row (gate.empty_staging) would be missing from it.
  await owner.query(`LOCK TABLE ${staging.rows[0]!.tables} IN ACCESS SHARE MODE`);
  await queue.query(begin);
  const { rows } = await owner.query<{ id: string; now: Date }>('SELECT pg_export_snapshot() AS id, now()');
  await queue.query(`SET TRANSACTION SNAPSHOT '${rows[0]!.id}'`);
  const level = await levelOf(owner, queue);
  await owner.query(`SET LOCAL ROLE ${BACKUP_ROLE}`);
  const keys = await owner.query<{ name: string; check: string | null; entries: number }>(
    `SELECT k.name, encode(k.check_value, 'base64') AS check,
            (SELECT count(*)::int FROM suppressions s WHERE s.key_name = k.name) AS entries
       FROM suppression_keys k ORDER BY k.first_used_at, k.name`,
  );
  const end = await owner.query<{ seq: string; mac: string | null }>(
    `SELECT seq, encode(mac, 'base64') AS mac FROM erasure_log_head`,
  );
  const id = await owner.query<{ value: string }>(`SELECT value FROM installation WHERE key = 'id'`);
  return {
    version: 1,
    createdAt: rows[0]!.now.toISOString(),
    installation: id.rows[0]!.value,
    level,
    keys: keys.rows,
    erasureLog: { seq: Number(end.rows[0]!.seq), mac: end.rows[0]!.mac },
    tables: await tablesOf(owner),
    ...(secrets && { secrets }),
  };
}

async function* framesOf(as: Connections, manifest: Manifest, made: Made, progress?: Options['progress']) {
  yield valueFrame('M', manifest);
  for (const table of manifest.tables) {
    yield valueFrame('T', { schema: table.schema, name: table.name });
    progress?.(`${table.schema}.${table.name}`, made.rows);
    const stream = as[table.owner].query(copyTo(`COPY (SELECT ${columnsOf(table)} FROM ${nameOf(table)}) TO STDOUT`));
    for await (const data of stream as AsyncIterable<Buffer>) yield dataFrame(data);
    yield valueFrame('E', { rows: stream.rowCount });
    made.rows += stream.rowCount;
  }
  yield valueFrame('Z', { sequences: await sequencesNow(as) });
}

async function sequencesNow(as: Connections): Promise<Sequence[]> {
  await as.sampark_owner.query('RESET ROLE');
  const found: Sequence[] = [];
  for (const sequence of await sequencesOf(as.sampark_owner)) {
    const { rows } = await as[sequence.owner].query<{ last: string; called: boolean }>(
      `SELECT last_value::text AS last, is_called AS called FROM ${nameOf(sequence)}`,
    );
    found.push({ ...sequence, ...rows[0]! });
  }
  return found;
}
