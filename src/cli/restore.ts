import {
  endRestore,
  requireKeysOf,
  restoreBackup,
  restoreStateAt,
  type OpenBackup,
} from '../platform/backup/restore-backup.js';
import type { Manifest } from '../platform/backup/make-backup.js';
import { CommandFailure } from '../platform/cli/command-failure.js';
import { loadConfig, type Config } from '../platform/config/config.js';
import { openDatabase, type Database } from '../platform/database/database.js';
import { migrate } from '../platform/database/migrate.js';
import { takeOverKeys } from '../platform/database/secrets.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { ErasureLogFile } from '../platform/erasure-log/erasure-log-file.js';
import { ErasureLog, erasureLogPath } from '../platform/erasure-log/erasure-log.service.js';
import { KeyedHashes } from '../platform/security/keyed-hashes.js';
import { RestoredErasures, type DoneAgain } from '../privacy/restoring/restored-erasures.service.js';
import { installRoot } from '../territories/root.js';
import { onDatabase } from './with-application.js';

/** Where any of these has a row, somebody works with the database. */
const EMPTY = ['people', 'users', 'import_batches'];

/**
 * What was open when the backup was made. Sessions and links may have been ended since; mails may have gone out: nothing is sent
 * a second time before somebody has looked.
 */
const AFTER_LOAD = [
  'UPDATE sessions SET ended_at = now() WHERE ended_at IS NULL',
  `UPDATE mails SET state = 'unsure', why = 'restored' WHERE state IN ('pending', 'sending')`,
];

export interface Restored {
  rows?: number;
  createdAt: string;
  /** Null: the erasure log was given up. */
  again: DoneAgain | null;
}

interface Options {
  /** Why the erasure log is given up. */
  lost?: string;
  progress?: (text: string) => void;
  /** For tests; else as the environment says. */
  config?: Config;
}

/**
 * Restores a backup into the database of the environment, and does again what was erased since.
 * @throws CommandFailure and others that say what is wrong; then nothing is in it
 */
export async function restoreInto(backup: OpenBackup, { lost, progress, config = loadConfig() }: Options = {}) {
  const { manifest } = backup;
  if (manifest.secrets && config.embedded && !config.suppressionKeys) takeOverKeys(config.dataDir, manifest.secrets);
  const restored = withDatabase(config, async (database) => {
    const hashes = new KeyedHashes(database.suppressionKeys);
    requireKeysOf(manifest, hashes);
    if (!lost) await requireLog(config, manifest, hashes);
    const rows = await restoreBackup(database.urls, backup, {
      empty: EMPTY,
      afterLoad: AFTER_LOAD,
      progress: (table, n) => progress?.(`${table}, ${n} rows so far`),
    });
    return { ...(await finish(config, database, lost, progress)), rows };
  });
  return restored.finally(() => backup.close());
}

/** Goes on with what restoreInto() began, once the data is in. */
export async function continueRestore(lost?: string, config = loadConfig()): Promise<Restored> {
  return withDatabase(config, async (database) => {
    const state = await restoreStateAt(database.urls);
    if (state?.state !== 'loaded') throw new CommandFailure('There is no restore to go on with.');
    return finish(config, database, lost);
  });
}

async function finish(config: Config, database: Database, lost?: string, progress?: Options['progress']) {
  const state = (await restoreStateAt(database.urls))!;
  await installRoot(database, config, () => migrate(database.urls));
  const again = await onDatabase(
    'restore',
    { config, database },
    async ({ app, actor }) => {
      if (lost) await app.get(ErasureLog).beginAnew(actor, lost);
      const done = lost
        ? null
        : await app
            .get(RestoredErasures)
            .apply(actor, state.logSeq, (phase, n) => progress?.(`${phase}: ${n} compared`));
      const facts = { made: state.createdAt, ...(done ?? { erasureLog: 'lost', why: lost }) };
      await app.get(UnitOfWork).run(actor, async (tx) => tx.audit('backup.restored', { facts }));
      return done;
    },
    { mending: true },
  );
  await endRestore(database.urls);
  return { createdAt: state.createdAt, again };
}

/** Before anything is loaded: the log is there, of this installation, whole, and as long as the backup knew it. */
async function requireLog(config: Config, { installation, erasureLog }: Manifest, hashes: KeyedHashes): Promise<void> {
  const path = erasureLogPath(config);
  if (!path) throw new CommandFailure('ERASURE_LOG_FILE: is needed to restore a backup');
  const file = new ErasureLogFile(path, installation, hashes);
  const at: { mac?: Buffer } = {};
  try {
    const end = await file.read((entry, mac) => {
      if (entry.seq === erasureLog.seq) at.mac = mac;
    });
    const mac = erasureLog.mac ? Buffer.from(erasureLog.mac, 'base64') : null;
    file.compare({ seq: erasureLog.seq, mac }, end, at.mac);
  } catch (error) {
    throw new CommandFailure(
      `${(error as Error).message}\nWithout it whoever was erased since the backup would come back. Put it in its place; ` +
        'if it is lost for good, say so: --without-erasure-log "why".',
    );
  }
}

async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(config);
  try {
    return await work(database);
  } finally {
    await database.leave();
  }
}
