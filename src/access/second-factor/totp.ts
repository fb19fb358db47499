import { Secret, TOTP } from 'otpauth';
import { asciiDigits } from '../../platform/formats/digits.js';

/** RFC 6238 as every authenticator app knows it: SHA-1, six digits, thirty seconds. */
const PERIOD = 30;
const DIGITS = 6;
/** A step before and after: phones' clocks differ, and typing takes its time (RFC 6238, section 5.2). */
const WINDOW = 1;

/** A new secret, base32: 160 bits, as RFC 4226 recommends. */
export const makeSecret = (): string => new Secret({ size: 20 }).base32;

const totp = (secret: string, names?: { issuer: string; label: string }) =>
  new TOTP({ ...names, secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: DIGITS, period: PERIOD });

/** The time step that a code belongs to, or null where it fits none around now. */
export function stepOf(secret: string, code: string, now: Date): number | null {
  const timestamp = now.getTime();
  const delta = totp(secret).validate({ token: code, window: WINDOW, timestamp });
  return delta === null ? null : Math.floor(timestamp / 1000 / PERIOD) + delta;
}

/** What the QR code says: `otpauth://totp/…`; a tap on it opens the app on the same phone. */
export const addressOf = (secret: string, issuer: string, label: string): string =>
  totp(secret, { issuer, label }).toString();

/** For typing off a screen: in groups of four. */
export const inGroups = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

/** The digits of a code as somebody typed it, Devanagari ones and blanks included; null for what can't be one. */
export function readTotp(typed: string): string | null {
  const digits = asciiDigits(typed.normalize('NFC')).replace(/[\s-]/g, '');
  return /^\d{6}$/.test(digits) ? digits : null;
}
