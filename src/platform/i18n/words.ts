import { IntlMessageFormat } from 'intl-messageformat';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../config/paths.js';
import type { MessageParams } from '../errors.js';
import { intlTag, LOCALES, type Locale } from './locale.js';

type Dictionary = Map<string, string>;

/** All words of the interface: templates/words/<locale>/<domain>.json, flat keys, ICU MessageFormat texts. */
export class Words {
  private readonly dictionaries = new Map<Locale, Dictionary>();
  private readonly formats = new Map<string, IntlMessageFormat>();

  constructor(folder = fromRoot('templates', 'words')) {
    for (const locale of LOCALES) this.dictionaries.set(locale, readFolder(join(folder, locale)));
  }

  keys(locale: Locale): string[] {
    return [...this.dictionaries.get(locale)!.keys()].sort();
  }

  has(key: string): boolean {
    return this.dictionaries.get('en')!.has(key);
  }

  /** The text as it was written, before values are put in. */
  text(locale: Locale, key: string): string {
    const text = this.dictionaries.get(locale)?.get(key);
    if (text === undefined) throw new Error(`There are no words for "${key}" in ${locale}.`);
    return text;
  }

  /**
   * The words for a key in a language.
   * @throws Error for a key that is not there: a missing translation is a defect, found by the tests that open each page
   */
  say(locale: Locale, key: string, params: MessageParams = {}): string {
    const text = this.text(locale, key);
    const cacheKey = `${locale}\0${key}`;
    let format = this.formats.get(cacheKey);
    if (!format) {
      format = new IntlMessageFormat(text, intlTag(locale), undefined, { ignoreTag: true });
      this.formats.set(cacheKey, format);
    }
    return String(format.format(params as Record<string, string | number | Date>));
  }
}

function readFolder(folder: string): Dictionary {
  const dictionary: Dictionary = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const entries = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, string>;
    for (const [key, text] of Object.entries(entries)) {
      if (dictionary.has(key)) throw new Error(`The words for "${key}" stand twice (second in ${file}).`);
      dictionary.set(key, text);
    }
  }
  return dictionary;
}
