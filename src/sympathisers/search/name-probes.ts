import { escapeLike } from '../../platform/database/like.js';
import { keysOfName, nameKey, type NameWord } from '../name-key.js';
import { slipsOf, unslipped } from './slips.js';

/**
 * What to ask the indexes for a name as somebody typed it: full keys, and conditions on the keys of single words
 * (tsquery), from the likeliest to what only a slip of the pen explains. Pure; says nothing of who may be seen.
 */
export interface NameProbes {
  /** The full key as typed. */
  exact: string;
  /** What full keys begin with, if the typing stopped in the last word. */
  begins: string[];
  /** Full keys of the same name in another form: other order, words joined or apart, fewer words, without a suffix. */
  forms: string[];
  /** Full keys one slip away; made when asked for, as most searches find enough without. */
  slips(): string[];
  /** Everybody who has each word, or its initial. */
  every: string;
  /** The same, where the last word may only be begun: whoever has a word that begins with one of `beginnings`. */
  begun: { words: string; beginnings: string[] } | null;
  /** All words but one, or all with one that only begins with the same letter; for a single word, what begins alike. */
  most: string | null;
  /** Two words, each with a slip; dear, so asked last. */
  twice: string | null;
}

/** More words than this are no name. */
const MOST_WORDS = 6;
/** Orders of more words than this are not tried one by one: the words are asked for anyway. */
const ORDERS_OF = 4;

export function probesOf(typed: string): NameProbes | null {
  const words = keysOfName(typed).slice(0, MOST_WORDS);
  if (!words.length) return null;
  const keys = words.map(({ key }) => key);
  const exact = keys.join(' ');
  const beginning = beginningsOf(words.at(-1)!);
  const front = keys.slice(0, -1);
  const joined = joinings(words);
  const apart = words.map(takenApart);
  const forms = new Set([
    ...orders(keys),
    ...joined,
    ...words.flatMap((_, i) => apart[i]!.map((parts) => put(keys, i, parts.join(' ')))),
    ...words.flatMap((word, i) => withoutSuffix(word).map((key) => put(keys, i, key))),
  ]);
  forms.delete(exact);
  const each = words.map((word, i) => anyForm(word, apart[i]!, words.length > 1));
  return {
    exact,
    begins: [...new Set(beginning.map((last) => [...front, last].join(' ')))],
    forms: [...forms],
    slips: () => [
      ...new Set(words.flatMap((word, i) => slippedKeys(word, words.length).map((slip) => put(keys, i, slip)))),
    ],
    every: each.join(' & '),
    begun: begunBy(words.at(-1)!, beginning, each),
    most: mostOf(words, each),
    twice: twiceOf(words),
  };
}

/** What a word may have been before one slip; of long names by its key alone, so that they stay cheap. */
const slippedKeys = ({ text, key, initial }: NameWord, words: number): string[] =>
  initial ? [] : [...slipsOf(key), ...(words > 3 ? [] : unslipped(text))].filter((slip) => slip !== key);

const put = (keys: string[], at: number, key: string) => keys.with(at, key).join(' ');

/**
 * What a key may begin with when the word isn't finished: an open vowel at the end may only be where the typing stopped
 * ("Ra" begins Ram and Rakesh), and what closes a word sounds otherwise within ("Dev" begins Devendra).
 */
function beginningsOf({ text, key, initial }: NameWord): string[] {
  if (initial) return [key];
  const open = key.replace(/(?<=.)a$/, '');
  const within = nameKey(text + (/[\u0900-\u097f]/u.test(text) ? '\u093f' : 'i')).replace(/(?<=.)i$/, '');
  return [...new Set([open, ...(within && !within.includes(' ') ? [within] : [])])];
}

function anyForm(word: NameWord, apart: string[][], several: boolean): string {
  if (word.initial) return lexeme(`${word.key[0]}.`);
  const forms = [lexeme(word.key), ...withoutSuffix(word).map((key) => lexeme(key))];
  // Somebody whose name we hold by its initials.
  if (several) forms.push(lexeme(word.key[0]!));
  for (const parts of apart) forms.push(`(${parts.map((part) => lexeme(part)).join(' & ')})`);
  return `(${[...new Set(forms)].join(' | ')})`;
}

