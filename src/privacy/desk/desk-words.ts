import { Injectable } from '@nestjs/common';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';

interface Figure {
  key: string;
  n: number;
}

/** Codes of figures in words; one that has none yet is shown as it is, rather than not at all. */
@Injectable()
export class DeskWords {
  constructor(private readonly words: Words) {}

  ofDesk<D extends { basis: Figure[]; notice: Figure[]; age: Figure[]; suppressions: Figure[]; total: number }>(
    desk: D,
    locale: Locale,
  ) {
    const told = (rows: Figure[], of: string) =>
      rows.map((row) => ({
        ...row,
        label: this.say(locale, `desk.${of}.${row.key}`, row.key),
        share: desk.total ? row.n / desk.total : 0,
      }));
    return {
      ...desk,
      basis: told(desk.basis, 'how'),
      notice: told(desk.notice, 'notice'),
      age: told(desk.age, 'age'),
      suppressions: told(desk.suppressions, 'why'),
    };
  }

  ofList<L extends { items: { cameBy: string }[] }>(list: L, locale: Locale) {
    return {
      ...list,
      items: list.items.map((row) => ({ ...row, cameBy: this.say(locale, `desk.came_by.${row.cameBy}`, row.cameBy) })),
    };
  }

  private say(locale: Locale, key: string, code: string): string {
    return this.words.has(key) ? this.words.say(locale, key) : code;
  }
}
