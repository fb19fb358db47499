import { asSuperuser } from '../support/database.js';

/**
 * Where the server's time went since the last call, statement by statement, those inside of functions and foreign keys
 * too. Only with BENCH_STATEMENTS=25 (how many lines), as counting costs a little itself.
 */
export async function tellStatements(database: string, phase: string): Promise<void> {
  const lines = Number(process.env.BENCH_STATEMENTS ?? 0);
  if (!lines) return;
  await asSuperuser(database, async (client) => {
    await client.query(
      'CREATE SCHEMA IF NOT EXISTS bench; CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA bench',
    );
    const { rows } = await client.query<{ ms: number; calls: number; rows: number; toplevel: boolean; query: string }>(
      `SELECT round(total_exec_time) AS ms, calls::int, rows::int, toplevel, left(regexp_replace(query, '\\s+', ' ', 'g'), 130) AS query
         FROM bench.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
        ORDER BY total_exec_time DESC LIMIT ${lines}`,
    );
    console.log(`-- ${phase}`);
    for (const { ms, calls, rows: n, toplevel, query } of rows)
      console.log(
        `${String(ms).padStart(7)} ms ${String(calls).padStart(7)} x ${String(n).padStart(8)} rows ${toplevel ? ' ' : '>'} ${query}`,
      );
    await client.query('SELECT bench.pg_stat_statements_reset()');
  });
}
