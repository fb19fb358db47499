import { stringify } from 'csv-stringify/sync';
import { PARTS, type OwnData, type Part } from './own-data.queries.js';

/** Raised when a name changes its meaning; names are only ever added within it. */
const FORMAT = 'sampark-own-data-1';

/** Ids of ours say nothing to anybody else. */
const OURS = new Set(['id']);

const withoutOurs = (row: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).filter(([field]) => !OURS.has(field)));

/** Everything as one JSON document, with what each name means beside it. Times are UTC (RFC 3339), days plain. */
export function dataAsJson(
  data: OwnData,
  said: { organisation: string; at: Date; say: (key: string) => string },
): string {
  const parts = PARTS.map((part) => [part, data[part].map(withoutOurs)] as const);
  const fields = new Set(parts.flatMap(([, rows]) => rows.flatMap((row) => Object.keys(row))));
  return JSON.stringify(
    {
      format: FORMAT,
      organisation: said.organisation,
      written_at: said.at.toISOString(),
      ...Object.fromEntries(parts),
      names: {
        parts: Object.fromEntries(PARTS.map((part) => [part, said.say(`own_data.part.${part}`)])),
        fields: Object.fromEntries([...fields].sort().map((field) => [field, said.say(`own_data.field.${field}`)])),
      },
    },
    null,
    2,
  );
}

/**
 * The same as a table of one value a line: part, number of the row in it, field, value, and what the field means. UTF-8 with
 * its mark, CRLF (RFC 4180), and no cell that a spreadsheet would run as a formula (T24).
 */
export function dataAsCsv(data: OwnData, say: (key: string) => string): string {
  const lines = PARTS.flatMap((part) =>
    data[part].flatMap((row, n) =>
      Object.entries(withoutOurs(row))
        .filter(([, value]) => value !== null && !(Array.isArray(value) && !value.length))
        .map(([field, value]) => [part, String(n + 1), field, asText(value), meaning(part, field, say)]),
    ),
  );
  return stringify(lines, {
    header: true,
    columns: ['part', 'row', 'field', 'value', 'meaning'].map((key) => ({ key, header: key })),
    bom: true,
    record_delimiter: 'windows',
    escape_formulas: true,
  });
}

const meaning = (part: Part, field: string, say: (key: string) => string) =>
  `${say(`own_data.part.${part}`)}: ${say(`own_data.field.${field}`)}`;

function asText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.join(' ') : String(value);
}
