/** Rows in the text format of COPY (PostgreSQL manual, COPY, "Text Format"). */
const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

export type CopyValue = string | number | boolean | null | undefined;

/** One value; null and undefined are NULL. */
export function copyValue(value: CopyValue): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return String(value);
  return SPECIAL.test(value) ? value.replace(/[\\\t\n\r]/g, (letter) => ESCAPES[letter]!) : value;
}

/** One row, with its line end. */
export function copyLine(values: readonly CopyValue[]): string {
  let line = copyValue(values[0]);
  for (let i = 1; i < values.length; i += 1) line += '\t' + copyValue(values[i]);
  return line + '\n';
}

/** An array of bytes, each in hexadecimal. */
export const copyBytes = (list: readonly string[]): string => `{${list.map((hex) => `"\\\\x${hex}"`).join(',')}}`;
