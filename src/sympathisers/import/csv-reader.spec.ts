import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { mulberry32 } from '../../../test/fixtures/intake-sheet.js';
import { CsvReader } from './csv-reader.js';

/** The rows of a text that comes in pieces of so many characters. */
function rowsOf(text: string, piece = text.length, delimiter = ','): string[][] {
  const reader = new CsvReader(delimiter);
  const rows: string[][] = [];
  for (let at = 0; at < text.length; at += piece) rows.push(...reader.push(text.slice(at, at + piece)));
  return [...rows, ...reader.end()];
}

describe('CsvReader', () => {
  it('reads quotes, line ends of every kind, and a last row without one', () => {
    expect(rowsOf('a,b\r\n"x, ""y""\nz",2\n\r1,\r,')).toEqual([
      ['a', 'b'],
      ['x, "y"\nz', '2'],
      [''],
      ['1', ''],
      ['', ''],
    ]);
  });

  it('forgives a quote inside a bare cell, and text behind a closing one', () => {
    expect(rowsOf('6" pipe,"a"b\nc,d"')).toEqual([
      ['6" pipe', 'ab'],
      ['c', 'd"'],
    ]);
  });

  it('reads the same, in whatever pieces it comes, and the same as another reader', () => {
    const random = mulberry32(7);
    const letters = ['a', 'ब', '"', ',', ' ', '\r\n', '\n', ''];
    for (let round = 0; round < 200; round += 1) {
      const cells = Array.from({ length: 12 }, () =>
        Array.from({ length: 5 }, () => letters[Math.floor(random() * letters.length)]!).join(''),
      );
      const text = cells.map((cell, i) => `"${cell.replaceAll('"', '""')}"${i % 4 === 3 ? '\r\n' : ','}`).join('');
      const expected = parse(text) as string[][];
      for (const piece of [1, 2, 3, 7, text.length]) expect(rowsOf(text, piece)).toEqual(expected);
    }
  });

  it.each([
    ['a cell of 10 MB', `a,b\n1,${'x'.repeat(10_000_000)}\n`, 'unreadable', 2],
    ['a cell that is too long for a remark', `a,b\n1,${'x'.repeat(200_000)}\n`, 'long_cell', 2],
    ['10,000 columns', `a\n${','.repeat(10_000)}\n`, 'many_columns', 2],
    ['a quote that is never closed', 'a\n1\n"b\n', 'unreadable', 3],
  ])('ends at %s, and names the row', (_, text, problem, row) => {
    expect(() => rowsOf(text, 65_536)).toThrow(expect.objectContaining({ problem, row }));
  });
});
