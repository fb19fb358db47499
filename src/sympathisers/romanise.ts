const CONSONANTS: Record<string, string> = {
  ...{ क: 'k', ख: 'kh', ग: 'g', घ: 'gh', ङ: 'n', च: 'ch', छ: 'chh', ज: 'j', झ: 'jh', ञ: 'n', ट: 't', ठ: 'th' },
  ...{ ड: 'd', ढ: 'dh', ण: 'n', त: 't', थ: 'th', द: 'd', ध: 'dh', न: 'n', ऩ: 'n', प: 'p', फ: 'ph', ब: 'b', भ: 'bh' },
  ...{ म: 'm', य: 'y', र: 'r', ऱ: 'r', ल: 'l', ळ: 'l', व: 'v', श: 'sh', ष: 'sh', स: 's', ह: 'h' },
};
const VOWELS: Record<string, string> = {
  ...{ अ: 'a', आ: 'a', इ: 'i', ई: 'i', उ: 'u', ऊ: 'u', ऋ: 'ri', ए: 'e', ऐ: 'ai', ओ: 'o', औ: 'au', ऑ: 'o', ऍ: 'e' },
  ...{ '\u093e': 'a', '\u093f': 'i', '\u0940': 'i', '\u0941': 'u', '\u0942': 'u', '\u0943': 'ri', '\u0947': 'e' },
  ...{ '\u0948': 'ai', '\u094b': 'o', '\u094c': 'au', '\u0949': 'o', '\u0945': 'e' },
};
const LONG: Record<string, string> = { ...VOWELS };
for (const letter of ['आ', '\u093e']) LONG[letter] = 'aa';
for (const letter of ['ई', '\u0940']) LONG[letter] = 'ii';
for (const letter of ['ऊ', '\u0942']) LONG[letter] = 'uu';
const VIRAMA = '\u094d';
const NUKTA = '\u093c';

/**
 * A Devanagari word in the Latin letters people spell it with (Hunterian), final schwa silent unless a rising cluster
 * carries it: मिश्र is "mishra". Signs that are no letters are left out.
 * @param long keeps the length of vowels, doubled: सीता is "siitaa". Spelling wavers there, so a key leaves it out.
 */
export function romanise(word: string, long = false): string {
  const vowels = long ? LONG : VOWELS;
  let out = '';
  let schwa = false; // the consonant before still carries its inherent vowel
  let joined = false; // the consonant before is half: the next one makes a cluster
  let cluster = false;
  for (let i = 0; i < word.length; i++) {
    const letter = word[i]!;
    const vowel = vowels[letter];
    let consonant = CONSONANTS[letter];
    if (consonant) {
      if (schwa) out += 'a';
      if (isFlap(word, i, out)) consonant = 'r';
      if (letter === 'ञ' && joined && out.endsWith('j')) out = out.slice(0, -1) + 'gy';
      else out += consonant;
      cluster = joined;
      schwa = true;
      joined = false;
    } else if (vowel) {
      if (schwa && isIndependent(letter)) out += 'a';
      out += vowel;
      schwa = joined = cluster = false;
    } else if (letter === VIRAMA) {
      schwa = false;
      joined = true;
    } else if (letter === 'ं' || letter === 'ँ') {
      if (schwa) out += 'a';
      out += letter === 'ं' && word[i + 1] === 'ह' && i + 2 === word.length ? 'ng' : 'n';
      schwa = joined = cluster = false;
    }
  }
  // A rising cluster can't end a word unspoken: राजेंद्र is Rajendra, but आनन्द Anand and भट्ट Bhatt.
  return schwa && cluster && RISING.test(out) ? out + 'a' : out;
}

/** ड़ and ढ़ are spelled r; so are ढ after a vowel and ड at the end, where the dot is often left out (हापुड). */
function isFlap(word: string, at: number, before: string): boolean {
  const letter = word[at];
  if (letter !== 'ड' && letter !== 'ढ') return false;
  if (word[at + 1] === NUKTA) return true;
  return /[aiueo]$/.test(before) && (letter === 'ढ' ? word[at + 1] !== VIRAMA : at + 1 === word.length);
}

const RISING = /[kgcjtdpbsvh](?:r|l|y|v|n|m)$|r(?:y|v)$|[lnm]y$/;
const isIndependent = (letter: string): boolean => letter < '\u093e';
