import { createHash } from 'node:crypto';
import { Invalid } from '../../platform/errors.js';
import { tellsOfPeople } from './columns.js';
import { SAMPLE_ROWS, sheetOf, workbookOf, type Sheet } from './csv-text.js';
import { TextWatch } from './text-watch.js';
import { Unreadable } from './unreadable.js';
import { sheetRows, workbookParts } from './workbook-rows.js';

/** What headers and a first look need. */
const START = 256 * 1024;

/** Watches an upload go by: how large it is, its checksum, how to read it, what its columns are. */
export class FileLook {
  bytes = 0;
  private readonly hash = createHash('sha256');
  private readonly watch = new TextWatch();
  private start = Buffer.alloc(0);
  private workbook = false;

  /** @throws Invalid `file`, Unreadable, as soon as it is certain */
  see(piece: Buffer): void {
    if (this.start.length < START)
      this.start = Buffer.concat([this.start, piece.subarray(0, START - this.start.length)]);
    if (!this.bytes) this.workbook = isWorkbook(piece);
    this.bytes += piece.length;
    this.hash.update(piece);
    if (!this.workbook) this.watch.see(piece);
  }

  sha256(): string {
    return this.hash.digest('hex');
  }

  /**
   * @param pieces the stored file; a workbook tells nothing by its beginning
   * @throws Invalid `file`, Unreadable
   */
  async sheet(pieces: () => AsyncIterable<Uint8Array>): Promise<Sheet> {
    if (!this.bytes) throw Invalid.field('file', 'imports.error.empty');
    const sheet = this.workbook ? await peopleSheet(pieces) : this.table();
    if (!sheet) throw Invalid.field('file', 'imports.error.empty');
    return sheet;
  }

  private table(): Sheet | null {
    const encoding = this.watch.encoding();
    // Any bytes at all can be read as Windows-1252.
    const signs = encoding === 'windows-1252' ? this.start.filter(isControl).length : 0;
    if (signs > MOST_CONTROLS * this.start.length) throw Invalid.field('file', 'imports.error.not_csv');
    return sheetOf(this.start, encoding);
  }
}

/** Of the bytes of a text, so few are signs that no keyboard has: some programs leave one where a line was broken. */
const MOST_CONTROLS = 0.01;
const isControl = (byte: number): boolean => byte < 32 && !(byte >= 9 && byte <= 13);

/** Sheets that are looked into: a workbook with people has them on one of the first. */
const MOST_SHEETS = 8;

/**
 * The sheet of a workbook that tells of people: the first with a name and a way to reach them, else the first with anything.
 * @returns null where nothing stands in any
 */
async function peopleSheet(pieces: () => AsyncIterable<Uint8Array>): Promise<Sheet | null> {
  const parts = await workbookParts(pieces);
  const { names } = parts;
  let first: Sheet | null = null;
  for (let place = 0; place < Math.min(Math.max(names.length, 1), MOST_SHEETS); place += 1) {
    const found = workbookOf(await firstRows(sheetRows(pieces, parts, place)));
    if (!found) continue;
    const sheet = { ...found, ...(names.length > 1 && { sheets: names, sheet: place }) };
    if (tellsOfPeople(sheet.fields)) return sheet;
    first ??= sheet;
  }
  return first;
}

async function firstRows(all: AsyncGenerator<string[][]>): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const some of all) {
    rows.push(...some);
    if (rows.length > SAMPLE_ROWS) break;
  }
  return rows.slice(0, SAMPLE_ROWS + 1);
}

/** How a PDF, a picture and a page of the web begin. */
const NO_TABLES = ['%PDF', '\x89PNG', '\xff\xd8\xff', 'GIF8', 'RIFF', '<', '\xef\xbb\xbf<', '{\\rtf'];

/** The part of an Office file that a password encrypts ([MS-OFFCRYPTO], 2.3.4.4), as its folder names it. */
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le');

/**
 * Its first bytes say what a file is.
 * @throws Invalid `file` for what is no table: an old workbook, a PDF, a picture; Unreadable for one behind a password
 */
function isWorkbook(piece: Buffer): boolean {
  const mark = piece.toString('latin1', 0, 4);
  if (mark === '\xd0\xcf\x11\xe0' && piece.includes(ENCRYPTED)) throw new Unreadable('locked_workbook');
  if (mark === '\xd0\xcf\x11\xe0') throw Invalid.field('file', 'imports.error.workbook');
  if (NO_TABLES.some((begin) => piece.toString('latin1', 0, 64).trimStart().startsWith(begin)))
    throw Invalid.field('file', 'imports.error.not_csv');
  return mark === 'PK\x03\x04';
}
