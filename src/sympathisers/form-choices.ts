import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Words } from '../platform/i18n/words.js';
import { TerritoriesQueries } from '../territories/territories.queries.js';
import { TerritoryPages } from '../territories/territory-pages.js';
import { channels, CONSENT_HOWS_BY_HAND, PURPOSES } from './consent/purposes.js';
import { platformByCode, PLATFORMS } from './platforms.js';

export interface Option {
  value: string;
  label: string;
}

/** More than this nobody reads through: then only the levels down to the district are offered. */
const MOST = 400;

/** What the forms of the register offer to choose from, in the reader's language. */
@Injectable()
export class FormChoices {
  constructor(
    private readonly words: Words,
    private readonly territories: TerritoriesQueries,
    private readonly pages: TerritoryPages,
  ) {}

  /** The actor's territories, below their parents' names. */
  async homes(tx: Transaction, locale: Locale) {
    const all = await this.territories.choices(tx, { limit: MOST + 1 });
    const choices =
      all.length > MOST
        ? await this.territories.choices(tx, { levels: ['state', 'region', 'district', 'mandal'] })
        : all;
    return this.pages.grouped(choices, locale);
  }

  districts(tx: Transaction, locale: Locale): Promise<Option[]> {
    return tx.query<Option>(
      `SELECT lgd_code::text AS value, CASE WHEN $1 = 'hi' THEN name_hi ELSE name_en END AS label
         FROM revenue_districts ORDER BY 2`,
      [locale],
    );
  }

  platforms(locale: Locale): Option[] {
    return PLATFORMS.map(({ code, name }) => ({ value: code, label: name[locale] }));
  }

  channels(locale: Locale): Option[] {
    return channels().map((code) => ({ value: code, label: this.channel(code, locale) }));
  }

  /** What a channel is called: phone, e-mail, or the platform's name; the code of one that is there no more. */
  channel(code: string, locale: Locale): string {
    return platformByCode(code)?.name[locale] ?? this.orCode(locale, 'consent.channel', code);
  }

  purposes(locale: Locale): (Option & { hint: string })[] {
    return PURPOSES.map((code) => ({
      value: code,
      label: this.words.say(locale, `consent.purpose.${code}`),
      hint: this.words.say(locale, `consent.purpose.${code}.hint`),
    }));
  }

  hows(locale: Locale): Option[] {
    return CONSENT_HOWS_BY_HAND.map((code) => ({ value: code, label: this.words.say(locale, `consent.how.${code}`) }));
  }

  say(locale: Locale, key: string, params?: Record<string, string | number>): string {
    return this.words.say(locale, key, params);
  }

  /** The words for a code of another part of the product, or the code itself where it has none. */
  orCode(locale: Locale, prefix: string, code: string): string {
    return this.words.has(`${prefix}.${code}`) ? this.words.say(locale, `${prefix}.${code}`) : code;
  }
}
