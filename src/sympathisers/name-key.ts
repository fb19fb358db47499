/**
 * One comparable key for a person's name, in Devanagari or Latin script and in the spellings usual in north India.
 *
 * In: a full name as somebody wrote it. Out: lower-case words joined by one space, in the order written, or `''` where
 * there is no letter. Other scripts come back as they are. Equal keys mean "the same name as far as spelling goes"; they are evidence only beside a
 * phone, mail or WhatsApp number that agrees (T22). Pure: same text, same key, in every process.
 *
 * How: a Devanagari word is romanised as people spell it (Hunterian letters, final schwa silent unless a rising cluster
 * carries it: मिश्र is "mishra"), and both scripts then go through the same folding, so that a rule can't hold for one
 * script alone.
 *
 * 1. NFC; joiners and nukta go (क़ फ़ ज़ are k f/ph z/j; ड़ ढ़ are r); honorifics in front (Shri, Smt, श्री, डॉ) and जी go.
 * 2. Same letter: z/j, ph/f/p, b/bh/v/w, q/k/c, sh/ष/s, x/ks/ksh, aspirate/plain, m before a labial/n, doubled/single.
 * 3. Vowels have three values, as spellings waver within them and seldom across: i (i ee e ai ay y), u (u oo o au),
 *    and a (a aa), which isn't written inside a word at all (schwas come and go: Bharti, Bharati) but is kept at either
 *    end: राम is not रामा. What stands for a schwa in spelling counts as one: e before r + consonant (Verma), the vowel of
 *    C+ri (Brij, Braj; Smriti, Smruti), the -er of Rajender, the English -on of Tandon.
 * 4. A closing v is u (Yadav, Yadao; Dev, Deo) and the Sanskrit -a of Yadava, Upadhyaya, Shreshtha is silent.
 *
 * Sources: Hunterian romanisation (UN Group of Experts on Geographical Names, report on Hindi, 2016); schwa deletion
 * after Ohala, "Aspects of Hindi Phonology" (1983); the wavering spellings from the Indian Names Corpus and Aksharantar.
 */
export function nameKey(fullName: string): string {
  const words = wordsOf(fullName);
  let first = 0;
  while (first < words.length - 1 && HONORIFICS.has(words[first]!)) first++;
  const keys: string[] = [];
  for (let i = first; i < words.length; i++) {
    if (i > first && TRAILING_HONORIFICS.has(words[i]!)) continue;
    const key = wordKey(words[i]!);
    if (key) keys.push(key);
  }
  return keys.join(' ');
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
  }),
);

function wordsOf(text: string): string[] {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u200b-\u200f\u2060\ufeff'’‘`]/gu, '')
    .split(/[^\p{L}\p{M}]+/u)
    .filter(Boolean);
}

// Words repeat (a few thousand cover most of a state), so remembering them makes a million names cheap. Emptied when
// full: only time is saved, never an answer changed.
const remembered = new Map<string, string>();
const REMEMBER = 50_000;

function wordKey(word: string): string {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  const key = fold(IRREGULAR.get(word) ?? (/[\u0900-\u097f]/u.test(word) ? romanise(word) : unaccented(word))) || word;
  if (remembered.size >= REMEMBER) remembered.clear();
  remembered.set(word, key);
  return key;
}

function unaccented(word: string): string {
  return word
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

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
const VIRAMA = '\u094d';
const NUKTA = '\u093c';

function romanise(word: string): string {
  let out = '';
  let schwa = false; // the consonant before still carries its inherent vowel
  let joined = false; // the consonant before is half: the next one makes a cluster
  let cluster = false;
  for (let i = 0; i < word.length; i++) {
    const letter = word[i]!;
    const vowel = VOWELS[letter];
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
    .replace(/^[gj]n/, 'gy')
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
