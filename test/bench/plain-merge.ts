import type pg from 'pg';

/**
 * What somebody at a database prompt would write to get staged rows into the same tables, in one go, as the superuser:
 * one person per handle, else per phone or mail with its name, who isn't in the register yet; then all that is theirs.
 * No slices, no scope, no stop list, no carrying over from row to row, nobody's blanks filled.
 */
export const PLAIN_MERGE = [
  `CREATE TEMP TABLE plain AS
   WITH proofs AS (
     SELECT k.row_no, min(k.row_no) OVER (PARTITION BY k.kind, k.value, k.proof) AS first, k.kind, k.value, k.proof
       FROM bench_keys k JOIN bench_rows r USING (row_no) WHERE k.proof IS NOT NULL AND r.own_code IS NULL
   )
   SELECT row_no, new_id() AS person_id
     FROM proofs p
     LEFT JOIN identity_claims c ON p.proof = '' AND c.platform = p.kind AND c.handle = p.value
     LEFT JOIN contact_points t ON p.proof <> '' AND t.kind = p.kind AND t.value = p.value
     LEFT JOIN people q ON q.id = t.person_id AND q.name_key = p.proof
    GROUP BY row_no HAVING min(first) = row_no AND count(c.person_id) = 0 AND count(q.id) = 0
    ORDER BY row_no`,
  'CREATE UNIQUE INDEX ON plain (row_no)',
  'ANALYZE plain',
  `INSERT INTO people (id, territory_id, path, waiting, full_name, name_key, language, birth_year, birth_year_noted_on, pin,
          district_lgd, tehsil_lgd, came_by, source, batch_id, batch_row)
   SELECT n.person_id, r.home_id, r.home_path, r.home_waiting, r.name, r.name_key, r.language, r.birth_year, r.noted_on, r.pin,
          r.district_lgd, r.tehsil_lgd, 'import', r.source, r.batch_id, r.row_no
     FROM plain n JOIN bench_rows r USING (row_no) ORDER BY r.row_no`,
  `INSERT INTO identity_claims (platform, handle, person_id, path)
   SELECT k.kind, k.value, n.person_id, r.home_path
     FROM plain n JOIN bench_rows r USING (row_no) JOIN bench_keys k USING (row_no) WHERE k.proof = ''
   ON CONFLICT DO NOTHING`,
  `INSERT INTO person_identities (person_id, id, path, platform, handle, platform_uid, batch_id, batch_row)
   SELECT n.person_id, new_id(), r.home_path, k.kind, k.value, k.platform_uid, r.batch_id, r.row_no
     FROM plain n JOIN bench_rows r USING (row_no) JOIN bench_keys k USING (row_no) WHERE k.kind NOT IN ('phone', 'email')
   ON CONFLICT DO NOTHING`,
  `INSERT INTO contact_points (person_id, id, path, kind, value, batch_id, batch_row)
   SELECT n.person_id, new_id(), r.home_path, k.kind, k.value, r.batch_id, r.row_no
     FROM plain n JOIN bench_rows r USING (row_no) JOIN bench_keys k USING (row_no) WHERE k.kind IN ('phone', 'email')
   ON CONFLICT DO NOTHING`,
  `INSERT INTO consents (person_id, id, path, purpose, channel, state, how, language, batch_id, batch_row)
   SELECT n.person_id, new_id(), r.home_path, w.purpose, k.kind, 'given', 'import', r.language, r.batch_id, r.row_no
     FROM plain n JOIN bench_rows r USING (row_no) JOIN bench_keys k USING (row_no)
    CROSS JOIN unnest('{register,contact,invitations}'::text[]) AS w(purpose)
    WHERE r.consent = 'given'`,
  `INSERT INTO person_notes (person_id, id, path, text, batch_id, batch_row)
   SELECT n.person_id, new_id(), r.home_path, r.remarks, r.batch_id, r.row_no
     FROM plain n JOIN bench_rows r USING (row_no) WHERE r.remarks IS NOT NULL`,
  `INSERT INTO person_suggestions (person_id, id, path, field, other_id, why, batch_id, batch_row)
   SELECT n.person_id, new_id(), r.home_path, 'person', o.person_id, 'same_phone', r.batch_id, r.row_no
     FROM plain n JOIN bench_rows r USING (row_no) JOIN bench_keys k USING (row_no)
     JOIN bench_keys f ON f.kind = k.kind AND f.value = k.value AND f.row_no < k.row_no JOIN plain o ON o.row_no = f.row_no
    WHERE k.kind = 'phone' ON CONFLICT DO NOTHING`,
  'DROP TABLE plain',
];

