import { isUuid } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Invalid } from '../platform/errors.js';

/**
 * Whom a page of a list ordered by name ended with. A cursor stands in an address, so it says their id; the name by which
 * the list goes on is looked up.
 * @throws Invalid `cursor` where they aren't within reach (any more)
 */
export async function lastOnPage(tx: Transaction, personId: unknown): Promise<{ id: string; name: string }> {
  const [found] = isUuid(String(personId))
    ? await tx.query<{ id: string; name: string }>('SELECT id, full_name AS name FROM people WHERE id = $1', [personId])
    : [];
  if (!found) throw Invalid.field('cursor', 'validation.cursor');
  return found;
}
