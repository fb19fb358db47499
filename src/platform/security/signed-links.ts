import { createHmac, timingSafeEqual } from 'node:crypto';
import { isUuid } from '../database/id.js';

/** What a mailed token says about itself, before the row it names has been looked at. */
export interface LinkClaim {
  purpose: string;
  /** The row, and for rows below a person also the person: `ids[0]` is the person. */
  ids: string[];
  signature: string;
}

/**
 * Mailed links: ids, a purpose and an HMAC over them and the row's link version. Nothing is stored, so a retried mail
 * carries the same link; raising the row's version retires all of them.
 */
export class SignedLinks {
  constructor(private readonly secretKey: string) {}

  /** A token such as `r.AZq….<43 characters>`; `purpose` is one short word, so that a token fits one purpose only. */
  make(purpose: string, ids: string[], version: number): string {
    const packed = ids.map((id) => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url'));
    return [purpose, ...packed, this.sign(purpose, ids, version)].join('.');
  }

  /** Takes a token apart; null for anything that is not the shape of one for this purpose. */
  read(purpose: string, token: string): LinkClaim | null {
    const parts = token.split('.');
    const signature = parts.pop();
    const [said, ...packed] = parts;
    if (said !== purpose || !signature || !packed.length || packed.length > 3) return null;
    const ids = packed.map(unpack);
    return ids.every(isUuid) ? { purpose, ids, signature } : null;
  }

  /** Whether the claim was signed for this version of its row. */
  holds(claim: LinkClaim, version: number): boolean {
    const expected = Buffer.from(this.sign(claim.purpose, claim.ids, version));
    const given = Buffer.from(claim.signature);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  private sign(purpose: string, ids: string[], version: number) {
    return createHmac('sha256', this.secretKey)
      .update(`link\0${purpose}\0${ids.join('\0')}\0${version}`)
      .digest('base64url');
  }
}

function unpack(text: string): string {
  const hex = Buffer.from(text, 'base64url').toString('hex');
  return hex.length === 32 ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : '';
}
