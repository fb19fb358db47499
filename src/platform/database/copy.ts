import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { from, type CopyStreamQuery } from 'pg-copy-streams';
import type { Transaction } from './transaction.js';

interface Driver {
  query(copy: CopyStreamQuery): CopyStreamQuery;
}

/** Bytes that go to the server at a time. */
const PIECE = 256 * 1024;

/**
 * COPY into a table, inside the unit of work.
 * @param target table and columns; a name of ours, never anything that was typed
 * @param lines rows in COPY's text format, each with its line end
 */
export async function copyIn(tx: Transaction, target: string, lines: readonly string[]): Promise<void> {
  if (!lines.length) return;
  const client = (await tx.driver()) as Driver;
  await pipeline(Readable.from(pieces(lines), { objectMode: false }), client.query(from(`COPY ${target} FROM STDIN`)));
}

function* pieces(lines: readonly string[]): Generator<Buffer> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text) yield Buffer.from(text);
}
