import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** One key of SUPPRESSION_KEYS. */
interface Key {
  name: string;
  secret: KeyObject;
}

/** A hash and the name of the key it was made with. */
export interface KeyedHash {
  hash: Buffer;
  keyName: string;
}

/** What a key's check value is made of: a text that no phone, mail or handle can be. */
const CHECK = ['\0check', 'sampark suppression key'] as const;

/**
 * Keyed hashes of phones, mails and handles. A plain hash of a ten-digit phone can be counted through in seconds; the
 * key is outside the database, so its loss alone tells nothing.
 */
export class KeyedHashes {
  private readonly keys: Key[];

  /** @param setting `name:key,name:key`, newest first, as in SUPPRESSION_KEYS */
  constructor(setting: string) {
    this.keys = setting.split(',').map((pair) => {
      const at = pair.indexOf(':');
      return { name: pair.slice(0, at), secret: createSecretKey(Buffer.from(pair.slice(at + 1))) };
    });
  }

  /** The names of the keys, newest first. */
  get names(): string[] {
    return this.keys.map(({ name }) => name);
  }

  /** The hash for a new entry, by the newest key. */
  newest(kind: string, value: string): KeyedHash {
    const key = this.keys[0]!;
    return { hash: this.hash(key, kind, value), keyName: key.name };
  }

  /** The hashes by every key, newest first, for looking up. */
  all(kind: string, value: string): Buffer[] {
    return this.keys.map((key) => this.hash(key, kind, value));
  }

  /** The same in hexadecimal: half the work where a million go into a text. */
  allHex(kind: string, value: string): string[] {
    return this.keys.map((key) => hmac(key, kind, value).digest('hex'));
  }

  /** The hash by one key. @throws Error where SUPPRESSION_KEYS has none of that name */
  by(name: string, kind: string, value: string): Buffer {
    const key = this.keys.find((one) => one.name === name);
    if (!key) throw new Error(`SUPPRESSION_KEYS has no key "${name}".`);
    return this.hash(key, kind, value);
  }

  /** Tells a key from another one of its name, and nothing else about it. */
  checkOf(name: string): Buffer {
    return this.by(name, ...CHECK);
  }

  private hash(key: Key, kind: string, value: string) {
    return hmac(key, kind, value).digest();
  }
}

const hmac = (key: Key, kind: string, value: string) => createHmac('sha256', key.secret).update(`${kind}\0${value}`);
