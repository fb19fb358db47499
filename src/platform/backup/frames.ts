import { SealedFileProblem } from './sealed-file.js';

/**
 * What lies in a backup: frames, each a letter, a length and so many bytes. `M` what it is, as JSON; `T` a table begins, as JSON;
 * `D` data of it, COPY's text format; `E` it ends, with its number of rows; `Z` the end of all.
 */
export type Frame = { kind: 'D'; data: Buffer } | { kind: 'M' | 'T' | 'E' | 'Z'; value: unknown };

const HEAD = 5;

function frame(kind: string, data: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(data.length, 1);
  return Buffer.concat([head, data]);
}

export const dataFrame = (data: Buffer): Buffer => frame('D', data);
export const valueFrame = (kind: 'M' | 'T' | 'E' | 'Z', value: unknown): Buffer =>
  frame(kind, Buffer.from(JSON.stringify(value)));

/** @throws SealedFileProblem where it ends before its end */
export async function* framesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of source) {
    rest = rest.length ? Buffer.concat([rest, piece]) : piece;
    while (rest.length >= HEAD && rest.length >= HEAD + rest.readUInt32BE(1)) {
      const kind = String.fromCharCode(rest[0]!);
      const data = rest.subarray(HEAD, HEAD + rest.readUInt32BE(1));
      rest = rest.subarray(HEAD + data.length);
      if (kind === 'D') yield { kind, data };
      else yield { kind: kind as 'M', value: JSON.parse(data.toString()) };
    }
  }
  if (rest.length) throw new SealedFileProblem('The backup breaks off.');
}
