import { nameKey } from '../name-key.js';
import { distanceFrom } from '../search/likeness.js';
import { spoken, type SpokenWord } from '../search/spoken-name.js';

/** How two names stand to each other: one name, spellings of one name, one of them shortened, or two names. */
export type NameClass = 'same' | 'similar' | 'shorter' | 'different';

/** Hundredths of likeness.ts: up to here a name is spelled otherwise, behind it it is another one (Sunita, Anita; Amit, Amita). */
const SPELLING = 45;
/** Behind these words stands somebody else's name: whose wife, son or daughter they are. */
const OF_WHOM =
  /(?:^|\s)(?:[swdc]\s*\/\s*o|wife of|son of|daughter of|पत्नी|पुत्र|पुत्री|पति|पिता|उर्फ|alias|urf)(?:\s|\.|:|$)/iu;
/** Titles that only a woman, or only a man, has in front; two people with one phone may differ in nothing else. */
const WOMAN = /^\s*(?:smt|shrimati|srimati|shreemati|mrs|ms|miss|sushri|km|kumari|श्रीमती|श्रीमति|सुश्री|कुमारी|कु)[.\s]/iu;
const MAN = /^\s*(?:shri|shree|sri|mr|md|mohd|श्री|श्रीमान|मो)[.\s]/iu;

/** The name without whose wife, son or daughter somebody is. */
export function ownName(name: string): string {
  const at = name.search(OF_WHOM);
  const own = at > 0 ? name.slice(0, at).trim() : '';
  return own || name;
}

/** Named as a woman here and as a man there. */
const twoGenders = (a: string, b: string): boolean => (WOMAN.test(a) && MAN.test(b)) || (MAN.test(a) && WOMAN.test(b));

/** Symmetric: the order of the two doesn't matter. */
export function namesAlike(one: string, two: string): NameClass {
  if (twoGenders(one, two)) return 'different';
  const [a, b] = [ownName(one), ownName(two)];
  const key = nameKey(a);
  const other = nameKey(b);
  if (key !== '' && key === other) return 'same';
  if (key !== '' && key.replaceAll(' ', '') === other.replaceAll(' ', '')) return 'similar';
  const [short, long] = [spoken(a), spoken(b)].sort((x, y) => x.length - y.length || (a < b ? -1 : 1)) as [SpokenWord[], SpokenWord[]]; // prettier-ignore
  if (!short.length || !mayBeOne(short[0]!, long[0]!)) return 'different';
  const distance = distanceFrom(short);
  if (short.length === long.length && (distance(long) <= SPELLING || oneLetterOff(short, long))) return 'similar';
  if (short.length < long.length) return shortened(short, long, distance);
  return 'different';
}

/**
 * Neeta is not Aneeta, nor Amit Amita: families like names that sound alike, and slips of the pen come neither first nor in the
 * vowel that tells a woman's name from a man's (T22).
 */
const mayBeOne = (a: SpokenWord, b: SpokenWord): boolean =>
  a.key[0] === b.key[0] && a.key !== `${b.key}a` && b.key !== `${a.key}a`;

/** So short a word is another name with a letter more or less: Rani and Rajni, Manu and Manju. */
const LONG_WORD = 5;

/** One letter left out inside a long word, and every other word the same: Sureh Verma. */
function oneLetterOff(a: SpokenWord[], b: SpokenWord[]): boolean {
  const off = a.flatMap((word, i) => (word.key === b[i]!.key ? [] : [[word.letters, b[i]!.letters] as const]));
  if (off.length !== 1) return false;
  const [short, long] = off[0]!.toSorted((x, y) => x.length - y.length) as [string, string];
  if (short.length < LONG_WORD || long.length !== short.length + 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  return at > 0 && at < long.length - 1 && short.slice(at) === long.slice(at + 1);
}

/** Ramesh for Ramesh Kumar Verma, R. Verma for Ramesh Verma, Ramkumar for Ram Kumar: nothing else but less. */
function shortened(short: SpokenWord[], long: SpokenWord[], distance: (held: SpokenWord[]) => number): NameClass {
  if (distance(long) <= SPELLING) return short.some((word) => !word.initial) ? 'similar' : 'different';
  // The given name stands first; without it, a surname is what a family has in common.
  if (short[0]!.initial) return 'different';
  const kept = [long.slice(0, short.length), [long[0]!, ...long.slice(long.length - short.length + 1)]];
  return kept.some((words) => distance(words) <= SPELLING) ? 'shorter' : 'different';
}

/** Says more than most: three words that are nobody's second name (Kumar, Devi, Singh). */
export const isLongName = (name: string): boolean =>
  spoken(ownName(name)).filter((word) => !word.filler && !word.initial).length >= 3;
