/**
 * Text typed in Kruti Dev 010 (and DevLys 010, which has the same letters in the same places), as Unicode.
 *
 * Such a font draws Devanagari in the places of Latin letters, in the order of a Hindi typewriter: what is stored is
 * "jke dqekj", and only with the font it looks like राम कुमार. Letters and half letters have places of their own; the sign
 * for i stands before its consonant as it is drawn, and the hook of a leading r behind the syllable it crowns.
 *
 * Source: the Remington layout of Hindi typewriters, as the glyphs of Kruti Dev 010 show it.
 */
const TABLE = `
  ñ ॰  å ०  ƒ १  „ २  … ३  † ४  ‡ ५  ˆ ६  ‰ ७  Š ८  ‹ ९
  ¶+ फ़्  d+ क़  [+k ख़  [+ ख़्  x+ ग़  T+ ज़्  t+ ज़  M+ ड़  <+ ढ़  Q+ फ़  ;+ य़  j+ ऱ  u+ ऩ
  Ùk त्त  Ù त्त्  Dr क्त  – दृ  — कृ  é न्न  ™ न्न्  à ह्न  á ह्य  â हृ  ã ह्म  ºz ह्र  º ह्  í द्द
  {k क्ष  { क्ष्  = त्र  « त्र्  Nî छ्य  Vî ट्य  Bî ठ्य  Mî ड्य  <î ढ्य  | द्य  K ज्ञ  } द्व
  J श्र  Vª ट्र  Mª ड्र  <ª ढ्र  Nª छ्र  Ø क्र  Ý फ्र  æ द्र  ç प्र  Á प्र  xz ग्र  # रु  : रू
  v‚ ऑ  vks ओ  vkS औ  vk आ  v अ  b± ईं  Ã ई  bZ ई  b इ  m उ  Å ऊ  ,s ऐ  , ए  _ ऋ
  ô क्क  d क  Dk क  D क्  [k ख  [ ख्  x ग  Xk ग  X ग्  Ä घ  ?k घ  ? घ्  ³ ङ
  p च  Pk च  P च्  N छ  t ज  Tk ज  T ज्  > झ  ÷ झ्  ¥ ञ
  ê ट्ट  ë ट्ठ  V ट  B ठ  ì ड्ड  ï ड्ढ  M ड  < ढ  .k ण  . ण्
  r त  Rk त  R त्  Fk थ  F थ्  ) द्ध  n द  /k ध  èk ध  / ध्  Ë ध्  è ध्  u न  Uk न  U न्
  i प  Ik प  I प्  Q फ  ¶ फ्  c ब  Ck ब  C ब्  Hk भ  H भ्  e म  Ek म  E म्
  ; य  ¸ य्  j र  y ल  Yk ल  Y ल्  G ळ  o व  Ok व  O व्  'k श  ' श्  "k ष  " ष्  l स  Lk स  L स्  g ह
  È ीं  z ्र  Ì द्द  Í ट्ट  Î ट्ठ  Ï ड्ड  Ñ कृ  Ò भ  Ó ्य  Ô क्क  Ö झ्
  ‚ ॉ  ks ो  kS ौ  k ा  h ी  q ु  w ू  \` ृ  s े  S ै  a ं  ¡ ँ  % ः  W ॅ  • ऽ  · ऽ  ~ ्  + ़
  f ि  A ।  & -  - .  ] ,  @ /  ¼ (  ½ )  ^ ‘  * ’  Þ “  ß ”  ( ;  Œ ॰  ‘ "  ’ '  “ "  ” '`;

const GLYPHS = new Map<string, string>();
{
  const words = TABLE.trim().split(/\s+/);
  for (let i = 0; i < words.length; i += 2) GLYPHS.set(words[i]!, words[i + 1]!);
}
const LONGEST = Math.max(...[...GLYPHS.keys()].map((glyph) => glyph.length));

const CONSONANT = '[\\u0915-\\u0939\\u0958-\\u095f]\\u093c?';
const CLUSTER = `(?:${CONSONANT}\\u094d)*${CONSONANT}`;
const SIGNS = '[\\u093e-\\u094c\\u0901-\\u0903]*';
/** Where the hook of a leading r was typed, behind its syllable. */
const HOOK = '\ue000';
/** Where the sign for i was typed, before its consonants. */
const SIGN_I = '\u093f';

