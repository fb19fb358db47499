import type { Locale } from '../../platform/i18n/locale.js';
import type { Words } from '../../platform/i18n/words.js';
import type { Delimiter, Sheet } from './csv-text.js';

/** A rejected row as it goes back to whoever sent it. */
export interface RejectLine {
  row: number;
  reason: string;
  /** Null where no personal data may stay: the cells are blank. */
  line: string[] | null;
}

/**
 * What a spreadsheet would run as a formula, made plain text by an apostrophe (OWASP, CSV injection). Phones with a +
 * get one, too; they are read back all the same.
 */
export function plainCell(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

/** As they stood in the file; where it had none, what its columns are, so that it can be imported again once mended. */
export function headersOf({ columns, fields }: Sheet, words: Words, locale: Locale): string[] {
  return columns.map((name, i) => {
    if (name.trim()) return name;
    const field = fields[i];
    return words.say(locale, field ? `imports.field.${field}` : 'imports.column', { n: i + 1 });
  });
}

/** One line of CSV (RFC 4180), with its line end. */
export function csvLine(cells: readonly string[], delimiter: Delimiter): string {
  return cells.map((cell) => quoted(plainCell(cell), delimiter)).join(delimiter) + '\r\n';
}

/**
 * The rejected rows as a file like the original, with two more columns.
 * @param titles the headers of the two columns, in the reader's language
 */
export async function* rejectsFile(
  columns: readonly string[],
  delimiter: Delimiter,
  titles: { row: string; reason: string },
  lines: AsyncIterable<RejectLine>,
): AsyncGenerator<string> {
  // With the mark, spreadsheets know that it is UTF-8.
  yield '\ufeff' + csvLine([...columns, titles.row, titles.reason], delimiter);
  for await (const { row, reason, line } of lines) {
    const cells = columns.map((_, i) => line?.[i] ?? '');
    yield csvLine([...cells, String(row), reason], delimiter);
  }
}

function quoted(cell: string, delimiter: Delimiter): string {
  return cell.includes('"') || cell.includes(delimiter) || /[\r\n]/.test(cell)
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
}
