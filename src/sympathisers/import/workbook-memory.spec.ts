import { describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { aBareWorkbook, aWorkbook } from '../../../test/fixtures/a-workbook.js';
import { workbookParts, workbookRows } from './workbook-rows.js';

const MB = 1024 * 1024;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** The header of an entry in a ZIP (PKZIP's APPNOTE, 4.3.7). */
function header(name: string, method: number, size: number, descriptor = false): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(0x04034b50, 0);
  bytes.writeUInt16LE(20, 4);
  bytes.writeUInt16LE(descriptor ? 8 : 0, 6);
  bytes.writeUInt16LE(method, 8);
  bytes.writeUInt32LE(descriptor ? 0 : size, 18);
  bytes.writeUInt32LE(descriptor ? 0 : size, 22);
  bytes.writeUInt16LE(name.length, 26);
  return Buffer.concat([bytes, Buffer.from(name)]);
}

describe('a workbook with photos', () => {
  const PHOTOS = 64;
  const DEFLATED = 8;
  /** Photos of so many megabytes before a small list; `kept` is what lay in memory once they had gone by. */
  function withPhotos(method: number, descriptor = false) {
    const seen = { kept: 0 };
    const list = aWorkbook([['Name'], ['Asha']]);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      collect();
      const before = process.memoryUsage().arrayBuffers;
      yield header('xl/media/photo.jpeg', method, PHOTOS * MB, descriptor);
      for (let n = 0; n < PHOTOS; n += 1) yield await Promise.resolve(Buffer.alloc(MB, 0x55));
      collect();
      seen.kept = Math.max(seen.kept, process.memoryUsage().arrayBuffers - before);
      yield list;
    }
    return { seen, pieces };
  }

  it.each([
    ['stored as they are', 0, false],
    ['packed', DEFLATED, false],
    ['packed, their size told behind them', DEFLATED, true],
    ['packed in a way that we cannot unpack', 14, false],
  ])('is read without keeping them in memory: %s', async (_, method, descriptor) => {
    const { seen, pieces } = withPhotos(method, descriptor);
    const rows: string[][] = [];
    for await (const some of workbookRows(pieces)) rows.push(...some);
    expect(rows).toEqual([['Name'], ['Asha']]);
    // What was thrown away a moment ago may still be counted.
    expect(seen.kept).toBeLessThan((PHOTOS / 2) * MB);
  });

  it('gets no larger allowance for what unpacks', async () => {
    const bomb = aBareWorkbook(new Uint8Array(16 * MB).fill(32));
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield header('xl/media/photo.jpeg', 0, 8 * MB);
      yield Buffer.alloc(8 * MB, 0x55);
      yield await Promise.resolve(bomb);
    }
    await expect(
      (async () => {
        for await (const _ of workbookRows(pieces));
      })(),
    ).rejects.toMatchObject({ problem: 'bomb' });
  });
});

describe('a text without an end', () => {
  /** Letters that shrink to an eighth or so: no bomb by what they grow. */
  function letters(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let i = 0, x = 1; i < count; i += 1) {
      x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
      bytes[i] = 97 + (x >>> 31);
    }
    return bytes;
  }
  const around = (before: string, inside: Uint8Array, behind: string) =>
    Buffer.concat([Buffer.from(before), inside, Buffer.from(behind)]);
  /** @returns of the file's bytes, how many were asked for before it was refused */
  async function refused(book: Buffer, problem: object): Promise<number> {
    let asked = 0;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      asked = 0;
      for (let at = 0; at < book.length; at += 4096) {
        asked = at;
        yield await Promise.resolve(book.subarray(at, at + 4096));
      }
    }
    await expect(
      (async () => {
        for await (const _ of workbookRows(pieces));
      })(),
    ).rejects.toMatchObject(problem);
    return asked / book.length;
  }
  const LONG = letters(4 * MB);
  const sheet =
    '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>';

  it.each([
    ['a cell', sheet, '</t></is></c></row></sheetData></worksheet>', { problem: 'long_cell', row: 2 }],
    ['a comment', '<worksheet><!--', '--><sheetData/></worksheet>', { problem: 'broken_workbook' }],
    ['a value beside a name', '<worksheet a="', '"><sheetData/></worksheet>', { problem: 'broken_workbook' }],
    ['the name of an element', '<worksheet><', '/></worksheet>', { problem: 'broken_workbook' }],
  ])('is refused before it is in memory: %s', async (_, before, behind, problem) => {
    const book = aBareWorkbook(around(before, LONG, behind));
    expect(await refused(book, problem)).toBeLessThan(0.5);
  });

  it('is refused among the texts that cells share, at the first look', async () => {
    const texts = around('<sst><si><t>', LONG, '</t></si></sst>');
    const book = aBareWorkbook(new Uint8Array(0), { 'xl/sharedStrings.xml': [texts, { level: 6 }] });
    expect(await refused(book, { problem: 'long_cell', row: null })).toBeLessThan(0.5);
  });

  it('is refused with its row where it is a long text that a cell shares', async () => {
    const book = aWorkbook([['Name'], ['Asha'], ['x'.repeat(150_000)]]);
    await refused(book, { problem: 'long_cell', row: 3 });
  });

  it('is refused with its row where many cells share it', async () => {
    const texts = strToU8(`<sst><si><t>${'ab'.repeat(45_000)}</t></si></sst>`);
    const cells = '<c t="s"><v>0</v></c>'.repeat(12);
    const sheetXml = strToU8(`<worksheet><sheetData><row r="1">${cells}</row></sheetData></worksheet>`);
    await refused(aBareWorkbook(sheetXml, { 'xl/sharedStrings.xml': texts }), { problem: 'unreadable', row: 1 });
  });
});

describe('a workbook made to be large', () => {
  it.each([
    ['elements within each other', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`],
    ['more sheets than anybody makes', `<workbook xmlns:r="r">${'<sheet/>'.repeat(100_001)}</workbook>`],
  ])('is refused: %s', async (_, xml) => {
    const book = Buffer.from(zipSync({ 'xl/workbook.xml': strToU8(xml) }));
    await expect(workbookParts(() => one(book))).rejects.toMatchObject({ problem: 'broken_workbook' });
  });

  it('is refused where it has more entries than anybody makes', async () => {
    const entries = Buffer.concat(Array.from({ length: 20_002 }, (_, n) => header(`a${n}`, 0, 0)));
    await expect(workbookParts(() => one(entries))).rejects.toMatchObject({ problem: 'broken_workbook' });
  });
});

async function* one(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
