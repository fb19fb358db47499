import pg from 'pg';
import { adminUrlOf } from './database.js';

interface Column {
  table: string;
  name: string;
  type: string;
}

/** Values that a check of the table asks for; everything else is made up by the column's type. */
const SAID: Record<string, Record<string, string>> = {
  breaches: { span_to: `now() + interval '1 day'` },
  events: { ends_at: `now() + interval '1 day'`, title_en: `'Somewhere'` },
  users: { email: `'row@example.org'` },
  teams: { sanctioned_strength: '7' },
  attempts: { user_id: 'gen_random_uuid()' },
};

const MADE_UP: Record<string, string> = {
  uuid: 'gen_random_uuid()',
  text: `'x'`,
  'timestamp with time zone': 'now()',
  date: 'current_date',
  boolean: 'false',
  bytea: `'\\x00'`,
  jsonb: `'{}'`,
  integer: '1',
  smallint: '1',
  bigint: '1',
  inet: `'127.0.0.1'`,
  xid8: `'1'`,
  'double precision': '1',
};

/**
 * Puts a row into every table of the program, whatever tables there are by now: with a path inside `path`, past foreign keys,
 * as the superuser. So no test of what nobody may see can pass because there was nothing to see.
 * @param but tables that are left alone
 * @returns the names of the tables
 */
export async function fillEveryTable(database: string, path: string, but: string[]): Promise<string[]> {
  const admin = new pg.Client({ connectionString: adminUrlOf(database) });
  await admin.connect();
  try {
    await admin.query('SET session_replication_role = replica');
    const { rows } = await admin.query<Column>(
      `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, NULL) AS type
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND c.relname <> ALL ($1) AND a.attgenerated = '' AND (a.attnotnull AND NOT a.atthasdef OR a.attname = 'path')
        ORDER BY c.relname, a.attnum`,
      [but],
    );
    // The first of the values that a check allows.
    const { rows: allowed } = await admin.query<{ table: string; name: string; value: string }>(
      `SELECT c.conrelid::regclass::text AS table, m[1] AS name, m[2] AS value
         FROM pg_constraint c, regexp_match(pg_get_constraintdef(c.oid), '\\((\\w+) = ANY \\(ARRAY\\[(''[^'']*'')::text') AS m
        WHERE c.contype = 'c' AND m IS NOT NULL`,
    );
    const tables = Map.groupBy(rows, (row) => row.table);
    for (const [table, columns] of tables) {
      const values = new Map(columns.map(({ name, type }) => [name, valueFor(table, name, type, path)]));
      for (const one of allowed) if (one.table === table && values.has(one.name)) values.set(one.name, one.value);
      for (const [name, value] of Object.entries(SAID[table] ?? {})) values.set(name, value);
      await admin.query(
        `INSERT INTO public.${table} (${[...values.keys()].join(', ')}) VALUES (${[...values.values()].join(', ')}) ON CONFLICT DO NOTHING`,
      );
      const { rows: found } = await admin.query(`SELECT 1 FROM public.${table} LIMIT 1`);
      if (!found.length) throw new Error(`No row could be put into ${table}.`);
    }
    return [...tables.keys()];
  } finally {
    await admin.end();
  }
}

function valueFor(table: string, column: string, type: string, path: string): string {
  const said = SAID[table]?.[column];
  if (said) return said;
  if (column === 'path' || column === 'at_path') return `'${path}'`;
  if (type.endsWith('[]')) return `'{}'`;
  const value = MADE_UP[type];
  if (!value) throw new Error(`${table}.${column}: say in MADE_UP what a value of ${type} looks like.`);
  return value;
}
