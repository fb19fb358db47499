import { randomInt } from 'node:crypto';

/** Crockford's letters: none is taken for another, on paper or over the phone. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const GROUP = 5;
const GROUPS = 2;

/** How many one gets at a time. */
export const RECOVERY_CODES = 10;

/** A code such as `k7p2x-9mq4t`: 50 bits, to be written on paper. */
export const makeRecoveryCode = (): string =>
  Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP }, () => LETTERS[randomInt(LETTERS.length)]!).join(''),
  ).join('-');

/** The letters of a code as somebody typed it; null for what can't be one. */
export function readRecoveryCode(typed: string): string | null {
  const letters = typed
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s-]/g, '')
    .replaceAll('o', '0')
    .replace(/[il]/g, '1');
  return letters.length === GROUP * GROUPS && [...letters].every((letter) => LETTERS.includes(letter)) ? letters : null;
}
