import { createHash } from 'node:crypto';
import { Invalid } from '../../platform/errors.js';
import { SAMPLE_ROWS, sheetOf, workbookOf, type Sheet } from './csv-text.js';
import { TextWatch } from './text-watch.js';
import { workbookRows } from './workbook-rows.js';

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
    const sheet = this.workbook ? workbookOf(await firstRows(pieces)) : sheetOf(this.start, this.watch.encoding());
    if (!sheet) throw Invalid.field('file', 'imports.error.empty');
    return sheet;
  }
}

async function firstRows(pieces: () => AsyncIterable<Uint8Array>): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const some of workbookRows(pieces)) {
    rows.push(...some);
    if (rows.length > SAMPLE_ROWS) break;
  }
  return rows.slice(0, SAMPLE_ROWS + 1);
}

/**
 * Its first bytes say what a file is.
 * @throws Invalid `file` for what is no table: an old or locked workbook, a PDF, a picture
 */
function isWorkbook(piece: Buffer): boolean {
  const mark = piece.toString('latin1', 0, 4);
  if (mark === '\xd0\xcf\x11\xe0') throw Invalid.field('file', 'imports.error.workbook');
  if (mark === '%PDF' || mark.startsWith('\x89PNG') || mark.startsWith('\xff\xd8\xff') || mark === 'GIF8')
    throw Invalid.field('file', 'imports.error.not_csv');
  return mark === 'PK\x03\x04';
}
