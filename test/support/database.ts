import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { DatabaseUrls } from '../../src/platform/database/embedded-postgres.js';

export const TEMPLATE = 'sampark_template';

/** The addresses of a database of the run's server, for the program's three roles. */
export function urlsFor(database: string): DatabaseUrls {
  const { host } = new URL(process.env.SAMPARK_TEST_ADMIN_URL!);
  const url = (role: string) => `postgres://sampark_${role}:${role}-of-tests@${host}/${database}`;
  return { app: url('app'), owner: url('owner'), queue: url('queue') };
}

export function adminUrlOf(database: string): string {
  const url = new URL(process.env.SAMPARK_TEST_ADMIN_URL!);
  url.pathname = `/${database}`;
  return url.href;
}

/** As the cluster's superuser, past every policy: to look at what really lies in the tables. */
export async function asSuperuser<T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrlOf(database) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export interface TestDatabase {
  name: string;
  urls: DatabaseUrls;
  drop(): Promise<void>;
}

/** A copy of the template, for one test file. */
export async function aDatabase(): Promise<TestDatabase> {
  const name = `sampark_test_${randomBytes(6).toString('hex')}`;
  await asSuperuser('postgres', async (client) => {
    // Two files may copy at once; the template must have no connections, which ours never leave.
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} OWNER sampark_owner`);
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO sampark_app, sampark_queue`);
    await client.query(`GRANT CREATE ON DATABASE ${name} TO sampark_queue`);
  });
  return {
    name,
    urls: urlsFor(name),
    drop: () =>
      asSuperuser('postgres', (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)).then(() => {}),
  };
}
