import type { Sampark } from './sampark.js';

/** Not what the program keeps of anybody: names of the database's own making, and what a test's set-up brings along. */
const NOT_OURS = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg_temp%'`;

/**
 * Looks through every row of every table of every schema, as text.
 * @returns the tables in which a word stands, in letters of any case
 */
export async function whereItStands(sampark: Sampark, word: string): Promise<string[]> {
  const tables = await sampark.sql<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm') AND ${NOT_OURS} ORDER BY 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await sampark.sql(`SELECT 1 FROM ${name} t WHERE t::text ILIKE '%' || $1 || '%' LIMIT 1`, [word]);
    if (row) found.push(name);
  }
  return found;
}
