import { mkdtempSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { joinEmbeddedServer } from '../../src/platform/database/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { prepareDatabase, prepareRoles } from '../../src/platform/database/roles.js';
import { TEMPLATE, urlsFor } from './database.js';

/**
 * One Postgres for the run, and in it one template database with everything migrated. TEST_DATABASE_ADMIN_URL names a
 * server of your own instead (its superuser), which is how the suite runs on another version.
 */
export async function startForTests() {
  const given = process.env.TEST_DATABASE_ADMIN_URL;
  const passwords = { owner: 'owner-of-tests', app: 'app-of-tests', queue: 'queue-of-tests' };
  if (!given) {
    const folder = mkdtempSync(join(tmpdir(), 'sampark-test-'));
    chmodSync(folder, 0o755);
    const server = await joinEmbeddedServer(folder, {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
    });
    process.env.SAMPARK_TEST_ADMIN_URL = server.adminUrl;
    (globalThis as { stopPostgres?: () => Promise<void> }).stopPostgres = () => server.leave();
  } else process.env.SAMPARK_TEST_ADMIN_URL = given;

  const admin = new pg.Client({ connectionString: process.env.SAMPARK_TEST_ADMIN_URL });
  await admin.connect();
  try {
    await prepareRoles(admin, passwords);
    await admin.query(`DROP DATABASE IF EXISTS ${TEMPLATE}`);
    await prepareDatabase(admin, TEMPLATE);
    await migrate(urlsFor(TEMPLATE));
  } finally {
    await admin.end();
  }
}
