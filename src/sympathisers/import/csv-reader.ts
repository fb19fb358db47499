import { Unreadable } from './unreadable.js';

/** A cell of a list of people holds a name or a remark; what is longer is another kind of file, or an attack. */
export const LONGEST_CELL = 100_000;
export const MOST_COLUMNS = 500;
/** A row of the longest cells in the most columns would be 50 MB; nobody's row is. */
export const LONGEST_ROW = 1_000_000;

const QUOTE = 34;
const LF = 10;
const CR = 13;

/**
 * Rows of CSV out of pieces of text, as they come. By RFC 4180, and lenient as spreadsheets are: any line end, rows of
 * uneven length, a quote inside a bare cell stands for itself, what follows a closing quote belongs to the cell.
 *
 * Its memory is bounded: a cell, a row or a number of columns beyond the limits ends the reading, with the row.
 */
export class CsvReader {
  private text = '';
  private rows = 0;
  private readonly delimiter: number;

  constructor(delimiter: string) {
    this.delimiter = delimiter.charCodeAt(0);
  }

  /** @returns the rows that are complete by now. @throws Unreadable */
  push(piece: string): string[][] {
    this.text += piece;
    return this.read(false);
  }

  /** @returns what is left: a last row without a line end. @throws Unreadable for a quote that is never closed */
  end(): string[][] {
    return this.read(true);
  }

  private read(last: boolean): string[][] {
    const { text } = this;
    const found: string[][] = [];
    let start = 0;
    while (start < text.length) {
      const row: string[] = [];
      const next = this.row(text, start, row, last);
      if (next < 0) break;
      this.rows += 1;
      found.push(row);
      start = next;
    }
    this.text = text.slice(start);
    if (this.text.length > LONGEST_ROW) throw new Unreadable('unreadable', this.rows + 1);
    return found;
  }

  /** Reads one row into `row`. @returns where the next one starts; -1 where this one isn't whole yet */
  private row(text: string, start: number, row: string[], last: boolean): number {
    const { delimiter } = this;
    for (let at = start; ;) {
      let cell: string;
      if (text.charCodeAt(at) === QUOTE) {
        const end = this.closing(text, at + 1, last);
        if (end < 0) return -1;
        cell = text.slice(at + 1, end);
        if (cell.includes('"')) cell = cell.replaceAll('""', '"');
        at = end + 1;
        const rest = this.bare(text, at);
        // What stands between the closing quote and the delimiter.
        if (rest > at) cell += text.slice(at, rest);
        at = rest;
      } else {
        const end = this.bare(text, at);
        cell = text.slice(at, end);
        at = end;
      }
      if (at >= text.length && !last) return -1;
      if (cell.length > LONGEST_CELL) throw new Unreadable('long_cell', this.rows + 1);
      row.push(cell);
      if (row.length > MOST_COLUMNS) throw new Unreadable('many_columns', this.rows + 1);
      const code = text.charCodeAt(at);
      if (code === delimiter) at += 1;
      else if (code === CR) {
        // Whether a line feed belongs to it is told by the next piece.
        if (at + 1 >= text.length && !last) return -1;
        return text.charCodeAt(at + 1) === LF ? at + 2 : at + 1;
      } else return at >= text.length ? at : at + 1;
    }
  }

  /** Where a bare cell ends: at a delimiter, a line end, or what is there so far. */
  private bare(text: string, from: number): number {
    const { delimiter } = this;
    let at = from;
    for (const { length } = text; at < length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === delimiter || code === LF || code === CR) return at;
    }
    return at;
  }

  /** Where a quoted cell's closing quote stands; -1 where it isn't there yet. @throws Unreadable where it never comes */
  private closing(text: string, from: number, last: boolean): number {
    for (let at = from; ;) {
      const quote = text.indexOf('"', at);
      if (quote < 0) {
        if (last) throw new Unreadable('unreadable', this.rows + 1);
        return -1;
      }
      if (quote + 1 >= text.length) return last ? quote : -1;
      if (text.charCodeAt(quote + 1) !== QUOTE) return quote;
      at = quote + 2;
    }
  }
}
