import { describe, expect, it } from '@jest/globals';
import { strFromU8, unzipSync } from 'fflate';
import { xlsxHead, xlsxRows, xlsxTail, type SheetState } from './xlsx-file.js';

function written(pieces: string[][][]): Buffer {
  const head = xlsxHead();
  const parts = [head.bytes];
  let state = head.state;
  for (const rows of pieces) {
    // As it comes back from the database.
    const next = xlsxRows(JSON.parse(JSON.stringify(state)) as SheetState, rows);
    parts.push(next.bytes);
    state = next.state;
  }
  return Buffer.concat([...parts, xlsxTail(state)]);
}

const sheetOf = (file: Buffer) => strFromU8(unzipSync(file)['xl/worksheets/sheet1.xml']!);

describe('a spreadsheet in pieces', () => {
  it('is one file, whatever the pieces: a reader finds every row and every part', () => {
    const rows = Array.from({ length: 2500 }, (_, n) => [`नाम ${n}`, `+9198${n}`, '']);
    const file = written([rows.slice(0, 1), [], rows.slice(1, 1200), rows.slice(1200)]);
    expect(Object.keys(unzipSync(file)).sort()).toEqual(
      [
        '[Content_Types].xml',
        '_rels/.rels',
        'xl/_rels/workbook.xml.rels',
        'xl/workbook.xml',
        'xl/worksheets/sheet1.xml',
      ].sort(),
    );
    const sheet = sheetOf(file);
    expect(sheet.match(/<row>/g)).toHaveLength(2500);
    expect(sheet).toContain('नाम 2499');
    expect(sheet.endsWith('</sheetData></worksheet>')).toBe(true);
  });

  it('holds texts and nothing that runs, and nothing that XML can’t hold', () => {
    const sheet = sheetOf(written([[['=1+1', '<b>&"\u0000\ud800', 'a\tb']]]));
    expect(sheet).toContain('<t xml:space="preserve">=1+1</t>');
    expect(sheet).toContain('&lt;b&gt;&amp;"');
    expect(sheet).not.toMatch(/<f>|\u0000/);
  });
});
