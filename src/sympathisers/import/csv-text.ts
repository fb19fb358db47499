import { isHeader, mapColumns, type Mapping } from './columns.js';
import { CsvReader } from './csv-reader.js';
import { headerRowOf } from './header-row.js';
import { fromKrutiDev } from './kruti-dev.js';
import { kindOf, legacyFontOf, type ColumnFont } from './legacy-font.js';
import { Letters, type LettersOf } from './letters.js';
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
  /** The row that the headers stand in, as a spreadsheet counts; 0: there are none, the first row is somebody already. Absent: 1. */
  headerRow?: number;
  /** A workbook; encoding and delimiter say nothing then. */
  workbook?: boolean;
  /** Its sheets that aren't hidden, where there are several; and the place among them of the one that is read. */
  sheets?: string[];
  sheet?: number;
  /** Columns that were typed for a font with letters of its own. */
  fonts?: (ColumnFont | null)[];
  /** Somebody said that the letters are what they look like, whatever the font seems to be. */
  asItLooks?: boolean;
  /** The font it was refused for. */
  unknownFont?: string;
  /** The first rows as they came, to be shown beside the columns; they go with the file. */
  samples?: string[][];
}

/** Pieces of a file as text, without its mark. */
export async function* decoded(pieces: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  let above = 0;
  for await (const piece of pieces) {
    const text = withoutZero(decoder.decode(piece, { stream: true }), above);
    above += lines(text);
    yield text;
  }
  yield decoder.decode();
}

/**
 * PostgreSQL takes no zero character, and no text has one.
 * @throws Unreadable with the line
 */
function withoutZero(text: string, above = 0): string {
  const zero = text.indexOf('\0');
  if (zero >= 0) throw new Unreadable('nul', above + lines(text.slice(0, zero)) + 1);
  return text;
}

const lines = (text: string): number => text.split('\n').length - 1;

/**
 * Says how to read a file and what its columns are, from its beginning.
 * @returns null for a file without a row of headers
 * @throws Unreadable for one that is no list of people, whatever parts its cells
 */
export function sheetOf(start: Uint8Array, encoding: Encoding): Sheet | null {
  const text = withoutZero(new TextDecoder(encoding).decode(start));
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
  // Something stands there, and no row ever ends: a quotation mark that is opened in the first one.
  if (!best && /[\p{L}\p{N}]/u.test(text)) throw new Unreadable('unreadable', 1);
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
function sheetFrom(start: string[][]): Pick<Sheet, 'columns' | 'fields' | 'fonts' | 'samples' | 'headerRow'> | null {
  const at = headerRowOf(start);
  if (at === null) return null;
  const rows = start.slice(at + 1);
  const columns = start[at] ?? Array<string>(Math.max(...rows.map((row) => row.length))).fill('');
  const fonts = columns.map((header, i) => legacyFontOf([header, ...rows.map((row) => row[i] ?? '')]));
  const foreign = fonts.find((font) => font && font !== 'krutidev' && font !== 'mixed');
  if (foreign) throw new Unreadable('legacy_font', null, foreign);
  const legacy = fonts.some(Boolean);
  const letters = { fields: [], ...(legacy && { fonts }) };
  const cells = inUnicode(rows, letters);
  // A column of numbers has no letters to tell its font by, and a header all the same.
  const headers = columns.map((header, i) => (legacy && isTyped(header, fonts[i]) ? fromKrutiDev(header) : header));
  return {
    columns: headers,
    fields: mapColumns(headers, cells),
    ...(at !== 0 && { headerRow: at + 1 }),
    ...(legacy && { fonts }),
    samples: rows.slice(0, SAMPLES_KEPT).map((row) => row.map((cell) => cell.slice(0, LONGEST_SAMPLE))),
  };
}

/** A header may be English above Kruti Dev, and Kruti Dev above a column that has no letters to tell its font by. */
const isTyped = (header: string, font: ColumnFont | null | undefined): boolean =>
  !isHeader(header) && (kindOf(header) === 'typed' || (font === 'krutidev' && kindOf(header) === 'unsure'));

const SAMPLES_KEPT = 30;
const LONGEST_SAMPLE = 60;

/** Rows with the cells that were typed for a legacy font converted. */
export function inUnicode(rows: readonly (readonly string[])[], sheet: LettersOf): (readonly string[])[] {
  const letters = new Letters(sheet);
  return rows.map((row) => letters.read(row));
}

/** Rows that stand complete in the beginning of a file; it may end inside a quotation. @throws Unreadable */
function parseStart(text: string, delimiter: Delimiter, count: number): string[][] {
  return new CsvReader(delimiter).push(text.replace(/^\ufeff/, '') + '\n').slice(0, count);
}
