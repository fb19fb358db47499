import { CsvError, parse } from 'csv-parse/sync';

/** What is wrong with a file: a message key with its parameters, and where. */
export interface FileProblem {
  /** Row as a spreadsheet counts it: the header is row 1. */
  row: number;
  /** Column by its English name, e.g. `parent_code`; null where the row as a whole is meant. */
  field: string | null;
  /** Message key, e.g. `territories.problem.unknown_level`. */
  code: string;
  /** The row of an error isn't among the rows given back; that of a warning is. */
  severity: 'error' | 'warning';
  params: Record<string, string | number>;
}

/** A file's records: blank rows left out, cells NFC without stray spaces, '' for a column the file doesn't have. */
export interface Sheet<Field extends string> {
  records: { row: number; cells: Record<Field, string> }[];
  problems: FileProblem[];
}

/**
 * Reads a CSV as offices save it: UTF-8, or UTF-16 with its mark; comma, semicolon or tab; columns in any order and by
 * any of their names, others ignored.
 *
 * @param required columns the file must have; of a list, at least one
 */
export function readSheet<Field extends string>(
  csv: string | Buffer,
  columns: Record<Field, readonly string[]>,
  required: readonly NoInfer<Field | Field[]>[],
): Sheet<Field> {
  const problems: FileProblem[] = [];
  const say = problemsOf(problems);
  const nothing = { records: [], problems };

  const text = typeof csv === 'string' ? csv.replace(/^\uFEFF/, '') : decode(csv);
  if (text === null) {
    say.error(1, null, 'not_utf8');
    return nothing;
  }

  let lines: string[][];
  try {
    lines = parse(text, { delimiter: delimiterOf(text), relax_column_count: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    say.error(Number(error['lines']) || 1, null, 'malformed_csv');
    return nothing;
  }

  const headerAt = lines.findIndex((line) => line.some((cell) => tidy(cell)));
  const header = lines[headerAt];
  if (!header) {
    say.error(1, null, 'empty_file');
    return nothing;
  }
  const fields = Object.keys(columns) as Field[];
  const byWord = wordsFor(columns);
  const places = new Map<Field, number>();
  header.forEach((cell, index) => {
    const field = byWord.get(plainKey(cell));
    if (!field) return;
    if (places.has(field)) say.error(headerAt + 1, field, 'column_twice', { column: tidy(cell) });
    else places.set(field, index);
  });
  for (const need of required) {
    const oneOf = typeof need === 'string' ? [need] : need;
    if (oneOf.some((field) => places.has(field))) continue;
    say.error(headerAt + 1, oneOf[0]!, 'column_missing', { column: oneOf.join(', ') });
  }
  if (say.errors) return nothing;

  const records: Sheet<Field>['records'] = [];
  lines.forEach((line, index) => {
    if (index <= headerAt || !line.some((cell) => tidy(cell))) return;
    const row = index + 1;
    // An unquoted comma in a name shifts every later cell: better refused than read wrongly.
    if (line.slice(header.length).some((cell) => tidy(cell))) {
      say.error(row, null, 'too_many_cells', { cells: line.length, columns: header.length });
      return;
    }
    const cells = Object.fromEntries(
      fields.map((field) => [field, tidy(line[places.get(field) ?? header.length] ?? '')]),
    ) as Record<Field, string>;
    records.push({ row, cells });
  });
  return { records, problems };
}

/** Words of a column, level or kind, to what they mean. */
export function wordsFor<Meaning extends string>(words: Record<Meaning, readonly string[]>): Map<string, Meaning> {
  return new Map(
    (Object.keys(words) as Meaning[]).flatMap((meaning) =>
      words[meaning].map((word): [string, Meaning] => [plainKey(word), meaning]),
    ),
  );
}

/** What is left of a word when case, punctuation and the usual Hindi spellings of one sound are levelled. */
export function plainKey(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\u093C/g, '')
    .replace(/\u0901/g, '\u0902')
    .replace(/[ङञणनम]्(?=[क-म])/g, '\u0902')
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}

/** Devanagari digits as 0 to 9. */
export function asciiDigits(text: string): string {
  return text.replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - 0x0966));
}

export interface Sayer {
  error(row: number, field: string | null, code: string, params?: FileProblem['params']): void;
  warning(row: number, field: string | null, code: string, params?: FileProblem['params']): void;
  /** Errors so far. */
  readonly errors: number;
}

/** Adds problems to a list, their codes below `territories.problem.`. */
export function problemsOf(problems: FileProblem[]): Sayer {
  let errors = 0;
  const add = (row: number, field: string | null, code: string, severity: FileProblem['severity'], params = {}) =>
    problems.push({ row, field, code: `territories.problem.${code}`, severity, params });
  return {
    error(row, field, code, params) {
      errors += 1;
      add(row, field, code, 'error', params);
    },
    warning(row, field, code, params) {
      add(row, field, code, 'warning', params);
    },
    get errors() {
      return errors;
    },
  };
}

/** Joiners stay: they are letters' parts in Devanagari, unlike the marks that spreadsheets leave behind. */
function tidy(cell: string): string {
  return cell
    .normalize('NFC')
    .replace(/[\uFEFF\u200B\u200E\u200F\u2060]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

function decode(bytes: Buffer): string | null {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function delimiterOf(text: string): string {
  const header = /[^\r\n]*\S[^\r\n]*/.exec(text)?.[0] ?? '';
  const count = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}
