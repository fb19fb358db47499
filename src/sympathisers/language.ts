/** The languages that an office may write down, by ISO 639-1 (639-3 where there is none), with the words for them. */
const WORDS: Record<string, string> = {
  hi: 'hindi hin hn हिंदी हिन्दी हिंदि hi-in',
  en: 'english eng angrezi angreji अंग्रेज़ी अंग्रेजी अँग्रेजी इंग्लिश en-in en-gb en-us',
  ur: 'urdu उर्दू उर्दु اردو',
  pa: 'punjabi panjabi पंजाबी ਪੰਜਾਬੀ',
  bn: 'bengali bangla बंगाली बांग्ला বাংলা',
  gu: 'gujarati गुजराती',
  mr: 'marathi मराठी',
  ne: 'nepali नेपाली',
  sd: 'sindhi सिंधी सिन्धी',
  sa: 'sanskrit संस्कृत',
  ta: 'tamil तमिल',
  te: 'telugu तेलुगु तेलुगू',
  kn: 'kannada कन्नड़',
  ml: 'malayalam मलयालम',
  or: 'odia oriya ओड़िया उड़िया',
  as: 'assamese असमिया',
  bho: 'bhojpuri भोजपुरी',
  awa: 'awadhi avadhi अवधी',
  bra: 'braj brij bhasha ब्रज ब्रजभाषा',
  mai: 'maithili मैथिली',
};

const normal = (word: string): string =>
  word
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u093c\u200b-\u200f\ufeff]/gu, '');

const CODES = new Map<string, string>();
for (const [code, words] of Object.entries(WORDS)) {
  for (const word of [code, ...words.split(' ')]) CODES.set(normal(word), code);
}

/** The code of the first language named in the text (codes, English or Hindi words), or null. */
export function parseLanguage(text: string): string | null {
  const whole = CODES.get(normal(text.trim()));
  if (whole) return whole;
  for (const word of normal(text).split(/[^\p{L}\p{M}-]+/u)) {
    const code = CODES.get(word);
    if (code) return code;
  }
  return null;
}
