import { Remembered } from '../platform/remembered.js';
import { romanise } from './romanise.js';

/**
 * Raise it with every change of the rules: keys in the register that were made by another version are then made anew
 * (`sampark names rekey`, or by itself in the night). 1: until name search; 2: initials, shortened names, Dny- and Hri-.
 */
export const NAME_KEY_VERSION = '2';

/**
 * One comparable key for a person's name, in Devanagari or Latin script and in the spellings usual in north India.
 *
 * In: a full name as somebody wrote it. Out: lower-case words joined by one space, in the order written, or `''` where
 * there is no letter. Other scripts come back as they are. Equal keys mean "the same name as far as spelling goes"; they are
 * evidence only beside a phone, mail or WhatsApp number that agrees (T22), and search, import and duplicates share them. What
 * only a search may guess (another order, a word left out, a slip) is no part of a key. Pure: same text, same key, in every
 * process, in time that grows with the length of the text.
 *
 * How: a Devanagari word is romanised as people spell it, and both scripts then go through the same folding, so that a rule
 * can't hold for one script alone. Each rule with its reason, examples and source: docs/names.md.
 */
export function nameKey(fullName: string): string {
  return keysOfName(fullName)
    .map(({ key }) => key)
    .join(' ');
}

/** A word of a name with its key. */
export interface NameWord {
  /** As written, lower case, NFC, without signs that aren't letters. */
  text: string;
  key: string;
  /** A letter that stands for a name: R. Sharma, आर. शर्मा. Its key is what the key of such a name begins with. */
  initial: boolean;
}

/** The words that count of a name, in the order written: titles in front and `ji` behind are none. */
export function keysOfName(fullName: string): NameWord[] {
  const words = wordsOf(fullName);
  let first = 0;
  while (first < words.length - 1 && HONORIFICS.has(words[first]!.text)) first++;
  return words.flatMap((word, i) => {
    if (i < first || (i > first && !word.dot && TRAILING_HONORIFICS.has(word.text))) return [];
    const initials = initialsOf(word, i === words.length - 1);
    if (initials) return initials;
    const key = wordKey(word.text);
    return key ? [{ text: word.text, key, initial: false }] : [];
  });
}

/** R. and RK; आर. and, before another word, आर. */
function initialsOf({ text, dot, capitals }: Written, last: boolean): NameWord[] | null {
  const letter = LETTERS.get(text);
  const run = capitals ? /^[bcdfghjklmnpqrstvwxyz]{1,3}$/ : /^[bcdfghjklmnpqrstvwxyz]{1,2}$/;
  const letters = letter && (dot || !last) ? letter : /^[aeiou]$/.test(text) || run.test(text) ? text : '';
  if (!letters || IRREGULAR.has(text) || /^(.)\1/.test(letters)) return null;
  return [...letters].map((one) => ({ text: one, key: INITIAL_KEYS.get(one) ?? fold(one), initial: true }));
}

const HONORIFICS = new Set(
  (
    'shri shree sri sh smt shrimati srimati shreemati sushri mr mrs ms miss dr prof adv er capt col km ku pt ' +
    'श्री श्रीमती श्रीमति सुश्री श्रीमान श्रीमान् डॉ डा डाॅ प्रो पं एड कु कुं मि'
  )
    .split(' ')
    .map((word) => word.normalize('NFC')),
);
const TRAILING_HONORIFICS = new Set(['ji', 'jee', 'जी', 'saheb', 'sahab', 'साहब', 'esq']);

/** Written so differently from their sound that no rule reaches them; the commonest only. */
const IRREGULAR = new Map(
  Object.entries({
    md: 'mohamad',
    mohd: 'mohamad',
    mohammed: 'mohamad',
    muhammed: 'mohamad',
    मो: 'mohamad',
    syed: 'saiyad',
    sayed: 'saiyad',
    begum: 'begam',
    ahmed: 'ahmad',
    ahemad: 'ahmad',
    kunwar: 'kunvar',
    kuwar: 'kunvar',
    mohamed: 'mohamad',
    gaud: 'gaur',
    goud: 'gaur',
    diwedi: 'dvivedi',
    // As clerks shorten them.
    mhd: 'mohamad',
    kr: 'kumar',
    pd: 'prasad',
    prd: 'prasad',
    sgh: 'singh',
    chd: 'chand',
    ch: 'chaudhari',
  }),
);

