import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seal, unseal } from './sealed-file.js';

const PASSPHRASE = 'a passphrase of the tests';
const CHUNK = 64 * 1024;
/** What a passphrase costs is scrypt's to show; here it is only waited for. */
const CHEAP = { N: 2 ** 10, r: 8, p: 1 };

describe('a sealed file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealed-'));
    path = join(folder, 'file');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = async (pieces: Buffer[], about = {}) => {
    const source = (async function* () {
      yield* pieces;
    })();
    const out: Buffer[] = [];
    for await (const piece of seal(source, PASSPHRASE, about, CHEAP)) out.push(piece);
    writeFileSync(path, Buffer.concat(out));
  };
  const read = async (passphrase = PASSPHRASE) => {
    const { about, content } = await unseal(path, passphrase);
    const out: Buffer[] = [];
    for await (const piece of content) out.push(piece);
    return { about, text: Buffer.concat(out) };
  };

  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])('gives %i bytes back', async (size) => {
    const text = randomBytes(size);
    await write([text.subarray(0, size / 3), text.subarray(size / 3)], { level: 'x' });
    expect(await read()).toEqual({ about: { level: 'x' }, text });
    expect(readFileSync(path).includes(text.subarray(0, 64)) && size > 64).toBe(false);
  });

  it('is told to be opened with the wrong passphrase, before anything is read', async () => {
    await write([Buffer.from('hello')]);
    await expect(unseal(path, 'another passphrase of them')).rejects.toThrow('BACKUP_KEY is not the one');
  });

  it('is refused where its head was changed, though that is in the clear', async () => {
    await write([Buffer.from('hello')], { level: 'x' });
    writeFileSync(path, readFileSync(path).toString('latin1').replace('"level":"x"', '"level":"y"'), 'latin1');
    await expect(unseal(path, PASSPHRASE)).rejects.toThrow('its head was changed');
  });

  it('is refused where it was cut short anywhere, also between two chunks', async () => {
    await write([randomBytes(3 * CHUNK)]);
    const whole = readFileSync(path);
    const start = whole.length - 3 * (CHUNK + 16);
    for (const end of [whole.length - 1, whole.length - CHUNK - 16, start + CHUNK + 16, start + 5, start]) {
      writeFileSync(path, whole.subarray(0, end));
      await expect(read()).rejects.toThrow(/breaks off|was changed/);
    }
  });

  it('is refused where a bit was changed, or chunks were moved, dropped, repeated or added', async () => {
    await write([randomBytes(3 * CHUNK)]);
    const whole = readFileSync(path);
    const size = CHUNK + 16;
    const start = whole.length - 3 * size;
    const [head, a, b, c] = [0, start, start + size, start + 2 * size].map((at, i) => whole.subarray(at, i ? at + size : start)); // prettier-ignore
    const flipped = Buffer.from(whole);
    flipped[start + size + 9]! ^= 1;
    for (const bad of [
      flipped,
      Buffer.concat([head!, b!, a!, c!]),
      Buffer.concat([head!, a!, c!]),
      Buffer.concat([head!, a!, a!, b!, c!]),
      Buffer.concat([whole, c!]),
    ]) {
      // prettier-ignore
      writeFileSync(path, bad);
      await expect(read()).rejects.toThrow(/was changed|breaks off/);
    }
  });

  it('is no file of another kind, nor of a later version', async () => {
    writeFileSync(path, 'PK something else');
    await expect(read()).rejects.toThrow('is no backup of this program');
    writeFileSync(path, 'sampark-backup 2\n{}\n');
    await expect(read()).rejects.toThrow('made by a newer version');
    await expect(unseal(join(folder, 'none'), PASSPHRASE)).rejects.toThrow('can’t be read'.replace('’', "'"));
  });
});
