import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV = 12;
const TAG = 16;
/** Of the layout: version, IV, tag, text. A later one may change the cipher. */
const VERSION = 1;

/**
 * Seals what must be read again and lies in the database: by a key outside it, one per purpose (HKDF, RFC 5869). What it
 * belongs to is sealed in, so that a value moved to another row doesn't open there.
 */
export class SecretBox {
  private readonly keys = new Map<string, Buffer>();

  constructor(private readonly secretKey: string) {}

  /** @param owner whose it is, e.g. a user's id */
  seal(purpose: string, owner: string, text: string): Buffer {
    const iv = randomBytes(IV);
    const cipher = createCipheriv(CIPHER, this.key(purpose), iv).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), sealed]);
  }

  /** The text, or null where it was not sealed by this key, for this purpose and owner. */
  open(purpose: string, owner: string, box: Buffer): string | null {
    if (box[0] !== VERSION || box.length < 1 + IV + TAG) return null;
    const iv = box.subarray(1, 1 + IV);
    const tag = box.subarray(1 + IV, 1 + IV + TAG);
    try {
      const decipher = createDecipheriv(CIPHER, this.key(purpose), iv, { authTagLength: TAG })
        .setAAD(Buffer.from(owner))
        .setAuthTag(tag);
      return Buffer.concat([decipher.update(box.subarray(1 + IV + TAG)), decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }

  private key(purpose: string): Buffer {
    let key = this.keys.get(purpose);
    if (!key)
      this.keys.set(purpose, (key = Buffer.from(hkdfSync('sha256', this.secretKey, '', `sampark:${purpose}`, 32))));
    return key;
  }
}
