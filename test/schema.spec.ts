import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { aSampark, type Sampark } from './support/sampark.js';

interface Column {
  table_name: string;
  column_name: string;
  type: string;
  nullable: boolean;
}

/** Names of types, as the entities and the catalogue spell them. */
const SAME_TYPE: Record<string, string> = {
  timestamptz: 'timestamp with time zone',
  'timestamp with time zone': 'timestamp with time zone',
  int: 'integer',
  bool: 'boolean',
  int2: 'smallint',
  int8: 'bigint',
};

describe('the schema', () => {
  let sampark: Sampark;
  let columns: Map<string, Column>;
  beforeAll(async () => {
    sampark = await aSampark();
    const rows = await sampark.sql<Column>(
      `SELECT c.relname AS table_name, a.attname AS column_name, format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS nullable
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped`,
    );
    columns = new Map(rows.map((row) => [`${row.table_name}.${row.column_name}`, row]));
  });
  afterAll(() => sampark?.close());

  it('agrees with the entities: each of their columns is there, of that type, nullable or not alike', () => {
    const differences: string[] = [];
    const entities = sampark.app.get(DataSource).entityMetadatas;
    expect(entities.length).toBeGreaterThan(3);
    for (const entity of entities) {
      for (const column of entity.columns) {
        const name = `${entity.tableName}.${column.databaseName}`;
        const real = columns.get(name);
        const type =
          typeof column.type === 'string' ? (SAME_TYPE[column.type] ?? column.type) : column.type.name.toLowerCase();
        if (!real) differences.push(`${name} is not in the database`);
        else if ((column.isArray ? `${type}[]` : type) !== real.type)
          differences.push(`${name} is ${real.type}, not ${type}`);
        else if (column.isNullable !== real.nullable)
          differences.push(`${name} is ${real.nullable ? '' : 'not '}nullable in the database`);
      }
    }
    expect(differences).toEqual([]);
  });

  it('holds every table by row policies, for its owner as well, or says why not', async () => {
    // Reference data without anybody's personal data.
    const open = ['installation', 'migrations', 'revenue_districts', 'tehsils', 'pins', 'district_aliases'];
    const rows = await sampark.sql<{ relname: string }>(
      `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
    );
    expect(rows.map((row) => row.relname).sort()).toEqual(open.sort());
  });

  it('lets nobody of the program read, change or delete in a staging table: COPY takes no row policies, so it has none', async () => {
    const tables = await sampark.sql<{ name: string; checked: boolean }>(
      `SELECT c.oid::regclass::text AS name,
              EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
                         AND pg_get_constraintdef(k.oid) LIKE '%scope_from%scope_to%') AS checked
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'staging' AND c.relkind IN ('r', 'p') ORDER BY 1`,
    );
    expect(tables.map(({ name }) => name)).toEqual(
      ['import_keys', 'import_meetings', 'import_outcomes', 'import_rows'].map((name) => `staging.${name}`),
    );
    // What is added is held to the scope of whoever adds it.
    expect(tables.filter(({ checked }) => !checked)).toEqual([]);
    const able = await sampark.sql(
      `SELECT r.rolname, c.relname, p.privilege
         FROM pg_roles r CROSS JOIN pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN unnest(ARRAY['SELECT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p(privilege)
        WHERE n.nspname = 'staging' AND c.relkind IN ('r', 'p') AND pg_has_role('sampark_app', r.oid, 'MEMBER')
          AND has_table_privilege(r.oid, c.oid, p.privilege)`,
    );
    expect(able).toEqual([]);
  });

  it('puts the person first in the key of every table below a person', async () => {
    const rows = await sampark.sql<{ relname: string }>(
      `SELECT DISTINCT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.attname = 'person_id' AND i.indkey[0] <> a.attnum`,
    );
    // Keyed by the identity on purpose; and a request may be somebody's of whom we hold nothing.
    expect(rows.map((row) => row.relname).sort()).toEqual(['identity_claims', 'privacy_requests']);
  });

  it('has no trigger of ours on any table', async () => {
    expect(
      await sampark.sql(
        `SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text NOT LIKE 'graphile_worker.%'`,
      ),
    ).toEqual([]);
  });
});
