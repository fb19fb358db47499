import { readdirSync } from 'node:fs';
import type { Made, Row, Things } from './rows.js';

const NOT_TABLES = new Set(['rows.ts', 'tables.ts', 'world.ts', 'written-out.ts']);

/** Every domain's file of this folder: its rows, and how to make the things they speak of. */
export const tables = await Promise.all(
  readdirSync(new URL('./', import.meta.url))
    .filter((file) => file.endsWith('.ts') && !NOT_TABLES.has(file))
    .map(async (file) => ({
      domain: file.slice(0, -3),
      ...((await import(`./${file}`)) as { rows: Row[]; things?: Things }),
    })),
);

export const things: Things = Object.assign({}, ...tables.map((table) => table.things ?? {}));

/** The address of a row with the ids of what was made for it. */
export function pathOf(row: Row, pattern: string, made: Made): string {
  return pattern.replace(/:(\w+)/g, (_, name: string) => {
    const value = made.params?.[name];
    if (value === undefined) throw new Error(`"${row.thing}" gives no ${name} for ${row.route}.`);
    return encodeURIComponent(value);
  });
}
