import { keyOfSpelling } from '../name-key.js';

/** The letters that keys are made of; `a` stands at either end alone. */
const LETTERS = [...'iukgcjtdnpvmyrlsh'];

/**
 * Every key that is one slip of the pen away: a letter missing, added, another, or two neighbours swapped
 * (Damerau 1964: four in five misspellings are one of these). A key has a handful of letters out of eighteen, so these are some two hundred,
 * and asking the index for each costs less than measuring the distance to anybody. Keys in other scripts have none.
 */
export function slipsOf(key: string): string[] {
  if (key.length < 2 || key.length > 20 || !/^[a-z]+$/.test(key)) return [];
  const found = new Set<string>();
  for (let at = 0; at <= key.length; at++) {
    const before = key.slice(0, at);
    const rest = key.slice(at);
    const letters = at === 0 || at === key.length ? [...LETTERS, 'a'] : LETTERS;
    for (const letter of letters) {
      found.add(before + letter + rest);
      if (rest) found.add(before + letter + rest.slice(1));
    }
    if (rest) found.add(before + rest.slice(1));
    if (rest.length > 1) found.add(before + rest[1]! + rest[0]! + rest.slice(2));
  }
  if (!key.endsWith('a')) for (const letter of ['a']) found.add(key.slice(0, -1) + letter);
  found.delete(key);
  found.delete('');
  return [...found];
}

/** What a letter may have been, or what may be missing: one spelling of each sound, and the signs of Devanagari. */
const SPELLINGS = [...'aiueogkcjtdnpbmyrlvsh'];
const SIGNS = [...'\u093e\u093f\u0941\u0947\u094b\u0902\u094d'];

/**
 * The keys of a word as it would be written without one slip. Most are a slip away from its key as well; but where a letter
 * is half of a sound (`hcauhan`), or decides how the next is read, one slip in writing is several in the key.
 */
export function unslipped(word: string): string[] {
  const letters = [...word];
  if (letters.length < 3 || letters.length > 20) return [];
  const more = /^[a-z]+$/.test(word) ? SPELLINGS : /[\u0900-\u097f]/u.test(word) ? SIGNS : [];
  const found = new Set<string>();
  const add = (...spelling: string[]) => found.add(keyOfSpelling(spelling.join('').normalize('NFC')));
  for (let at = 0; at <= letters.length; at++) {
    const [before, rest] = [letters.slice(0, at), letters.slice(at)];
    if (rest.length) add(...before, ...rest.slice(1));
    if (rest.length > 1) add(...before, rest[1]!, rest[0]!, ...rest.slice(2));
    for (const letter of more) {
      add(...before, letter, ...rest);
      if (rest.length) add(...before, letter, ...rest.slice(1));
    }
  }
  return [...found].filter((key) => key.length > 1);
}
