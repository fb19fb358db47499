import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type pg from 'pg';
import { fromRoot } from '../../src/platform/config/paths.js';
import { nameKey } from '../../src/sympathisers/name-key.js';

/**
 * A register of invented people, made inside the database: spread over the districts of the real tree by a skewed share, each
 * with a phone, half with a handle, all with consent for their phone. The same rows for the same number.
 * @param client as the superuser
 * @param names whose turn comes in a fixed order; each given name with each surname unless told
 * @returns the path of the district with the most people
 */
export async function aRegister(
  client: pg.Client,
  people: number,
  names: string[] = fullNames(),
): Promise<{ path: string; people: number }> {
  await client.query(`
    SET synchronous_commit = off;
    CREATE TEMP TABLE bench_names (n int PRIMARY KEY, name text, key text);
    CREATE TEMP TABLE bench_homes AS
      SELECT row_number() OVER (ORDER BY path) - 1 AS n, id, path FROM territories WHERE level = 'district';`);
  const indexed = await withoutIndexes(client);
  await client.query('INSERT INTO bench_names SELECT * FROM unnest($1::int[], $2::text[], $3::text[])', [
    names.map((_, n) => n),
    names,
    names.map(nameKey),
  ]);
  // Squared, so that the first districts have several times as many as the last ones.
  await client.query(
    `INSERT INTO people (id, territory_id, path, full_name, name_key, language, came_by, pin)
     SELECT (lpad(to_hex(1700000000000 + i), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 5, 15))::uuid,
            h.id, h.path, m.name, m.key, CASE WHEN i % 5 = 0 THEN 'en' ELSE 'hi' END, 'import', (226000 + i % 500)::text
       FROM generate_series(1, $1::int) i
       JOIN bench_homes h ON h.n = floor((((i::bigint * 7919) % 10007)::float8 / 10007) ^ 2 * (SELECT count(*) FROM bench_homes))
       JOIN bench_names m ON m.n = (i::bigint * 104729) % $2`,
    [people, names.length],
  );
  await client.query(`
    INSERT INTO contact_points (person_id, id, path, kind, value)
    SELECT id, id, path, 'phone', '+91' || (6000000000 + row_number() OVER ()) FROM people;
    INSERT INTO person_identities (person_id, id, path, platform, handle)
    SELECT id, id, path, 'x', 'bench_' || row_number() OVER () FROM people WHERE get_byte(uuid_send(id), 15) < 128;
    INSERT INTO consents (person_id, id, path, purpose, channel, state, how)
    SELECT p.id, gen_random_uuid(), p.path, u.purpose, 'phone', 'given', 'import'
      FROM people p, unnest(ARRAY['register', 'contact']) AS u (purpose);`);
  await indexed();
  await client.query(`
    ANALYZE people, contact_points, person_identities, consents;`);
  const { rows } = await client.query<{ path: string; people: number }>(
    'SELECT path, count(*)::int AS people FROM people GROUP BY path ORDER BY 2 DESC, 1 LIMIT 1',
  );
  return rows[0]!;
}

/**
 * Takes the indexes off that no constraint needs, and foreign keys' checks for this connection: made afterwards, an index
 * over millions of rows costs a tenth of keeping it while they come.
 * @returns makes everything as it was
 */
async function withoutIndexes(client: pg.Client): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ name: string; text: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS text FROM pg_index i
      WHERE i.indrelid = ANY (ARRAY['people', 'contact_points', 'person_identities', 'consents']::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)`,
  );
  await client.query(
    `SET session_replication_role = replica; ${rows.map(({ name }) => `DROP INDEX ${name}`).join('; ')}`,
  );
  return async () => {
    await client.query(`SET session_replication_role = DEFAULT; SET maintenance_work_mem = '1GB'`);
    for (const { text } of rows) await client.query(text);
  };
}

/** Given names and surnames as the state has them, in either script, each with each. */
function fullNames(): string[] {
  const rows = parse(readFileSync(fromRoot('reference', 'common_names.csv')), { columns: true }) as {
    devanagari: string;
    latin: string;
    name_type: string;
  }[];
  const last = rows.filter((row) => row.name_type === 'surname');
  const given = rows.filter((row) => row.name_type !== 'surname');
  return given.flatMap((a) =>
    last.map((b, i) => (i % 2 ? `${a.devanagari} ${b.devanagari}` : `${a.latin} ${b.latin}`)),
  );
}
