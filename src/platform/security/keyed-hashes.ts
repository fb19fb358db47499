import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** One key of SUPPRESSION_KEYS. */
interface Key {
  name: string;
  secret: KeyObject;
}

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

  /** The hash for a new entry, by the newest key. */
  newest(kind: string, value: string): { hash: Buffer; keyName: string } {
    const key = this.keys[0]!;
    return { hash: this.hash(key, kind, value), keyName: key.name };
  }

  /** The hashes by every key, for looking up. */
  all(kind: string, value: string): Buffer[] {
    return this.keys.map((key) => this.hash(key, kind, value));
  }

  private hash(key: Key, kind: string, value: string) {
    return createHmac('sha256', key.secret).update(`${kind}\0${value}`).digest();
  }
}
