import { asciiDigits, type FileProblem, plainKey, problemsOf, readSheet, wordsFor } from './sheet.js';

/** What a territory may cover; all but `pin` are named by their Local Government Directory code. */
export const COVERAGE_KINDS = ['revenue_district', 'tehsil', 'block', 'urban_body', 'pin'] as const;
export type CoverageKind = (typeof COVERAGE_KINDS)[number];

export interface CoverageRow {
  row: number;
  territoryCode: string;
  kind: CoverageKind;
  /** LGD code, or a PIN of six digits. */
  value: string;
}

export interface CoverageFileOptions {
  /** Codes of the territories there are; left out, every well-formed code passes. */
  territories?: { has(code: string): boolean };
  /**
   * Whether there is such a place; left out, every well-formed value passes. An unknown PIN is only warned of: new ones
   * are opened all the time, and no list of them is complete.
   */
  exists?: (kind: CoverageKind, value: string) => boolean;
}

/** Every message key a coverage file's problems can have besides those of any file (TERRITORY_PROBLEMS). */
export const COVERAGE_PROBLEMS = [
  'territories.problem.no_territory',
  'territories.problem.unknown_territory',
  'territories.problem.no_coverage_kind',
  'territories.problem.unknown_coverage_kind',
  'territories.problem.no_value',
  'territories.problem.malformed_lgd_code',
  'territories.problem.malformed_pin',
  'territories.problem.unknown_place',
  'territories.problem.unknown_pin',
  'territories.problem.row_twice',
] as const;

const COLUMNS = {
  territory_code: ['territory_code', 'territory', 'code', 'क्षेत्र कोड', 'कोड', 'क्षेत्र'],
  kind: ['kind', 'type', 'प्रकार'],
  value: ['value', 'covers', 'मान', 'कोड या पिन', 'शामिल'],
};

const KIND_WORDS = wordsFor({
  revenue_district: ['revenue_district', 'district', 'राजस्व ज़िला', 'ज़िला'],
  tehsil: ['tehsil', 'sub-district', 'taluk', 'तहसील'],
  block: ['block', 'development block', 'ब्लॉक', 'विकास खंड', 'खंड'],
  urban_body: ['urban_body', 'urban local body', 'नगर निकाय', 'नगरीय निकाय'],
  pin: ['pin', 'pincode', 'pin code', 'postal code', 'पिन', 'पिन कोड', 'पिनकोड'],
});

/**
 * Reads a CSV of coverage, the shipped one or a user's: columns `territory_code`, `kind`, `value`, headers and kinds in
 * English or Hindi. Coverage is many to many: the same place below several territories is no problem, it is what makes
 * people wait for somebody who knows; the same row twice is dropped with a warning.
 *
 * @returns the usable rows in file order, and the problems by row
 */
export function readCoverageFile(
  csv: string | Buffer,
  options: CoverageFileOptions = {},
): { rows: CoverageRow[]; problems: FileProblem[] } {
  const sheet = readSheet(csv, COLUMNS, ['territory_code', 'kind', 'value']);
  const problems = sheet.problems;
  const say = problemsOf(problems);
  const rows: CoverageRow[] = [];
  const seen = new Map<string, number>();

  for (const { row, cells } of sheet.records) {
    const before = say.errors;
    const territoryCode = cells.territory_code.toLowerCase();
    if (!territoryCode) say.error(row, 'territory_code', 'no_territory');
    else if (options.territories && !options.territories.has(territoryCode)) {
      say.error(row, 'territory_code', 'unknown_territory', { value: cells.territory_code });
    }

    const kind = KIND_WORDS.get(plainKey(cells.kind));
    if (!cells.kind) say.error(row, 'kind', 'no_coverage_kind');
    else if (!kind) say.error(row, 'kind', 'unknown_coverage_kind', { value: cells.kind });

    const value = asciiDigits(cells.value).replace(/ /g, '');
    if (!value) say.error(row, 'value', 'no_value');
    else if (kind === 'pin' && !/^[1-9]\d{5}$/.test(value)) {
      say.error(row, 'value', 'malformed_pin', { value: cells.value });
    } else if (kind && kind !== 'pin' && !/^[1-9]\d{0,9}$/.test(value)) {
      say.error(row, 'value', 'malformed_lgd_code', { value: cells.value });
    } else if (kind && options.exists && !options.exists(kind, value)) {
      if (kind === 'pin') say.warning(row, 'value', 'unknown_pin', { value });
      else say.error(row, 'value', 'unknown_place', { kind, value });
    }

    if (!kind || say.errors > before) continue;
    const key = `${territoryCode} ${kind} ${value}`;
    const firstRow = seen.get(key);
    if (firstRow !== undefined) {
      say.warning(row, null, 'row_twice', { firstRow });
      continue;
    }
    seen.set(key, row);
    rows.push({ row, territoryCode, kind, value });
  }
  return { rows, problems };
}