function begunBy(word: NameWord, beginning: string[], each: string[]): NameProbes['begun'] {
  if (word.initial || each.length === 1) return null;
  const letters = [...new Set(beginning.map((begins) => lexeme(`${begins[0]}.`)))];
  return {
    words: each.with(-1, `(${letters.join(' | ')})`).join(' & '),
    beginnings: beginning.map((begins) => `% ${escapeLike(begins)}%`),
  };
}

function mostOf(words: NameWord[], each: string[]): string | null {
  if (words.length === 1) return words[0]!.key.length > 2 ? lexeme(words[0]!.key.slice(0, -1), true) : null;
  // Each other word as it is, and of this one the first letter: a slip further on, whatever it was.
  const nearly = words.map((word, i) => each.with(i, lexeme(`${word.key[0]}.`)).join(' & '));
  const without = words.length > 2 ? words.map((_, i) => each.toSpliced(i, 1).join(' & ')) : [];
  return [...nearly, ...without].map((one) => `(${one})`).join(' | ');
}

function twiceOf(words: NameWord[]): string | null {
  if (words.length !== 2 || words.some(({ key, initial }) => initial || key.length < 3)) return null;
  return words.map(({ key }) => `(${[key, ...slipsOf(key)].map((slip) => lexeme(slip)).join(' | ')})`).join(' & ');
}

/** A word of a tsquery; `@` stands where the index has the territory (see `scopedQuery`). */
const lexeme = (key: string, begins = false) =>
  `'@${key.replaceAll("'", "''").replaceAll('\\', '\\\\')}'${begins ? ':*' : ''}`;

/** In each order, and each part of it of two or more words, or one. */
function orders(keys: string[]): string[] {
  if (keys.length > ORDERS_OF) return [];
  const found: string[] = [];
  const go = (so: string[], left: string[]) => {
    if (so.length) found.push(so.join(' '));
    left.forEach((key, i) => go([...so, key], left.toSpliced(i, 1)));
  };
  go([], keys);
  return found.sort((a, b) => b.split(' ').length - a.split(' ').length);
}

/** Neighbours written as one: Ram Kumar, Ramkumar. The key is that of the joined writing, as endings sound otherwise within. */
function joinings(words: NameWord[]): string[] {
  return words.slice(0, -1).map((word, i) => {
    const joined = nameKey(word.text + words[i + 1]!.text);
    return words
      .map(({ key }) => key)
      .toSpliced(i, 2, joined)
      .join(' ');
  });
}

/** One word as two: Ramkumar, Ram Kumar. At every place between letters where both parts are words of two letters or more. */
function takenApart({ text, initial }: NameWord): string[][] {
  if (initial || text.length < 5 || text.length > 24) return [];
  const parts: string[][] = [];
  const letters = [...new Intl.Segmenter('hi').segment(text)].map(({ segment }) => segment);
  for (let at = 2; at <= letters.length - 2; at++) {
    const front = nameKey(letters.slice(0, at).join(''));
    const back = nameKey(letters.slice(at).join(''));
    if (front.length > 1 && back.length > 1 && !`${front}${back}`.includes(' ')) parts.push([front, back]);
  }
  return parts;
}

/** Rameshji, Rameshbhai, Savitaben: what is said to somebody, grown onto their name. */
function withoutSuffix({ text, initial }: NameWord): string[] {
  if (initial) return [];
  const bare = text.replace(/(?<=.{3})(?:ji|jee|bhai|ben|bai|जी|भाई|बेन|बाई)$/u, '');
  const key = bare === text ? '' : nameKey(bare);
  return key && !key.includes(' ') ? [key] : [];
}

/**
 * A tsquery of ours for a territory: the index has each word by itself, and behind the beginning of the path for the two
 * levels below the root, so that a common name in a district doesn't lead through the whole state.
 */
export function scopedQuery(query: string, scopeFrom: string): string {
  const depth = scopeFrom.length >= 12 ? 12 : scopeFrom.length >= 8 ? 8 : 0;
  return query.replaceAll("'@", depth ? `'${scopeFrom.slice(0, depth)}/` : "'");
}
