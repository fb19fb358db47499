import type { Transaction } from '../../platform/database/transaction.js';

/** The upload and what was read from it go; the batch itself, its SHA-256 and its rejects stay. */
export async function forgetFile(tx: Transaction, batchId: string): Promise<void> {
  for (const table of ['import_meetings', 'import_outcomes', 'import_keys', 'import_rows', 'import_chunks'])
    await tx.execute(`DELETE FROM ${table} WHERE batch_id = $1`, [batchId]);
}

/** What was read goes, to be read anew. */
export async function forgetReading(tx: Transaction, batchId: string): Promise<void> {
  for (const table of ['import_meetings', 'import_outcomes', 'import_keys', 'import_rows', 'import_rejects'])
    await tx.execute(`DELETE FROM ${table} WHERE batch_id = $1`, [batchId]);
}
