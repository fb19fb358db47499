import { stringify } from 'csv-stringify/sync';
import { DateTime } from 'luxon';
import type { Locale } from '../../platform/i18n/locale.js';
import type { AttendanceRow } from './check-in.queries.js';

/**
 * The log as a spreadsheet opens it: UTF-8 with its mark, CRLF (RFC 4180), and no cell that a spreadsheet would run as a
 * formula (T24): `= + - @`, tab and carriage return get an apostrophe in front. Times are the wall's, at the event.
 *
 * @param say words for a key below `events.csv.`, e.g. `name`, `how.list`
 */
export function attendanceCsv(
  rows: AttendanceRow[],
  zone: string,
  locale: Locale,
  say: (key: string) => string,
): string {
  const columns = ['name', 'territory', 'answer', 'guests_announced', 'how', 'at', 'by'] as const;
  return stringify(
    rows.map((row) => [
      row.name,
      locale === 'hi' ? row.name_hi : row.name_en,
      say(`answer.${row.answer ?? 'none'}`),
      row.answerGuests ?? 0,
      say(`how.${row.how}`),
      // The server's time: it orders, and a device's clock may be wrong.
      DateTime.fromJSDate(row.serverAt, { zone }).toFormat('yyyy-MM-dd HH:mm'),
      row.by ?? '',
    ]),
    {
      header: true,
      columns: columns.map((key) => ({ key, header: say(`column.${key}`) })),
      bom: true,
      record_delimiter: 'windows',
      escape_formulas: true,
    },
  );
}
