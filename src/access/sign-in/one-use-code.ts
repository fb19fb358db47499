import { randomInt } from 'node:crypto';
import { asciiDigits } from '../../platform/formats/digits.js';

/** How long a convenor's code works. */
export const CODE_HOURS = 24;

const GROUPS = 3;

/**
 * Twelve digits in groups of four, because a convenor reads them out over the phone. 40 bits: against guessing stands the
 * limit on tries, against a stolen table the key of its hash, which is not in the database.
 */
export const makeCode = (): string =>
  Array.from({ length: GROUPS }, () => String(randomInt(10_000)).padStart(4, '0')).join(' ');

/** The digits of a code as somebody typed it, Devanagari ones and separators included; null for what can't be one. */
export function readCode(typed: string): string | null {
  const digits = asciiDigits(typed.normalize('NFC')).replace(/[\s.-]/g, '');
  return /^\d{12}$/.test(digits) ? digits : null;
}
