import { isHeader } from './columns.js';
import { fromKrutiDev } from './kruti-dev.js';
import { parseEmail } from '../../platform/formats/email-address.js';
import { parsePhone } from '../../platform/formats/phone.js';

/** Rows that may stand above the headers: a title, the name of the office, a date, a blank line. */
const MOST_ABOVE = 20;
/** So many known headers beside each other are no title, and nobody's data. */
const SURE = 2;

/**
 * Where the headers of a sheet stand. Spreadsheets of offices often begin with a title over all columns; and some begin
 * with the first person, without any headers.
 * @param rows the first rows of the sheet
 * @returns the place among them; -1 where the first row is somebody already; null where nothing is filled in
 */
export function headerRowOf(rows: readonly (readonly string[])[]): number | null {
  const looks = rows.slice(0, MOST_ABOVE + 1).map((row) => ({
    filled: row.filter((cell) => cell.trim()).length,
    known: row.filter((cell) => isHeader(cell) || isHeader(fromKrutiDev(cell))).length,
  }));
  const sure = looks.findIndex(({ known }) => known >= SURE);
  if (sure >= 0) return sure;
  const first = looks.findIndex(({ filled }) => filled > 0);
  if (first < 0) return null;
  const table = looks.findIndex(({ filled }) => filled > 1);
  const row = table < 0 ? first : table;
  return rows[row]!.some(isReachedAt) ? -1 : row;
}

/** No header is a phone or a mail. */
const isReachedAt = (cell: string): boolean =>
  parsePhone(cell).problem === undefined || parseEmail(cell).problem === undefined;
