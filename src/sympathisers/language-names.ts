import { intlTag, type Locale } from '../platform/i18n/locale.js';

/** Languages that a form offers, the most spoken first (ISO 639; parseLanguage gives these codes). */
export const LANGUAGE_CODES: readonly string[] = [
  'hi', 'en', 'ur', 'bho', 'awa', 'bra', 'pa', 'bn', 'mai', 'gu', 'mr', 'ne', 'sd', 'sa', 'ta', 'te', 'kn', 'ml', 'or', 'as',
]; // prettier-ignore

/** The name of a language for a reader. */
export function languageName(code: string, locale: Locale): string {
  return new Intl.DisplayNames([intlTag(locale)], { type: 'language' }).of(code) ?? code;
}

export const languageOptions = (locale: Locale): { value: string; label: string }[] =>
  LANGUAGE_CODES.map((code) => ({ value: code, label: languageName(code, locale) }));
