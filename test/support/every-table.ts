import { text } from 'node:stream/consumers';
import { to } from 'pg-copy-streams';
import { asSuperuser } from './database.js';

/**
 * Everything that lies in a database, as text: COPY of every table of every schema, the system's own with what is sampled or
 * large (statistics, large objects), as the superuser.
 * @returns the text by table
 */
export function everyTableOf(database: string): Promise<Map<string, string>> {
  return asSuperuser(database, async (client) => {
    const { rows } = await client.query<{ name: string; what: string }>(
      `SELECT c.oid::regclass::text AS name, c.relname AS what FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_(toast|temp)' AND n.nspname <> 'information_schema'
          AND (n.nspname <> 'pg_catalog' OR c.relname IN ('pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject'))
        ORDER BY 1`,
    );
    const found = new Map<string, string>();
    for (const { name } of rows) found.set(name, await text(client.query(to(`COPY ${name} TO STDOUT`))));
    return found;
  });
}

/** The forms in which a text may lie in a dump: as it is, in hex, and in base64 at each of its three offsets. */
export function formsOf(wanted: string): string[] {
  const bytes = Buffer.from(wanted);
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // Without the signs that what stands beside it has a share in.
    return encoded.slice(offset ? offset + 1 : 0, Math.floor(((offset + bytes.length) * 8) / 6));
  });
  return [
    wanted,
    bytes.toString('hex'),
    ...base64,
    ...base64.map((one) => one.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** Which tables hold which of these texts, in any form and any case. */
export function whereFound(tables: Map<string, string>, wanted: readonly string[]): string[] {
  const found: string[] = [];
  for (const [table, content] of tables) {
    const low = content.toLowerCase();
    for (const one of wanted)
      if (formsOf(one).some((form) => content.includes(form)) || low.includes(one.toLowerCase()))
        found.push(`${table}: ${one}`);
  }
  return found;
}
