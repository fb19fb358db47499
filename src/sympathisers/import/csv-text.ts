import { parse as parseAll } from 'csv-parse/sync';
import { mapColumns, type Mapping } from './columns.js';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
export const DELIMITERS = [',', ';', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** How a file is to be read, and what its columns are. */
export interface Sheet {
  encoding: Encoding;
  delimiter: Delimiter;
  columns: string[];
  fields: Mapping;
}

/** For csv-parse. Rows of uneven length and stray quotes are usual in what offices send. */
export const csvOptions = (delimiter: Delimiter) => ({
  delimiter,
  relax_column_count: true,
  relax_quotes: true,
  // A quote that is never closed would otherwise swallow the rest of the file into one cell.
  max_record_size: 1_000_000,
});

/** Watches a file go by and then knows its encoding: by its first bytes, else by whether all of it is good UTF-8. */
export class EncodingWatch {
  private readonly strict = new TextDecoder('utf-8', { fatal: true });
  private marked: Encoding | null = null;
  private good = true;
  private begun = false;

  see(bytes: Uint8Array): void {
    if (!this.begun && bytes.length) {
      this.begun = true;
      this.marked = byMark(bytes);
    }
    if (!this.good || this.marked) return;
    try {
      this.strict.decode(bytes, { stream: true });
    } catch {
      this.good = false;
    }
  }

  encoding(): Encoding {
    if (this.marked) return this.marked;
    try {
      this.strict.decode();
    } catch {
      this.good = false;
    }
    return this.good ? 'utf-8' : 'windows-1252';
  }
}

function byMark(bytes: Uint8Array): Encoding | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  // Without a mark: in UTF-16 every second byte of plain letters, commas and line ends is zero.
  const start = bytes.subarray(0, 2000);
  const zeros = (odd: number) => start.filter((byte, i) => i % 2 === odd && byte === 0).length / (start.length / 2);
  if (start.length >= 4 && zeros(1) > 0.3 && zeros(0) < 0.05) return 'utf-16le';
  if (start.length >= 4 && zeros(0) > 0.3 && zeros(1) < 0.05) return 'utf-16be';
  return null;
}

/** Pieces of a file as text. A zero character, which PostgreSQL takes in no text, is left out. */
export async function* decoded(pieces: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const piece of pieces) yield decoder.decode(piece, { stream: true }).replaceAll('\0', '');
  yield decoder.decode().replaceAll('\0', '');
}

/** The first rows of a file, as far as they stand complete in its beginning. */
export function firstRows(start: Uint8Array, encoding: Encoding, delimiter: Delimiter, count: number): string[][] {
  const text = new TextDecoder(encoding).decode(start).replaceAll('\0', '');
  return parseStart(text, delimiter, count);
}

/**
 * Says how to read a file and what its columns are, from its beginning.
 * @returns null for a file without a row of headers
 */
export function sheetOf(start: Uint8Array, encoding: Encoding): Sheet | null {
  const text = new TextDecoder(encoding).decode(start).replaceAll('\0', '');
  let best: { sheet: Sheet; score: number } | null = null;
  for (const delimiter of DELIMITERS) {
    const [columns = [], ...rows] = parseStart(text, delimiter, SAMPLE_ROWS + 1);
    if (!columns.some((cell) => cell.trim())) continue;
    const fields = mapColumns(columns, rows);
    // What is understood decides; the number of columns where nothing is.
    const score = fields.filter(Boolean).length * 100 + columns.length;
    if (!best || score > best.score) best = { sheet: { encoding, delimiter, columns, fields }, score };
  }
  return best?.sheet ?? null;
}

const SAMPLE_ROWS = 100;

function parseStart(text: string, delimiter: Delimiter, count: number): string[][] {
  const rows: string[][] = [];
  const keep = (row: string[]): null => {
    rows.push(row);
    return null;
  };
  try {
    parseAll(text, { ...csvOptions(delimiter), bom: true, to: count, on_record: keep as never });
  } catch {
    // The beginning may end inside a quotation; what stood before it is whole.
  }
  return rows;
}
