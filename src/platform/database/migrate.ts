import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { letBackupRead } from '../backup/backup-role.js';
import type { DatabaseUrls } from './embedded-postgres.js';
import { ownerDataSource } from './data-source.js';
import { sqlStateOf } from './sql-state.js';

/** The queue's half of the schema, made by the role that owns the queue. */
const QUEUE_SCHEMA = `
  CREATE SCHEMA IF NOT EXISTS queue;
  REVOKE ALL ON SCHEMA queue FROM PUBLIC;
  GRANT USAGE ON SCHEMA queue TO sampark_app, sampark_staff, sampark_member, sampark_link, sampark_system, sampark_anonymous, sampark_host;

  -- graphile-worker's tables have row security without policies: whoever does not own them enqueues through this.
  CREATE OR REPLACE FUNCTION queue.enqueue(task text, payload json, key text, run_at timestamptz, max_attempts int)
  RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT graphile_worker.add_job(task, payload, job_key := key, run_at := run_at, max_attempts := max_attempts);
  $$;
  REVOKE ALL ON FUNCTION queue.enqueue(text, json, text, timestamptz, int) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION queue.enqueue(text, json, text, timestamptz, int)
    TO sampark_staff, sampark_member, sampark_link, sampark_system, sampark_host;

  -- No sample of it for the planner: see below.
  ALTER TABLE graphile_worker._private_jobs ALTER COLUMN last_error SET STATISTICS 0;
  -- What went wrong with a job is told by the database or a mail server, and may quote somebody: gone where it holds one of these.
  CREATE OR REPLACE FUNCTION queue.forget(needles text[]) RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (
      UPDATE graphile_worker._private_jobs SET last_error = NULL
       WHERE last_error IS NOT NULL AND EXISTS (SELECT FROM unnest(needles) n WHERE position(n IN lower(last_error)) > 0) RETURNING 1)
    SELECT count(*)::integer FROM gone;
  $$;
  REVOKE ALL ON FUNCTION queue.forget(text[]) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION queue.forget(text[]) TO sampark_system;

  -- Which workers live: a process says so every few seconds.
  CREATE TABLE IF NOT EXISTS queue.workers (id text PRIMARY KEY, process text NOT NULL, seen_at timestamptz NOT NULL DEFAULT now());

  -- For /readyz: how many jobs wait, without a look at what they are.
  CREATE OR REPLACE FUNCTION queue.waiting() RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) FROM graphile_worker._private_jobs WHERE run_at <= now() AND attempts < max_attempts;
  $$;
  REVOKE ALL ON FUNCTION queue.waiting() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION queue.waiting() TO sampark_app;
`;

/**
 * Brings the schema and the queue up to date. Running it again does nothing.
 * @returns the names of the migrations that ran now
 * @throws Error when an address is missing
 */
export async function migrate(urls: DatabaseUrls): Promise<string[]> {
  if (!urls.owner) throw new Error('DATABASE_OWNER_URL: is needed to migrate');
  if (!urls.queue) throw new Error('DATABASE_QUEUE_URL: is needed to migrate the queue');
  const owner = await ownerDataSource(urls.owner).initialize();
  try {
    const done = await owner.runMigrations();
    await letBackupRead(urls.owner);
    await migrateQueue(urls.queue);
    return done.map((migration) => migration.name);
  } finally {
    await owner.destroy();
  }
}

/** Runs the first so many migrations in a database that has had none: to take a backup of an earlier version. */
export async function migrateTo(ownerUrl: string, count: number): Promise<void> {
  const owner = await ownerDataSource(ownerUrl, migrations.slice(0, count)).initialize();
  try {
    await owner.runMigrations();
  } finally {
    await owner.destroy();
  }
}

/**
 * A database that is behind the program would fail at the first statement that needs what is missing, without saying why.
 * @throws Error that says what to run
 */
export async function requireMigrated(dataSource: Pick<DataSource, 'query'>): Promise<void> {
  const known = await dataSource
    .query<{ done: number }[]>('SELECT count(*)::int AS done FROM migrations')
    .then(([row]) => row!.done)
    .catch((error: unknown) => {
      // No such table, or none that we may read: nobody has migrated yet.
      if (['42P01', '42501'].includes(sqlStateOf(error) ?? '')) return 0;
      throw error;
    });
  if (known < migrations.length) throw new Error('The database is not up to date: run `sampark migrate` first.');
}

/** Brings the queue's half up to date. */
export async function migrateQueue(url: string): Promise<void> {
  await runMigrations({ connectionString: url });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(QUEUE_SCHEMA);
  } finally {
    await client.end();
  }
}
