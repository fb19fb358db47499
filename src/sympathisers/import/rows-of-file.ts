import { CsvReader } from './csv-reader.js';
import { decoded, type Sheet } from './csv-text.js';
import { workbookRows } from './workbook-rows.js';

/**
 * The rows of a stored file as they stand there, some thousand at a time, the headers first. A blank line is a row, too, as a
 * spreadsheet counts.
 * @param pieces the file, from its beginning, each time it is called
 * @throws Unreadable
 */
export function rowsOfFile(sheet: Sheet, pieces: () => AsyncIterable<Uint8Array>): AsyncGenerator<string[][]> {
  return sheet.workbook ? workbookRows(pieces, sheet.sheet) : csvRows(sheet, pieces);
}

async function* csvRows(sheet: Sheet, pieces: () => AsyncIterable<Uint8Array>): AsyncGenerator<string[][]> {
  const reader = new CsvReader(sheet.delimiter);
  for await (const text of decoded(inParts(pieces()), sheet.encoding)) yield reader.push(text);
  yield reader.end();
}

/** So few bytes at a time that the rows of one part, as texts, are small beside everything else. */
const PART = 128 * 1024;

async function* inParts(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) for (let at = 0; at < piece.length; at += PART) yield piece.subarray(at, at + PART);
}
