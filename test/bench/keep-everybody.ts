import type pg from 'pg';

/**
 * What was put straight into the tables is kept on people, as the program's own writers do; and the index is as if it had
 * been with them from the start. @param client as the superuser
 */
export async function keepEverybody(client: pg.Client): Promise<void> {
  let behind: string | null = null;
  do {
    const { rows }: { rows: { last: string | null }[] } = await client.query(
      'SELECT last FROM gate.mend_reach($1, 5000)',
      [behind],
    );
    behind = rows[0]!.last;
  } while (behind);
  await client.query('REINDEX INDEX people_by_path');
}
