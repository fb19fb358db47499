import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { closeApplication, createContext } from '../../src/application.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { joinEmbeddedServer } from '../../src/platform/database/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { RootScope } from '../../src/platform/database/root-scope.js';
import { makeLogger } from '../../src/platform/log/logger.js';
import { ShippedTree } from '../../src/territories/shipped-tree.js';
import { installRoot } from '../../src/territories/root.js';
import { prepareDatabase, prepareRoles, type RolePasswords } from '../../src/platform/database/roles.js';
import { TEMPLATE, urlsFor } from './database.js';
import { clearLeftBehind, own } from './left-behind.js';

/**
 * One Postgres for the run, and in it one template database: migrated, with the real tree. TEST_DATABASE_ADMIN_URL names a
 * server of your own instead (its superuser), which is how the suite runs on another version.
 */
export async function startForTests() {
  const given = process.env.TEST_DATABASE_ADMIN_URL;
  const passwords = { owner: 'owner-of-tests', app: 'app-of-tests', queue: 'queue-of-tests' };
  if (!given) {
    clearLeftBehind();
    const folder = mkdtempSync(join(tmpdir(), 'sampark-test-'));
    own(folder);
    chmodSync(folder, 0o755);
    const server = await joinEmbeddedServer(folder, {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      // For benches that tell where the time goes; see statement-times.ts.
      ...(process.env.BENCH_STATEMENTS && {
        shared_preload_libraries: 'pg_stat_statements',
        'pg_stat_statements.track': 'all',
      }),
    });
    process.env.SAMPARK_TEST_ADMIN_URL = server.adminUrl;
    (globalThis as { stopPostgres?: () => Promise<void> }).stopPostgres = async () => {
      await server.leave();
      rmSync(folder, { recursive: true, force: true });
    };
  } else process.env.SAMPARK_TEST_ADMIN_URL = given;

  try {
    await makeTemplate(passwords);
  } catch (error) {
    // Jest runs no tear-down after a set-up that failed.
    await (globalThis as { stopPostgres?: () => Promise<void> }).stopPostgres?.();
    throw error;
  }
}

async function makeTemplate(passwords: RolePasswords) {
  const admin = new pg.Client({ connectionString: process.env.SAMPARK_TEST_ADMIN_URL });
  await admin.connect();
  try {
    await prepareRoles(admin, passwords);
    await admin.query(`DROP DATABASE IF EXISTS ${TEMPLATE}`);
    await prepareDatabase(admin, TEMPLATE);
    await fillTemplate();
  } finally {
    await admin.end();
  }
}

async function fillTemplate() {
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    DATA_DIR: tmpdir(),
    DATABASE_URL: urlsFor(TEMPLATE).app,
    SMTP_URL: 'smtp://127.0.0.1:9',
    SECRET_KEY: 'of the template, which signs nothing',
    SUPPRESSION_KEYS: 'template:which-suppresses-nobody-at-all-ever',
  });
  const database = {
    urls: urlsFor(TEMPLATE),
    secretKey: config.secretKey!,
    suppressionKeys: config.suppressionKeys!,
    leave: async () => {},
  };
  await installRoot(database, config, () => migrate(database.urls));
  const app = await createContext({ config, database, logger: makeLogger(config) });
  try {
    const scope = await app.get(RootScope).scope();
    await app.get(ShippedTree).load({ kind: 'system', name: 'system:tests', scope });
  } finally {
    await closeApplication(app);
  }
}
