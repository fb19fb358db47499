import { keysOfName, type NameWord } from '../name-key.js';
import { romanise } from '../romanise.js';

/** A word of a name as it is compared by ear: one character a sound. */
export interface SpokenWord {
  /** As written, lower case. */
  text: string;
  key: string;
  /** Its sounds; finer than the key: length of vowels, breath and v/b are kept. */
  sound: string;
  /** Its spelling in Latin letters: where a slip broke a sound in two, letters are nearer than sounds. */
  letters: string;
  /** A letter that stands for a name: `R.`, `आर.` */
  initial: boolean;
  /** Comes and goes in the name of one and the same person: Kumar, Devi, Singh, Mohammad. */
  filler: boolean;
}

/** Second names that people write or leave out; written here as keys. */
const FILLERS = new Set(
  ['Kumar', 'Kumari', 'Devi', 'Singh', 'Lal', 'Bhai', 'Ben', 'Bai', 'Prasad', 'Chandra', 'Chand', 'Mohammad', 'Kaur', 'Begum', 'Bano', 'Khatun', 'Bibi', 'Raj', 'Ram', 'Nath', 'Das', 'Alias', 'Urf'] // prettier-ignore
    .flatMap((word) => keysOfName(word))
    .map(({ key }) => key),
);

export function spoken(fullName: string): SpokenWord[] {
  return keysOfName(fullName).map(spokenWord);
}

// Words repeat, and a search compares hundreds of names: remembered, and emptied when full.
const remembered = new Map<string, SpokenWord>();
const REMEMBER = 20_000;

function spokenWord(word: NameWord): SpokenWord {
  const known = remembered.get(word.text);
  if (known && known.key === word.key && known.initial === word.initial) return known;
  const made = { ...word, sound: soundOf(word), letters: lettersOf(word.text), filler: FILLERS.has(word.key) };
  if (remembered.size >= REMEMBER) remembered.clear();
  remembered.set(word.text, made);
  return made;
}

const DEVANAGARI = /[\u0900-\u097f]/u;
const lettersOf = (text: string): string => (DEVANAGARI.test(text) ? romanise(text) : text);

export function soundOf({ text, key, initial }: NameWord): string {
  if (initial) return key;
  const latin = DEVANAGARI.test(text) ? romanise(text, true) : text.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  return latin
    .replace(/chh/g, 'Q')
    .replace(/ch/g, 'C')
    .replace(/ksh|x/g, 'kS')
    .replace(/sh/g, 'S')
    .replace(/kh/g, 'K')
    .replace(/gh/g, 'G')
    .replace(/jh/g, 'J')
    .replace(/th/g, 'T')
    .replace(/dh/g, 'D')
    .replace(/bh/g, 'B')
    .replace(/ph|f/g, 'P')
    .replace(/w/g, 'v')
    .replace(/q|c(?!h)/g, 'k')
    .replace(/ee|ii/g, 'I')
    .replace(/oo|uu/g, 'U')
    .replace(/aa/g, 'A')
    .replace(/a[iy](?![aeiouAIU])|ei(?![aeiouAIU])/g, 'E')
    .replace(/a[uo]|o[uw]/g, 'O')
    .replace(/n(?=[pPbB])/g, 'm')
    .replace(/([^aeiouAIU])\1/g, '$1');
}
