import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { from, type CopyStreamQuery } from 'pg-copy-streams';
import type { Transaction } from './transaction.js';

interface Driver {
  query(copy: CopyStreamQuery): CopyStreamQuery;
}

/** Letters that are put together before they become bytes. */
const PIECE = 64 * 1024;

/**
 * Rows for COPY, in its text format, each with its line end. They become bytes a piece at a time: ten thousand rows kept as
 * texts that were put together from cells take ten times the memory.
 */
export class CopyRows {
  private text = '';
  private readonly pieces: Buffer[] = [];
  private cutOff = 0;

  /** Letters and bytes so far, roughly. */
  get size(): number {
    return this.cutOff + this.text.length;
  }

  add(row: string): void {
    this.text += row;
    if (this.text.length >= PIECE) this.cut();
  }

  /** All that was added. */
  bytes(): readonly Buffer[] {
    if (this.text) this.cut();
    return this.pieces;
  }

  private cut(): void {
    const piece = Buffer.from(this.text);
    this.pieces.push(piece);
    this.cutOff += piece.length;
    this.text = '';
  }
}

/**
 * COPY into a table, inside the unit of work.
 * @param target table and columns; a name of ours, never anything that was typed
 */
export async function copyIn(tx: Transaction, target: string, rows: CopyRows): Promise<void> {
  const bytes = rows.bytes();
  if (!bytes.length) return;
  const client = (await tx.driver()) as Driver;
  await pipeline(Readable.from(bytes, { objectMode: false }), client.query(from(`COPY ${target} FROM STDIN`)));
}
