import { LOCAL_BODY_KINDS } from './levels.js';
import { asciiDigits } from './sheet.js';

/**
 * The code of a territory that has none in its file: the parent's, the name and, for a local body, its kind, so that the
 * same file gives the same codes again. Devanagari is written in Latin letters plainly: readable, not beautiful.
 *
 * @param parentCode '' directly below the root
 * @returns '' where the name has no letter or digit that can be written so
 */
export function codeFor(parentCode: string, name: string, kind: string | null): string {
  const slug = slugOf(name);
  if (!slug) return '';
  const suffix = LOCAL_BODY_KINDS.find(({ code }) => code === kind)?.codeSuffix;
  return [parentCode, slug, suffix].filter(Boolean).join('-');
}

const CONSONANTS = pairs(
  'क k ख kh ग g घ gh ङ n च ch छ chh ज j झ jh ञ n ट t ठ th ड d ढ dh ण n त t थ th द d ध dh न n ' +
    'प p फ ph ब b भ bh म m य y र r ल l ळ l व v श sh ष sh स s ह h',
);
const VOWELS = pairs('अ a आ a इ i ई i उ u ऊ u ऋ ri ऍ e ए e ऐ ai ऑ o ओ o औ au');
/** The same after a consonant, whose own short a they replace; the virama only takes it away. */
const VOWEL_SIGNS = pairs('ा a ि i ी i ु u ू u ृ ri ॅ e े e ै ai ॉ o ो o ौ au');
const SOUND_SIGNS = pairs('ँ n ं n ः h');
const VIRAMA = '\u094D';
const DEVANAGARI_LETTER = /[\u0900-\u0963]/;

function pairs(text: string): Map<string, string> {
  return new Map([...text.matchAll(/(\S+) (\S+)/g)].map((match) => [match[1]!, match[2]!]));
}

function slugOf(text: string): string {
  const letters = [
    ...text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[\u0300-\u036F\u093C\u200C\u200D]/g, ''),
  ];
  const latin = letters.map((letter, index) => {
    const [before, after] = [letters[index - 1] ?? '', letters[index + 1] ?? ''];
    const consonant = CONSONANTS.get(letter);
    if (!consonant) {
      return (
        VOWELS.get(letter) ?? VOWEL_SIGNS.get(letter) ?? SOUND_SIGNS.get(letter) ?? (letter === VIRAMA ? '' : letter)
      );
    }
    const voweled = after === VIRAMA || VOWEL_SIGNS.has(after);
    const lastOfWord = !DEVANAGARI_LETTER.test(after) && DEVANAGARI_LETTER.test(before);
    return voweled || lastOfWord ? consonant : `${consonant}a`;
  });
  return asciiDigits(latin.join(''))
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
