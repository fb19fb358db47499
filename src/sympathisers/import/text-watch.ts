import type { Encoding } from './csv-text.js';
import { Unreadable } from './unreadable.js';

const LF = 10;
/** Bytes by which UTF-16 without a mark is told from other texts. */
const ENOUGH = 2_000;

/**
 * Watches the bytes of a text go by, and then knows its encoding: by its first bytes, else by whether it is UTF-8. A text
 * that is UTF-8 but for some broken places is refused with the row, and not read as Windows-1252: a whole list of Hindi
 * names would come in as gibberish, for the sake of one cell.
 */
export class TextWatch {
  private marked: Encoding | null = null;
  private start: Buffer | null = Buffer.alloc(0);
  private lines = 1;
  private pending = 0;
  private letters = 0;
  private broken = 0;
  private brokenAt = 0;

  /** @throws Unreadable for a zero byte, which stands in no text */
  see(bytes: Uint8Array): void {
    if (this.start === null) return this.look(bytes);
    this.start = Buffer.concat([this.start, bytes]);
    if (this.start.length >= ENOUGH) this.begin();
  }

  /** @throws Unreadable for UTF-8 that is broken in places */
  encoding(): Encoding {
    this.begin();
    if (this.marked) return this.marked;
    if (this.pending) this.slip();
    if (!this.broken) return 'utf-8';
    if (this.letters > 10 * this.broken) throw new Unreadable('broken_text', this.brokenAt);
    return 'windows-1252';
  }

  private begin(): void {
    if (this.start === null) return;
    const { start } = this;
    this.start = null;
    this.marked = byMark(start);
    this.look(start);
  }

  private look(bytes: Uint8Array): void {
    if (this.marked) return;
    for (let i = 0; i < bytes.length; i += 1) {
      const byte = bytes[i]!;
      if (byte < 0x80) {
        if (this.pending) this.slip();
        if (byte === LF) this.lines += 1;
        else if (byte === 0) throw new Unreadable('nul', this.lines);
      } else this.beyond(byte);
    }
  }

  /** A byte of a letter outside ASCII: how many more belong to it (RFC 3629, 3). */
  private beyond(byte: number): void {
    if (this.pending) {
      if ((byte & 0xc0) === 0x80) {
        this.pending -= 1;
        if (!this.pending) this.letters += 1;
        return;
      }
      this.slip();
    }
    if (byte >= 0xc2 && byte <= 0xdf) this.pending = 1;
    else if (byte >= 0xe0 && byte <= 0xef) this.pending = 2;
    else if (byte >= 0xf0 && byte <= 0xf4) this.pending = 3;
    else this.slip();
  }

  private slip(): void {
    this.pending = 0;
    this.broken += 1;
    this.brokenAt ||= this.lines;
  }
}

/** By a byte order mark; without one, in UTF-16 every second byte of plain letters, commas and line ends is zero. */
function byMark(bytes: Uint8Array): Encoding | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = bytes.subarray(0, ENOUGH);
  const zeros = (odd: number) => start.filter((byte, i) => i % 2 === odd && byte === 0).length / (start.length / 2);
  if (start.length >= 4 && zeros(1) > 0.3 && zeros(0) < 0.05) return 'utf-16le';
  if (start.length >= 4 && zeros(0) > 0.3 && zeros(1) < 0.05) return 'utf-16be';
  return null;
}
