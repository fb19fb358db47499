import type { Locale } from '../platform/i18n/locale.js';

interface BothLanguages {
  title_en: string | null;
  title_hi: string | null;
  words_en: string | null;
  words_hi: string | null;
}

/** A meet-up's title and words in the reader's language, or in the one it has. */
export function eventWords(
  row: BothLanguages,
  locale: Locale,
): { title: string; words: string | null; language: Locale } {
  const language = pickLanguage(row, locale);
  return language === 'hi'
    ? { title: row.title_hi!, words: row.words_hi, language }
    : { title: row.title_en!, words: row.words_en, language };
}

/** The first of these languages that it has a title in, else the one it has. */
export function pickLanguage(row: Pick<BothLanguages, 'title_en' | 'title_hi'>, ...wanted: (string | null)[]): Locale {
  const has = { hi: row.title_hi !== null, en: row.title_en !== null };
  for (const language of wanted) if ((language === 'hi' || language === 'en') && has[language]) return language;
  return has.hi ? 'hi' : 'en';
}
