import { describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { aBomb, aWorkbook } from '../../../test/fixtures/a-workbook.js';
import { workbookRows } from './workbook-rows.js';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
async function rowsOf(bytes: Buffer, size = 65_536): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const some of workbookRows(() => pieces(bytes, size))) rows.push(...some);
  return rows;
}

describe('workbookRows', () => {
  it.each([true, false])(
    'reads the first sheet in sight: texts, numbers whole, dates, gaps (shared texts: %s)',
    async (shared) => {
      const book = aWorkbook(
        [
          ['नाम', 'Mobile', 'Born', 'Age'],
          ['रमेश & co', 919876543210, { date: 32874 }, 34],
          [],
          ['Asha', '9.19876E+11', null, 0.5],
        ],
        { shared },
      );
      for (const size of [7, 65_536])
        expect(await rowsOf(book, size)).toEqual([
          ['नाम', 'Mobile', 'Born', 'Age'],
          ['रमेश & co', '919876543210', '1990-01-01', '34'],
          [''],
          ['Asha', '9.19876E+11', '', '0.5'],
        ]);
    },
  );

  it('stops at a bomb while it is small', async () => {
    const bomb = aBomb();
    expect(bomb.length).toBeLessThan(2_000_000);
    const before = process.memoryUsage().rss;
    await expect(rowsOf(bomb)).rejects.toMatchObject({ problem: 'bomb' });
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  it.each([
    ['no ZIP inside', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(5000, 1)]), /broken_workbook|no_sheet/],
    ['a ZIP of other things', Buffer.from(zipSync({ 'a.txt': strToU8('a') })), /not_xlsx/],
    ['a workbook that was cut off', aWorkbook([['a']]).subarray(0, 300), /broken_workbook|no_sheet/],
    [
      'more columns than a list has',
      aWorkbook([Array.from({ length: 600 }, (_, i) => `c${i}`)]),
      /many_columns in row 1/,
    ],
    ['a cell of a megabyte', aWorkbook([['a'], ['x'.repeat(1_000_000)]], { shared: false }), /long_cell in row 2/],
  ])('refuses %s', async (_, bytes, problem) => {
    await expect(rowsOf(bytes)).rejects.toThrow(problem);
  });
});