/** Latin letters by their names, as somebody writes R. K. in Devanagari. */
const LETTERS = new Map(
  'ए a बी b सी c डी d ई e एफ f जी g एच h आई i जे j के k एल l एम m एन n ओ o पी p क्यू q आर r एस s टी t यू u वी v डब्ल्यू w एक्स x वाई y जेड z'
    .split(/ (?=[^a-z])/u)
    .map((pair) => pair.normalize('NFC').split(' ') as [string, string]),
);
/** Where the letter alone would be folded to something that no such name begins with. */
const INITIAL_KEYS = new Map([
  ['c', 'c'],
  ['h', 'h'],
  ['x', 'k'],
  ['y', 'y'],
]);

interface Written {
  text: string;
  /** Followed by a dot. */
  dot: boolean;
  /** In capitals: MPS, where mps may be a word with its vowels left out. */
  capitals: boolean;
}

function wordsOf(text: string): Written[] {
  const plain = text.normalize('NFC').replace(/[\u200b-\u200f\u2060\ufeff'’‘`]/gu, '');
  return [...plain.matchAll(/([\p{L}\p{M}]+)(\.?)/gu)].map(([, word = '', dot]) => ({
    text: word.toLowerCase().normalize('NFC'),
    dot: dot === '.',
    capitals: /^[A-Z]+$/.test(word),
  }));
}

// Words repeat (a few thousand cover most of a state), so remembering them makes a million names cheap.
const remembered = new Remembered<string>(50_000);
const wordKey = (word: string): string => remembered.of(word, () => keyOfSpelling(word));

/** The key of one word as it is written, lower case, NFC. */
export function keyOfSpelling(word: string): string {
  return fold(IRREGULAR.get(word) ?? (/[\u0900-\u097f]/u.test(word) ? romanise(word) : unaccented(word))) || word;
}

function unaccented(word: string): string {
  return word
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

/** From the way a word is spelled in Latin letters to its key, in the order in which the rules need each other. */
function fold(word: string): string {
  let s = word
    .replace(/z/g, 'j')
    .replace(/f/g, 'p')
    .replace(/ee/g, 'i')
    .replace(/oo/g, 'u')
    .replace(/(.)\1+/g, '$1');
  s = s
    .replace(/qu(?=[ie])/g, 'k')
    .replace(/x|k[cs]h/g, 'ks')
    .replace(/c?ch+/g, 'C')
    .replace(/[cq]/g, 'k');
  s = s
    .replace(/C/g, 'c')
    .replace(/^[gj]n|dny|jny/, 'gy')
    .replace(/^hr(?=[iu])/, 'r')
    .replace(/sh/g, 's')
    .replace(/([kgcjtdpb])h/g, '$1');
  s = s
    .replace(/[bw]/g, 'v')
    .replace(/nh$/, 'ng')
    .replace(/rh(?![aiueoy])/g, 'r')
    .replace(/h$/, '')
    .replace(/(.)\1+/g, '$1');
  s = s
    .replace(/nd[ae]r$/, 'ndra')
    .replace(/ore$/, 'or')
    .replace(/([^aiueoy])on$/, '$1an')
    .replace(/e(?=rh?(?:[^aiueoyh]|$)|hm)/g, 'a');
  s = s
    .replace(/([^aiueoy])r[iu](?=[^aiueoy])/g, '$1r')
    .replace(/([kgcjtdpvs][rlm])$/, '$1a')
    .replace(/krsa?n$/, 'krsna');
  s = s
    .replace(/(ey|yay)a$/, '$1')
    .replace(/ava$/, 'av')
    .replace(/([sp]t)a$/, '$1')
    .replace(/([aiueo])v$/, '$1u');
  return vowels(s).replace(/m(?=[pv])/g, 'n');
}

function vowels(word: string): string {
  return word.replace(/[aiueoy]+/g, (run, at: number) => {
    let out = '';
    for (const letter of run) {
      const value = letter === 'a' ? '' : letter === 'u' || letter === 'o' ? 'u' : 'i';
      if (value && !out.endsWith(value)) out += value;
    }
    // A y in front, or second as in Shyam (not Seema), is a consonant.
    if (at < 2 && run[0] === 'y' && run.length > 1) out = 'y' + out.slice(1);
    if (at === 0 && !out) return 'a';
    return at + run.length === word.length && run.endsWith('a') ? out + 'a' : out;
  });
}
