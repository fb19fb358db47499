import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/platform/config/config.js';
import type { Database } from '../../src/platform/database/database.js';
import { joinEmbeddedServer } from '../../src/platform/database/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { installRoot } from '../../src/territories/root.js';
import { own } from './left-behind.js';

/** An embedded Postgres in a folder of its own, as an installation has it, that a test may kill. */
export interface KillableServer {
  dataDir: string;
  database: Database;
  /** `postgres://` of its superuser. */
  adminUrl: string;
  /** `kill -9` of the server; whoever has joined it starts it again within a second. */
  kill(): void;
  close(): Promise<void>;
}

/** Migrated, with the root of the tree and nothing below it. */
export async function aKillableServer(): Promise<KillableServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sampark-test-'));
  own(dataDir);
  chmodSync(dataDir, 0o755);
  const config = loadConfig({ NODE_ENV: 'development', DATA_DIR: dataDir, PROCESS: 'worker', LOG_LEVEL: 'error' });
  // What a killed process has written stays with the system: only a machine that goes dark loses what was not flushed.
  const embedded = await joinEmbeddedServer(dataDir, { fsync: 'off' });
  const { urls, secrets } = embedded;
  const database: Database = { urls, ...secrets, embedded, leave: () => embedded.leave() };
  await installRoot(database, config, () => migrate(database.urls));
  return {
    dataDir,
    database,
    adminUrl: database.embedded!.adminUrl.replace(/\/postgres$/, '/sampark'),
    kill: () => {
      const [pid] = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGKILL');
    },
    close: async () => {
      await database.leave();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
