import type { Transaction } from '../platform/database/transaction.js';

/**
 * Writes down where territories stand and what they are called from now on, and ends what was true until now (T28: past
 * figures use the tree of their date). Call it after the change.
 */
export async function recordSpans(tx: Transaction, ids: string[]): Promise<void> {
  if (!ids.length) return;
  await endSpans(tx, ids);
  await tx.execute(
    `INSERT INTO territory_spans (territory_id, from_at, parent_id, path, name_en, name_hi)
     SELECT id, clock_timestamp(), parent_id, path, name_en, name_hi FROM territories WHERE id = ANY ($1)`,
    [ids],
  );
}

/** Ends the spans in force, for territories that are no more. */
export async function endSpans(tx: Transaction, ids: string[]): Promise<void> {
  await tx.execute(
    'UPDATE territory_spans SET to_at = clock_timestamp() WHERE territory_id = ANY ($1) AND to_at IS NULL',
    [ids],
  );
}
