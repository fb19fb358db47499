import type { Field, Mapping } from './columns.js';
import { fromKrutiDev } from './kruti-dev.js';
import { hasTypedWord, kindOf, type ColumnFont } from './legacy-font.js';

/** Fields that hold words, which may have been typed for a font. */
const WORDS: ReadonlySet<Field> = new Set<Field>(['name', 'district', 'tehsil', 'mandal', 'ward', 'source', 'remarks']);
/** Names as English writes them: "Ramesh Kumar", "RAMESH". */
const ENGLISH = /^(?:[A-Z][a-z]*|[A-Z]+)(?:\s+(?:[A-Z][a-z]*|[A-Z]+))*$/;
/** One cell of Kruti Dev in so many others makes it likely that one which nobody can tell is another. */
const ONE_IN = 20;

interface Column {
  at: number;
  /** Null: nothing of it was Kruti Dev so far. */
  font: ColumnFont | null;
  typed: number;
  plain: number;
}

export interface LettersOf {
  fields: Mapping;
  fonts?: readonly (ColumnFont | null)[];
  /** Somebody said that the letters are what they look like. */
  asItLooks?: boolean;
}

/**
 * Reads the rows of one list as they were typed, in their order: a column may turn to Kruti Dev behind the rows that were
 * looked at first, or have both, cell by cell. What comes out depends on the rows before alone, so a reading that goes on after a
 * crash reads the same.
 */
export class Letters {
  /** Columns of the last row in which a cell may be the other than it was read as. */
  doubtful: readonly number[] = [];
  private readonly columns: Column[];

  constructor({ fields, fonts = [], asItLooks = false }: LettersOf) {
    const columns = Array.from({ length: Math.max(fields.length, fonts.length) }, (_, at) => at);
    this.columns = columns
      .filter((at) => !asItLooks && (fonts[at] || (fields[at] && WORDS.has(fields[at]))))
      .map((at) => ({ at, font: fonts[at] ?? null, typed: 0, plain: 0 }));
  }

  /** @returns the cells in Unicode; the same row where nothing is to be done */
  read(row: readonly string[]): readonly string[] {
    let cells = row;
    if (this.doubtful.length) this.doubtful = [];
    for (const column of this.columns) {
      const cell = row[column.at];
      if (!cell || (column.font === null && !hasTypedWord(cell))) continue;
      column.font ??= 'mixed';
      const read = this.cell(column, cell);
      if (read === cell) continue;
      if (cells === row) cells = [...row];
      (cells as string[])[column.at] = read;
    }
    return cells;
  }

  /** What each column of the list turned out to be typed for. */
  fonts(): (ColumnFont | null)[] {
    const fonts: (ColumnFont | null)[] = [];
    for (const { at, font } of this.columns) {
      while (fonts.length < at) fonts.push(null);
      fonts[at] = font;
    }
    return fonts;
  }

  private cell(column: Column, cell: string): string {
    const kind = kindOf(cell);
    const whole = column.font === 'krutidev';
    if (kind === 'typed') column.typed += 1;
    if (kind === 'plain') column.plain += 1;
    const likely = whole || column.typed * ONE_IN >= column.plain;
    if (whole ? kind === 'plain' : kind === 'unsure' && likely) this.doubtful = [...this.doubtful, column.at];
    const converts = kind === 'typed' || (kind === 'unsure' && likely && (whole || !ENGLISH.test(cell.trim())));
    return converts ? fromKrutiDev(cell) : cell;
  }
}
