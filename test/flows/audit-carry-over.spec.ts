import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { Audit1764000000012 } from '../../migrations/1764000000012-audit.js';
import { digestOfValues } from '../../src/platform/database/audit-digest.js';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { prepareDatabase } from '../../src/platform/database/roles.js';
import { asSuperuser, urlsFor } from '../support/database.js';

const name = `sampark_test_${randomBytes(6).toString('hex')}`;
const owner = (wanted: typeof migrations) =>
  new DataSource(
    dataSourceOptions(urlsFor(name).owner, {
      migrations: wanted,
      migrationsTableName: 'migrations',
      migrationsTransactionMode: 'each',
    }),
  ).initialize();
const run = async (wanted: typeof migrations) => {
  const source = await owner(wanted);
  await source.runMigrations().finally(() => source.destroy());
};

beforeAll(() => asSuperuser('postgres', (admin) => prepareDatabase(admin, name)));
afterAll(() => asSuperuser('postgres', (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)));

it('carries over what a trail without months and chain held, into partitions of its months', async () => {
  await run(migrations.slice(0, migrations.indexOf(Audit1764000000012)));
  const [shown, changed] = [uuidv7(), uuidv7()];
  const salt = randomBytes(16);
  const before = { name: 'Old' };
  await asSuperuser(name, async (client) => {
    // More than one slice.
    await client.query(
      `INSERT INTO audit_entries (id, at, actor_kind, path, action)
       SELECT gen_random_uuid(), now() - n * interval '3 hours', 'system', '', 'queue.shown' FROM generate_series(1, 1500) n`,
    );
    const add = `INSERT INTO audit_entries (id, at, actor_kind, path, action, people, facts) VALUES ($1, $2, 'user', '0001', $3, $4, '{"n": 1}')`;
    await client.query(add, [shown, '2026-03-05T10:00:00.123456Z', 'sympathiser.shown', [uuidv7()]]);
    await client.query(add, [changed, '2026-03-31T23:59:59.999999Z', 'sympathiser.corrected', [uuidv7()]]);
    await client.query('INSERT INTO audit_values (id, entry_id, salt, before) VALUES ($1, $2, $3, $4)', [
      uuidv7(),
      changed,
      salt,
      before,
    ]);
  });
  await run(migrations);
  await asSuperuser(name, async (client) => {
    const { rows } = await client.query<{
      id: string;
      part: string;
      shown: boolean;
      digest: Buffer | null;
      at: string;
    }>(
      `SELECT id, tableoid::regclass::text AS part, shown, values_digest AS digest, to_char(at AT TIME ZONE 'UTC', 'MM-DD HH24:MI:SS.US') AS at
         FROM audit_entries WHERE id = ANY ($1) ORDER BY at`,
      [[shown, changed]],
    );
    expect(rows).toEqual([
      { id: shown, part: 'audit_entries_2026_03', shown: true, digest: null, at: '03-05 10:00:00.123456' },
      {
        id: changed,
        part: 'audit_entries_2026_03',
        shown: false,
        digest: digestOfValues(salt, { before }),
        at: '03-31 23:59:59.999999',
      },
    ]);
    const counts = await client.query<{ n: number; aside: number; values: number }>(
      `SELECT (SELECT count(*)::int FROM audit_entries) AS n, (SELECT count(*)::int FROM audit_entries_default) AS aside,
              (SELECT count(*)::int FROM audit_values WHERE entry_id = $1) AS values`,
      [changed],
    );
    expect(counts.rows[0]).toEqual({ n: 1_502, aside: 0, values: 1 });
  });
});
