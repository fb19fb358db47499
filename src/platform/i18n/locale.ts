export const LOCALES = ['hi', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

export const isLocale = (text: unknown): text is Locale => LOCALES.includes(text as Locale);

/** The tag for Intl: both group digits the Indian way (लाख, करोड़). */
export const intlTag = (locale: Locale) => (locale === 'hi' ? 'hi-IN' : 'en-IN');

/**
 * The first language of an Accept-Language header (RFC 9110, section 12.5.4) that we have.
 */
export function preferredLocale(header: string | undefined, fallback: Locale): Locale {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const q = parameters.find((parameter) => parameter.trim().startsWith('q='));
      return { language: tag.trim().toLowerCase().split('-')[0], q: q ? Number(q.trim().slice(2)) : 1 };
    })
    .filter((entry) => entry.q > 0)
    .sort((a, b) => b.q - a.q);
  return (wanted.find((entry) => isLocale(entry.language))?.language as Locale | undefined) ?? fallback;
}
