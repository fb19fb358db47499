/** What a spreadsheet would run, or take for something else than the text it is (OWASP, CSV injection). */
const RUNS = /^[=+\-@\t\r\n]/;

/** A text that no spreadsheet runs as a formula: an apostrophe before it. Phones with their + get one, too. */
export const plainCell = (text: string): string => (RUNS.test(text) ? `'${text}` : text);
