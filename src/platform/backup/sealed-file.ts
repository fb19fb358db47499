import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * The form of an encrypted file. A head in the clear: a magic line, a line of JSON, a line with its HMAC. Then chunks of at most
 * 64 KiB, each sealed with AES-256-GCM under a key of this file alone; the nonce is the chunk's number and, in its last byte,
 * whether it is the last one (the STREAM construction, as in age). So no chunk can be changed, dropped, repeated or moved,
 * and a file that breaks off is told from one that ends.
 */
const MAGIC = 'sampark-backup 1';
const CHUNK = 64 * 1024;
const TAG = 16;
const LONGEST_HEAD = 64 * 1024;

/** scrypt (RFC 7914) as OWASP's cheat sheet on password storage has it: 128 MiB, about a third of a second. */
const COST = { N: 2 ** 17, r: 8, p: 1 };
/** What a head may ask of us: a foreign file must not take the machine's memory. */
const HIGHEST_N = 2 ** 20;

/** A file that can't be read, and why. */
export class SealedFileProblem extends Error {}

interface Head {
  kdf: { name: 'scrypt'; N: number; r: number; p: number; salt: string };
  salt: string;
  about: Record<string, unknown>;
}

const scryptOf = promisify<string, Buffer, number, object, Buffer>(scrypt);

interface Keys {
  mac: Buffer;
  chunks: Buffer;
}

async function keysOf(passphrase: string, { kdf, salt }: Pick<Head, 'kdf' | 'salt'>): Promise<Keys> {
  const { N, r, p } = kdf;
  const master = await scryptOf(passphrase.normalize('NFC'), Buffer.from(kdf.salt, 'base64'), 32, {
    N,
    r,
    p,
    maxmem: 256 * N * r,
  });
  const part = (info: string) => Buffer.from(hkdfSync('sha256', master, Buffer.from(salt, 'base64'), info, 32));
  return { mac: part('sampark-backup head'), chunks: part('sampark-backup chunks') };
}

const macOf = (keys: Keys, head: string) => createHmac('sha256', keys.mac).update(`${MAGIC}\n${head}`).digest();

const nonceOf = (chunk: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(chunk, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
};

/**
 * Seals what comes, to be written to a file.
 * @param about told in the clear, and authenticated: no personal data
 * @param cost of scrypt; a file tells its own when it is opened
 */
export async function* seal(
  source: AsyncIterable<Buffer>,
  passphrase: string,
  about: Record<string, unknown>,
  cost = COST,
): AsyncGenerator<Buffer> {
  const head: Head = {
    kdf: { name: 'scrypt', ...cost, salt: randomBytes(16).toString('base64') },
    salt: randomBytes(32).toString('base64'),
    about,
  };
  const keys = await keysOf(passphrase, head);
  const line = JSON.stringify(head);
  yield Buffer.from(`${MAGIC}\n${line}\n${macOf(keys, line).toString('base64')}\n`);
  let n = 0;
  const close = (chunk: Buffer, last: boolean): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', keys.chunks, nonceOf(n++, last));
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
  };
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const piece of source) {
    waiting.push(piece);
    size += piece.length;
    if (size <= CHUNK) continue;
    const all = Buffer.concat(waiting);
    let at = 0;
    // What fills a chunk exactly waits: it may be the last one.
    for (; all.length - at > CHUNK; at += CHUNK) yield close(all.subarray(at, at + CHUNK), false);
    waiting = [all.subarray(at)];
    size = all.length - at;
  }
  yield close(Buffer.concat(waiting), true);
}

/**
 * Opens a sealed file: the head first, which tells a wrong passphrase, then what was sealed.
 * @throws SealedFileProblem, also while the content is read
 */
export async function unseal(
  path: string,
  passphrase: string,
): Promise<{ about: Record<string, unknown>; content: AsyncGenerator<Buffer> }> {
  const { head, line, mac, length } = await headOf(path);
  const keys = await keysOf(passphrase, head);
  const own = macOf(keys, line);
  if (mac.length !== own.length || !timingSafeEqual(mac, own))
    throw new SealedFileProblem(`${path}: BACKUP_KEY is not the one it was made with, or its head was changed.`);
  return { about: head.about, content: chunksOf(path, length, keys) };
}

async function headOf(path: string) {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new SealedFileProblem(`${path}: can't be read (${error.code}).`);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_HEAD), 0, LONGEST_HEAD, 0);
    const [magic, line, mac] = buffer.subarray(0, bytesRead).toString('latin1').split('\n', 3);
    if (magic !== MAGIC)
      throw new SealedFileProblem(
        magic?.startsWith('sampark-backup ')
          ? `${path}: was made by a newer version.`
          : `${path}: is no backup of this program.`,
      );
    const text = Buffer.from(line ?? '', 'latin1').toString();
    let head: Head;
    try {
      head = JSON.parse(text) as Head;
      if (head.kdf.name !== 'scrypt' || !(head.kdf.N <= HIGHEST_N && head.kdf.r <= 32 && head.kdf.p <= 16)) throw new Error(); // prettier-ignore
    } catch {
      throw new SealedFileProblem(`${path}: its head is broken.`);
    }
    const length = magic.length + line!.length + (mac?.length ?? 0) + 3;
    return { head, line: text, mac: Buffer.from(mac ?? '', 'base64'), length };
  } finally {
    await file.close();
  }
}

async function* chunksOf(path: string, start: number, keys: Keys): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const room = Buffer.alloc(CHUNK + TAG);
    for (let at = start, n = 0; ; n += 1) {
      const { bytesRead } = await file.read(room, 0, room.length, at);
      at += bytesRead;
      if (bytesRead < TAG) throw new SealedFileProblem(`${path}: breaks off.`);
      const sealed = room.subarray(0, bytesRead);
      const last = at >= size;
      const plain = openChunk(sealed, keys, n, last);
      if (!plain)
        throw new SealedFileProblem(
          last && openChunk(sealed, keys, n, false) ? `${path}: breaks off.` : `${path}: was changed.`,
        );
      yield plain;
      if (last) return;
    }
  } finally {
    await file.close();
  }
}

function openChunk(sealed: Buffer, keys: Keys, n: number, last: boolean): Buffer | null {
  const cut = sealed.length - TAG;
  const decipher = createDecipheriv('aes-256-gcm', keys.chunks, nonceOf(n, last), { authTagLength: TAG });
  decipher.setAuthTag(sealed.subarray(cut));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, cut)), decipher.final()]);
  } catch {
    return null;
  }
}
