import type { Transaction } from '../platform/database/transaction.js';
import type { Locale } from '../platform/i18n/locale.js';
import { KEY_LENGTH, scopeOf } from '../territories/path.js';

/** Deeper ones are reached by choosing nearer first: a whole state's wards would be a list that nobody reads. */
const LEVELS_BELOW = 2;

/** A territory and those up to two levels below it, as options of a select, in the order of the tree. */
export async function territoryChoices(
  tx: Transaction,
  path: string,
  locale: Locale,
): Promise<{ value: string; label: string }[]> {
  const { from, to } = scopeOf(path);
  const rows = await tx.query<{ id: string; path: string; name_en: string; name_hi: string }>(
    `SELECT id, path, name_en, name_hi FROM territories
      WHERE path >= $1 AND path < $2 AND length(path) <= $3 AND to_on IS NULL ORDER BY path`,
    [from, to, path.length + LEVELS_BELOW * KEY_LENGTH],
  );
  const indent = (row: { path: string }) => '\u2003'.repeat((row.path.length - path.length) / KEY_LENGTH);
  return rows.map((row) => ({ value: row.id, label: indent(row) + (locale === 'hi' ? row.name_hi : row.name_en) }));
}
