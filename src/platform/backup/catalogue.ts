import type pg from 'pg';

/** A table as it goes into a backup, and comes out of it. */
export interface BackedUpTable {
  schema: string;
  name: string;
  columns: string[];
  /** Who may read it, and fill it again. */
  owner: 'sampark_owner' | 'sampark_queue';
  /** Of a partitioned table: its partitions, and what each holds. */
  partitions: { name: string; bound: string }[];
}

export interface Sequence {
  schema: string;
  name: string;
  owner: BackedUpTable['owner'];
  last: string;
  called: boolean;
}

/** What is no data: which migrations ran is compared, and who works is known anew. */
const NOT_DATA = ['public.migrations', 'graphile_worker.migrations', 'queue.workers'];

const OURS = `n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' AND r.rolname IN ('sampark_owner', 'sampark_queue')`;

/** Every table of every schema of ours, in a fixed order; partitions with their parents. */
export async function tablesOf(client: pg.Client): Promise<BackedUpTable[]> {
  const { rows } = await client.query<BackedUpTable>(
    `SELECT n.nspname AS schema, c.relname AS name, r.rolname AS owner,
            ARRAY(SELECT a.attname::text FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns,
            coalesce((SELECT jsonb_agg(jsonb_build_object('name', p.relname, 'bound', pg_get_expr(p.relpartbound, p.oid)) ORDER BY p.relname)
                        FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid WHERE i.inhparent = c.oid), '[]') AS partitions
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${OURS}
        AND n.nspname || '.' || c.relname <> ALL ($1)
      ORDER BY 1, 2`,
    [NOT_DATA],
  );
  return rows;
}

export async function sequencesOf(client: pg.Client): Promise<Omit<Sequence, 'last' | 'called'>[]> {
  const { rows } = await client.query<Omit<Sequence, 'last' | 'called'>>(
    `SELECT n.nspname AS schema, c.relname AS name, r.rolname AS owner
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
      WHERE c.relkind = 'S' AND ${OURS} AND n.nspname || '.' || c.relname <> 'public.migrations_id_seq' ORDER BY 1, 2`,
  );
  return rows;
}

/** Which migrations ran, of the program and of the queue. */
export async function levelOf(owner: pg.Client, queue: pg.Client): Promise<{ program: string[]; queue: number }> {
  const program = await owner.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
  const worker = await queue.query<{ n: number }>(
    'SELECT coalesce(max(id), 0)::int AS n FROM graphile_worker.migrations',
  );
  return { program: program.rows.map(({ name }) => name), queue: worker.rows[0]!.n };
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const nameOf = ({ schema, name }: { schema: string; name: string }): string =>
  `${quoted(schema)}.${quoted(name)}`;
export const columnsOf = ({ columns }: BackedUpTable): string => columns.map(quoted).join(', ');
