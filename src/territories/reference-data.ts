import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { fromRoot } from '../platform/config/paths.js';
import type { Transaction } from '../platform/database/transaction.js';

type Cells = Record<string, string>;

/** The state's own divisions, as shipped: file, table, and how its columns are filled. */
const TABLES: {
  file: string;
  table: string;
  key: string[];
  columns: Record<string, [type: string, cell: (row: Cells) => unknown]>;
}[] = [
  {
    file: 'revenue_districts.csv',
    table: 'revenue_districts',
    key: ['lgd_code'],
    columns: {
      lgd_code: ['integer', (row) => Number(row.lgd_code)],
      name_en: ['text', (row) => row.name_en],
      name_hi: ['text', (row) => row.name_hi],
      population: ['integer', (row) => (row.population_2011 ? Number(row.population_2011) : null)],
    },
  },
  {
    file: 'tehsils.csv',
    table: 'tehsils',
    key: ['lgd_code'],
    columns: {
      lgd_code: ['integer', (row) => Number(row.lgd_code)],
      name_en: ['text', (row) => row.name_en],
      name_hi: ['text', (row) => row.name_hi],
      district_lgd: ['integer', (row) => Number(row.district_lgd_code)],
    },
  },
  {
    file: 'pins.csv',
    table: 'pins',
    key: ['pin', 'district_lgd'],
    columns: {
      pin: ['text', (row) => row.pin],
      district_lgd: ['integer', (row) => Number(row.district_lgd_code)],
      tehsil_lgd: ['integer', (row) => (row.tehsil_lgd_code ? Number(row.tehsil_lgd_code) : null)],
      is_primary: ['boolean', (row) => row.is_primary === '1'],
    },
  },
  {
    file: 'district_aliases.csv',
    table: 'district_aliases',
    key: ['alias'],
    columns: { alias: ['text', (row) => row.alias], lgd_code: ['integer', (row) => Number(row.lgd_code)] },
  },
];

/** @returns the text of a shipped reference file */
export const shipped = (file: string) => readFileSync(fromRoot('reference', file), 'utf8');

/** Loads the state's divisions; nobody edits them, so the shipped file is what counts. @returns rows new or changed */
export async function loadDivisions(tx: Transaction): Promise<number> {
  let changed = 0;
  for (const { file, table, key, columns } of TABLES) {
    const rows = parse<Cells>(shipped(file), { columns: true, skip_empty_lines: true });
    const names = Object.keys(columns);
    const values = rows.map((row) => Object.fromEntries(names.map((name) => [name, columns[name]![1](row)])));
    const rest = names.filter((name) => !key.includes(name));
    changed += await tx.execute(
      `INSERT INTO ${table} (${names.join(', ')})
       SELECT ${names.join(', ')} FROM jsonb_to_recordset($1::jsonb) AS n(${names.map((name) => `${name} ${columns[name]![0]}`).join(', ')})
       ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${rest.map((name) => `${name} = excluded.${name}`).join(', ')}
        WHERE (${rest.map((name) => `${table}.${name}`).join(', ')}) IS DISTINCT FROM (${rest.map((name) => `excluded.${name}`).join(', ')})`,
      [JSON.stringify(values)],
    );
  }
  return changed;
}
