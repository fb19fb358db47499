import pg from 'pg';
import type { DatabaseUrls } from '../database/embedded-postgres.js';
import type { BackedUpTable } from './catalogue.js';

export type Owner = BackedUpTable['owner'];
export type Connections = Record<Owner, pg.Client>;

/** So that values are written and read alike, whatever the server's settings. */
const SETTINGS = `SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC'; SET extra_float_digits = 3;
  SET client_encoding = 'UTF8'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '60s'`;

/**
 * The two roles that own what we have.
 * @throws Error where an address is missing
 */
export async function asOwners<T>(urls: DatabaseUrls, work: (as: Connections) => Promise<T>): Promise<T> {
  if (!urls.owner) throw new Error('DATABASE_OWNER_URL: is needed for backups');
  if (!urls.queue) throw new Error('DATABASE_QUEUE_URL: is needed for backups');
  const connect = async (connectionString: string) => {
    const client = new pg.Client({ connectionString, application_name: 'sampark-backup' });
    await client.connect();
    // A connection that breaks fails the statement in hand, which says so.
    client.on('error', () => undefined);
    await client.query(SETTINGS);
    return client;
  };
  const owner = await connect(urls.owner);
  try {
    const queue = await connect(urls.queue);
    try {
      return await work({ sampark_owner: owner, sampark_queue: queue });
    } finally {
      await queue.end();
    }
  } finally {
    await owner.end();
  }
}
