import { Unzip, UnzipInflate, UnzipPassThrough, type UnzipDecoder, type UnzipFile } from 'fflate';
import { Unreadable } from './unreadable.js';

/** Compressed bytes that are unpacked at a time: deflate makes at most a thousand times as many of them. */
const STEP = 16 * 1024;
/** A sheet of people shrinks to a tenth, one of repeated cells to a fiftieth; a bomb to a thousandth. */
const MOST_GROWTH = 150;
const FREE = 4 * 1024 * 1024;
/** Sheets, pictures and all: the unpacker keeps a little of each. */
const MOST_ENTRIES = 20_000;

export type Take = (bytes: Uint8Array, last: boolean) => void;

/**
 * Goes once through a ZIP as it streams by, unpacking the entries somebody wants. Stops after each step, so that what was
 * unpacked can be taken before more is; memory is bounded by the step, whatever the file says of itself.
 * @param want gives what takes an entry's bytes, or null for one that is passed over
 * @throws Unreadable for what is no ZIP, is locked, or grows beyond measure
 */
export async function* throughZip(pieces: AsyncIterable<Uint8Array>, want: (name: string) => Take | null) {
  let problem: unknown = null;
  let packed = 0;
  let unpacked = 0;
  let entries = 0;
  // What others in the file weigh, photos for one, doesn't let one of them grow.
  const [Stored, Inflated] = counting((bytes) => (packed += bytes));
  const unzip = new Unzip((file: UnzipFile) => {
    if ((entries += 1) > MOST_ENTRIES) throw new Unreadable('broken_workbook');
    const take = want(file.name);
    if (!take) {
      passOver(unzip, file);
      return;
    }
    if (file.compression !== Stored.compression && file.compression !== Inflated.compression)
      throw new Unreadable('broken_workbook');
    unzip.register(Stored);
    unzip.register(Inflated);
    file.ondata = (error, bytes, last) => {
      if (error) problem ??= new Unreadable('broken_workbook');
      if (problem) return;
      unpacked += bytes.length;
      if (unpacked > FREE && unpacked > MOST_GROWTH * packed) problem = new Unreadable('bomb');
      else
        try {
          take(bytes, last);
        } catch (refusal) {
          // The unpacker would take it for one of its own.
          problem = refusal;
        }
    };
    file.start();
  });
  const push = (bytes: Uint8Array, last: boolean) => {
    try {
      unzip.push(bytes, last);
    } catch (error) {
      problem ??= error instanceof Unreadable ? error : new Unreadable('broken_workbook');
    }
    if (problem) throw problem as Error;
  };
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += STEP) {
      push(piece.subarray(at, at + STEP), false);
      yield;
    }
  }
  push(new Uint8Array(0), true);
  yield;
}

/** The two decoders that a workbook needs, telling how many bytes come in. */
function counting(count: (bytes: number) => void) {
  return [
    class extends UnzipPassThrough {
      override push(bytes: Uint8Array, last: boolean): void {
        count(bytes.length);
        super.push(bytes, last);
      }
    },
    class extends UnzipInflate {
      override push(bytes: Uint8Array, last: boolean): void {
        count(bytes.length);
        super.push(bytes, last);
      }
    },
  ] as const;
}

/** An entry that nobody starts is kept for whoever might, packed as it is and whole: a gigabyte of photos, say. */
function passOver(unzip: Unzip, file: UnzipFile): void {
  class PassedOver implements UnzipDecoder {
    static compression = file.compression;
    ondata!: UnzipDecoder['ondata'];
    push(): void {
      // Its bytes go.
    }
  }
  unzip.register(PassedOver);
  file.ondata = () => undefined;
  file.start();
}