const AFTER_CONSONANTS = new RegExp(`${SIGN_I}(${CLUSTER})(\\u094d\\u0930|\\u094d\\u092f)?`, 'gu');
const BEFORE_SYLLABLE = new RegExp(`(${CLUSTER}${SIGNS})${HOOK}([\\u0901-\\u0903]?)`, 'gu');

/** Word by word: no letter reaches over a space, and what is longer than any word is none. */
export function fromKrutiDev(text: string): string {
  return text.replace(/\S+/g, (word) => (word.length > LONGEST_WORD ? word : wordFromKrutiDev(word)));
}

const LONGEST_WORD = 200;

function wordFromKrutiDev(text: string): string {
  let out = '';
  for (let at = 0; at < text.length;) {
    if (text[at] === 'Z') {
      out += HOOK;
      at += 1;
      continue;
    }
    let length = Math.min(LONGEST, text.length - at);
    let found: string | undefined;
    for (; length > 0; length -= 1) {
      found = GLYPHS.get(text.slice(at, at + length));
      if (found !== undefined) break;
    }
    out += found ?? text[at];
    at += found === undefined ? 1 : length;
  }
  return out
    .replace(AFTER_CONSONANTS, (_, consonants: string, below = '') => consonants + below + SIGN_I)
    .replace(BEFORE_SYLLABLE, (_, syllable: string, nasal: string) => hooked(syllable) + nasal)
    .replaceAll(HOOK, 'र्')
    .normalize('NFC');
}

/** The hook crowns the last cluster of what stands before it. */
function hooked(syllable: string): string {
  return 'र्' + syllable;
}

const VOWEL = '[\\u0904-\\u0914]';
/** Syllables: a sign stands at a letter, and one at each; and what is no Devanagari, but no Latin letter either. */
const WORD = new RegExp(
  `^(?:${CLUSTER}[\\u093e-\\u094c]?[\\u0901-\\u0903]?|${VOWEL}[\\u0901\\u0902]?|[^\\u0900-\\u097fA-Za-z])+$`,
  'u',
);
/**
 * What no word of Hindi has: a vowel behind a nasal, अ or उ behind a bare consonant, a bare consonant with a nasal at the end,
 * four consonants without a vowel.
 */
const NO_WORD = new RegExp(
  `[\\u0901-\\u0903]${VOWEL}|${CONSONANT}[अउ]|${CONSONANT}\\u0902$|(?:\\u094d${CONSONANT}){3}`,
  'u',
);

/** Whether a word that was read from Kruti Dev could be one of Hindi; most of English, read so, could not. */
export function isLikeHindi(word: string): boolean {
  const text = word.normalize('NFC');
  return WORD.test(text) && !NO_WORD.test(text);
}

const TYPED = new Map<string, string>();
for (const [glyph, text] of GLYPHS) if (!TYPED.has(text)) TYPED.set(text, glyph);
const LONGEST_TEXT = Math.max(...[...TYPED.keys()].map((text) => text.length));

/** A word as it is typed for Kruti Dev: the other way round of `fromKrutiDev`, by the first way that the table names. */
export function toKrutiDev(word: string): string {
  const text = word
    .normalize('NFC')
    .replace(new RegExp(`र\\u094d(${CLUSTER}${SIGNS})`, 'gu'), (_, syllable: string) => syllable + HOOK)
    .replace(new RegExp(`(${CLUSTER})${SIGN_I}`, 'gu'), (_, cluster: string) => SIGN_I + cluster);
  let out = '';
  for (let at = 0; at < text.length;) {
    let length = Math.min(LONGEST_TEXT, text.length - at);
    while (length > 1 && !TYPED.has(text.slice(at, at + length))) length -= 1;
    const part = text.slice(at, at + length);
    out += part === HOOK ? 'Z' : (TYPED.get(part) ?? part);
    at += length;
  }
  return out;
}
