/** Why a whole file can't be used; each is a message key `imports.problem.<name>`. */
export type FileProblem =
  | 'unreadable'
  | 'long_cell'
  | 'many_columns'
  | 'nul'
  | 'broken_text'
  | 'bomb'
  | 'broken_workbook'
  | 'locked_workbook'
  | 'many_texts'
  | 'no_sheet'
  | 'not_xlsx'
  | 'legacy_font';

/** The file is refused as a whole; `row` is where, as a spreadsheet counts. */
export class Unreadable extends Error {
  constructor(
    readonly problem: FileProblem,
    readonly row: number | null = null,
    readonly detail: string | null = null,
  ) {
    super(`${problem}${row === null ? '' : ` in row ${row}`}`);
  }

  get key(): string {
    return `imports.problem.${this.problem}`;
  }
}