/** Row by row, each its own transaction, by prepared statements: what a program does that saves one person after another. */
export async function oneByOne(client: pg.Client, rows: number): Promise<void> {
  const { rows: people } = await client.query<
    Record<string, unknown> & { keys: { kind: string; value: string; proof: string; platform_uid: string | null }[] }
  >(
    `SELECT r.*, (SELECT json_agg(k) FROM bench_keys k WHERE k.row_no = r.row_no) AS keys
       FROM bench_rows r WHERE r.own_code IS NULL ORDER BY r.row_no LIMIT $1`,
    [rows],
  );
  const run = async <Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]) =>
    (await client.query<Row>({ name, text, values })).rows;
  for (const row of people) {
    await client.query('BEGIN');
    let id: string | undefined;
    for (const key of row.keys) {
      if (id) break;
      const found =
        key.proof === ''
          ? await run<{ id: string }>(
              'claim',
              'SELECT person_id AS id FROM identity_claims WHERE platform = $1 AND handle = $2',
              [key.kind, key.value],
            )
          : await run<{ id: string }>(
              'point',
              'SELECT p.id FROM contact_points c JOIN people p ON p.id = c.person_id WHERE c.kind = $1 AND c.value = $2 AND p.name_key = $3 LIMIT 1',
              [key.kind, key.value, key.proof],
            );
      id = found[0]?.id;
    }
    if (!id) {
      const [made] = await run<{ id: string }>(
        'person',
        `INSERT INTO people (id, territory_id, path, waiting, full_name, name_key, language, birth_year, birth_year_noted_on, pin,
           district_lgd, tehsil_lgd, came_by, source, batch_id, batch_row)
         VALUES (new_id(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'import', $12, $13, $14) RETURNING id`,
        [
          row.home_id,
          row.home_path,
          row.home_waiting,
          row.name,
          row.name_key,
          row.language,
          row.birth_year,
          row.noted_on,
          row.pin,
          row.district_lgd,
          row.tehsil_lgd,
          row.source,
          row.batch_id,
          row.row_no,
        ],
      );
      id = made!.id;
    }
    for (const key of row.keys) {
      if (key.proof === '')
        await run(
          'add claim',
          'INSERT INTO identity_claims (platform, handle, person_id, path) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
          [key.kind, key.value, id, row.home_path],
        );
      if (key.kind === 'phone' || key.kind === 'email')
        await run(
          'add point',
          'INSERT INTO contact_points (person_id, id, path, kind, value, batch_id, batch_row) VALUES ($1, new_id(), $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
          [id, row.home_path, key.kind, key.value, row.batch_id, row.row_no],
        );
      else
        await run(
          'add identity',
          'INSERT INTO person_identities (person_id, id, path, platform, handle, batch_id, batch_row) VALUES ($1, new_id(), $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
          [id, row.home_path, key.kind, key.value, row.batch_id, row.row_no],
        );
      if (row.consent === 'given')
        for (const purpose of ['register', 'contact', 'invitations'])
          await run(
            'add consent',
            `INSERT INTO consents (person_id, id, path, purpose, channel, state, how, batch_id, batch_row) VALUES ($1, new_id(), $2, $3, $4, 'given', 'import', $5, $6)`,
            [id, row.home_path, purpose, key.kind, row.batch_id, row.row_no],
          );
    }
    await client.query('COMMIT');
  }
}
