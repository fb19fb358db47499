import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A random token for sessions and the API; only its hash is ever stored. */
export const randomToken = (): string => randomBytes(32).toString('base64url');

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Signs short texts that travel through a browser (flash messages, CSRF tokens). */
export class Signer {
  constructor(private readonly secretKey: string) {}

  mac(purpose: string, text: string): string {
    return createHmac('sha256', this.secretKey).update(`${purpose}\0${text}`).digest('base64url');
  }

  seal(purpose: string, text: string): string {
    return `${Buffer.from(text).toString('base64url')}.${this.mac(purpose, text)}`;
  }

  /** The text of a sealed value, or null where it was not ours. */
  unseal(purpose: string, sealed: string): string | null {
    const [packed = '', mac = ''] = sealed.split('.');
    const text = Buffer.from(packed, 'base64url').toString();
    return this.matches(mac, this.mac(purpose, text)) ? text : null;
  }

  /** A CSRF token of a session: fresh at each page, so that compression tells nothing about it. */
  csrfToken(sessionId: string): string {
    const nonce = randomBytes(9).toString('base64url');
    return `${nonce}.${this.mac('csrf', `${sessionId}.${nonce}`)}`;
  }

  isCsrfToken(sessionId: string, token: unknown): boolean {
    if (typeof token !== 'string') return false;
    const [nonce = '', mac = ''] = token.split('.');
    return this.matches(mac, this.mac('csrf', `${sessionId}.${nonce}`));
  }

  private matches(given: string, expected: string): boolean {
    const a = Buffer.from(given);
    const b = Buffer.from(expected);
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
