import { describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { aBomb, aWorkbook } from '../../../test/fixtures/a-workbook.js';
import { showsDate } from './workbook-parts.js';
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

  it('takes a phone, a PIN or an age for what it is, in a cell that shows dates', async () => {
    const said = [9876543210, 919876543210, 282001, 2958466, 34, -5, 99999, 32874.75];
    const [, row] = await rowsOf(aWorkbook([['a'], said.map((date) => ({ date }))]));
    expect(row).toEqual(['9876543210', '919876543210', '282001', '2958466', '34', '-5', '2173-10-13', '1990-01-01']);
  });

  it('leaves a number as it stands that has lost its last digits, and makes others whole', async () => {
    const raw = ['9.19876E+11', '9.2e+11', '9.19876E11', '9.87654321E9', '9.1987654321E+11', '9.198765432E+11', '2.82001E5', '34.0']; // prettier-ignore
    const [, row] = await rowsOf(aWorkbook([['a'], raw.map((one) => ({ raw: one }))]));
    expect(row).toEqual(['9.19876E+11', '9.2e+11', '9.19876E11', '9876543210', '9.1987654321E+11', '9.198765432E+11', '282001', '34']); // prettier-ignore
  });

  it.each([
    ['dd\\-mm\\-yyyy', true],
    ['[$-409]d-mmm-yy;@', true],
    ['h:mm:ss.000', true],
    ['yyyy"."mm', true],
    ['Rs. 0', false],
    ['"days" #,##0', false],
    ['\\d0', false],
    ['_(* #,##0.00_);[Red]_(* (#,##0.00)', false],
    ['General', false],
    ['@', false],
  ])('knows whether the format %j shows a date', (format, is) => expect(showsDate(format)).toBe(is));

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
