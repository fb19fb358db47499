import type { MessageParams } from '../platform/errors.js';
import type { IsCommon } from './common-passwords.js';
import { MAX_PASSWORD, MIN_PASSWORD } from './passwords.js';

/** Why a password can't be taken: the key of the words that say so. */
export interface PasswordFault {
  key: string;
  params?: MessageParams;
}

/** So many characters around a common word don't make it another one: `Password@123`. */
const DECORATION = 6;
/** What must be left beside one's own name or the organisation's: so many letters and digits, or a phrase of so many words. */
const BESIDE_NAMES = 6;
const A_PHRASE = 3;

/**
 * Long enough, not in the lists that everybody who guesses begins with, and not made of what is known about its owner;
 * no rules about kinds of characters (NIST SP 800-63B-4, section 3.1.1.2). Any script will do.
 * @param about names, addresses and numbers of the user and of the organisation
 * @returns null for a good one
 */
export function faultOf(password: string, about: readonly string[], isCommon: IsCommon): PasswordFault | null {
  const text = password.normalize('NFKC');
  const length = [...text].length;
  if (length < MIN_PASSWORD) return { key: 'validation.minLength', params: { min: MIN_PASSWORD } };
  if (length > MAX_PASSWORD) return { key: 'validation.maxLength', params: { max: MAX_PASSWORD } };
  const lower = text.toLowerCase();
  if (isPattern(lower)) return { key: 'passwords.pattern' };
  if (readings(lower).some((reading) => isCommonInDisguise(reading, isCommon))) return { key: 'passwords.common' };
  if (readings(lower).some((reading) => isMadeOf(reading, about, isCommon))) return { key: 'passwords.personal' };
  return null;
}

const LEET: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
  '!': 'i',
  '8': 'b',
};

/** As typed, and as it reads where digits and signs stand for letters; a 1 may be an i or an l. */
function readings(text: string): string[] {
  const plain = text.replace(/[@430$57!8]/g, (sign) => LEET[sign]!);
  return [...new Set([text, plain.replaceAll('1', 'i'), plain.replaceAll('1', 'l'), withoutEnds(text, LEET_WORD)])];
}

/** A word whose signs are letters in disguise, with the digits behind it left out: `p@ssw0rd2024`. */
const LEET_WORD = /^(.*?[\p{L}@$!])[\d\p{P}\p{S}\s]*$/u;
function withoutEnds(text: string, pattern: RegExp): string {
  const word = pattern.exec(text)?.[1] ?? text;
  return word.replace(/[@430$57!8]/g, (sign) => LEET[sign]!).replaceAll('1', 'i');
}

/** The whole is a listed one, or a listed one with a little around it. */
function isCommonInDisguise(text: string, isCommon: IsCommon): boolean {
  const tight = text.replace(/[\s\p{P}]/gu, '');
  if (isCommon(text) || isCommon(tight)) return true;
  const core = tight.replace(/^[^\p{L}]+|[^\p{L}\p{M}]+$/gu, '');
  if (core.length < 3 || !isCommon(core)) return false;
  const around = tight.replace(core, '');
  return around.length <= DECORATION || isCommon(around) || isPattern(around);
}

/** One short piece again and again, or a row: `abababababab`, `abcdefghij`, `9876543210`. */
function isPattern(text: string): boolean {
  const letters = [...text];
  if (letters.length < 4) return false;
  if (/^(.{1,4}?)\1+.{0,3}$/su.test(text) && text.length >= 8) return true;
  const step = (at: number) => letters[at + 1]!.codePointAt(0)! - letters[at]!.codePointAt(0)!;
  const steps = letters.slice(1).map((_, at) => step(at));
  const row = (by: number) => steps.filter((one) => one === by).length >= steps.length - 1;
  return row(1) || row(-1) || row(0);
}

/** Hardly anything is left once names, numbers and listed words are taken out. */
function isMadeOf(text: string, about: readonly string[], isCommon: IsCommon): boolean {
  const words = [...new Set(about.flatMap(wordsOf))].sort((a, b) => b.length - a.length);
  let left = text;
  for (const word of words) left = left.replaceAll(word, ' ');
  if (left === text) return false;
  const pieces = left.split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean);
  if (pieces.filter((piece) => /\p{L}{3}/u.test(piece)).length >= A_PHRASE) return false;
  return pieces.filter((piece) => !isCommon(piece)).join('').length < BESIDE_NAMES;
}

/** A name in parts and run together; an address with its parts; a number with and without the country. */
function wordsOf(about: string): string[] {
  const lower = about.normalize('NFKC').toLowerCase();
  const parts = lower.split(/[^\p{L}\p{M}\p{N}]+/u);
  const number = /^\+\d{8,}$/.test(lower) ? [lower.slice(-10)] : [];
  return [lower, parts.join(''), ...parts, ...number].filter((word) => [...word].length >= 3);
}
