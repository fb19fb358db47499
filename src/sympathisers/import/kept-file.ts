import type { Words } from '../../platform/i18n/words.js';
import type { Locale } from '../../platform/i18n/locale.js';
import type { Kept } from './import-undo.service.js';
import { csvLine } from './rejects-file.js';

/** Who stayed when an import was taken back, as a file: page by page, as it is fetched. */
export async function* keptFile(
  pages: (cursor?: string) => Promise<{ items: Kept[]; next: string | null }>,
  words: Words,
  locale: Locale,
  address: (id: string) => string,
): AsyncGenerator<string> {
  // With the mark, spreadsheets know that it is UTF-8.
  yield '\ufeff' + csvLine([words.say(locale, 'imports.field.name'), words.say(locale, 'imports.undo.why'), ''], ',');
  for (let cursor: string | undefined; ;) {
    const { items, next } = await pages(cursor);
    for (const { id, name, why } of items) {
      const reasons = why.map((one) => words.say(locale, `imports.kept.${one}`)).join('; ');
      yield csvLine([name, reasons, address(id)], ',');
    }
    if (!next) return;
    cursor = next;
  }
}
