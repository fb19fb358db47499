import { headerRow, mapColumns, type Mapping } from './columns.js';
import { CsvReader } from './csv-reader.js';
import { fromKrutiDev } from './kruti-dev.js';
import { legacyFontOf, type LegacyFont } from './legacy-font.js';
import { Unreadable } from './unreadable.js';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** How a file is to be read, and what its columns are. */
export interface Sheet {
  encoding: Encoding;
  delimiter: Delimiter;
  columns: string[];
  fields: Mapping;
  /** A workbook; encoding and delimiter say nothing then. */
  workbook?: boolean;
  /** Columns that were typed for a font with letters of its own. */
  fonts?: (LegacyFont | null)[];
  /** Rows above the headers, which are no people: the list's title. */
  above?: number;
  /** The first rows as they came, to be shown beside the columns; they go with the file. */
  samples?: string[][];
}

/** Pieces of a file as text, without its mark. */
export async function* decoded(pieces: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const piece of pieces) yield whole(decoder.decode(piece, { stream: true }));
  yield decoder.decode();
}

/** PostgreSQL takes no zero character, and no text has one. */
function whole(text: string): string {
  if (text.includes('\0')) throw new Unreadable('nul');
  return text;
}

/**
 * Says how to read a file and what its columns are, from its beginning.
 * @returns null for a file without a row of headers
 * @throws Unreadable for one that is no list of people, whatever parts its cells
 */
export function sheetOf(start: Uint8Array, encoding: Encoding): Sheet | null {
  const text = new TextDecoder(encoding).decode(start);
  let best: { sheet: Sheet; score: number } | null = null;
  let problem: unknown = null;
  for (const delimiter of DELIMITERS) {
    try {
      const sheet = sheetFrom(parseStart(text, delimiter, SAMPLE_ROWS + 1));
      if (!sheet) continue;
      // What is understood decides; the number of columns where nothing is.
      const score = sheet.fields.filter(Boolean).length * 100 + sheet.columns.length;
      if (!best || score > best.score) best = { sheet: { ...sheet, encoding, delimiter }, score };
    } catch (error) {
      // With another delimiter it may be a table.
      problem ??= error;
    }
  }
  // A table that nothing is understood of is none.
  if (problem && (!best || best.score < 100)) throw problem as Error;
  return best?.sheet ?? null;
}

/** The same for a workbook, from its first rows. */
export function workbookOf(rows: string[][]): Sheet | null {
  const sheet = sheetFrom(rows);
  return sheet && { ...sheet, encoding: 'utf-8', delimiter: ',', workbook: true };
}

export const SAMPLE_ROWS = 100;

/**
 * What the columns are, and for which font they were typed.
 * @throws Unreadable for a font whose letters we don't know
 */
function sheetFrom(all: string[][]): Pick<Sheet, 'columns' | 'fields' | 'fonts' | 'above' | 'samples'> | null {
  const above = headerRow(all);
  const [columns = [], ...rows] = all.slice(above);
  if (!columns.some((cell) => cell.trim())) return null;
  const fonts = columns.map((header, i) => legacyFontOf([header, ...rows.map((row) => row[i] ?? '')]));
  const foreign = fonts.find((font) => font && font !== 'krutidev');
  if (foreign) throw new Unreadable('legacy_font', null, foreign);
  const legacy = fonts.some(Boolean);
  const read = legacy ? [columns, ...rows].map((row) => inUnicode(row, fonts)) : [columns, ...rows];
  const [, ...cells] = read;
  // A column of numbers has no letters to tell its font by, and a header all the same.
  const headers = read[0]!.map((header, i) =>
    legacy && !fonts[i] && legacyFontOf([header]) === 'krutidev' ? fromKrutiDev(header) : header,
  );
  return {
    columns: headers,
    fields: mapColumns(headers, cells),
    ...(legacy && { fonts }),
    ...(above && { above }),
    samples: rows.slice(0, SAMPLES_KEPT).map((row) => row.map((cell) => cell.slice(0, LONGEST_SAMPLE))),
  };
}

const SAMPLES_KEPT = 30;
const LONGEST_SAMPLE = 60;

/** The cells of a row, those typed for a legacy font converted. */
export function inUnicode(row: readonly string[], fonts: Sheet['fonts']): string[] {
  return row.map((cell, i) => (fonts?.[i] === 'krutidev' ? fromKrutiDev(cell) : cell));
}

/** Rows that stand complete in the beginning of a file; it may end inside a quotation. @throws Unreadable */
function parseStart(text: string, delimiter: Delimiter, count: number): string[][] {
  return new CsvReader(delimiter).push(text.replace(/^\ufeff/, '') + '\n').slice(0, count);
}
