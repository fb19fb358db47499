import type { Transaction } from '../../platform/database/transaction.js';

/** What was read from a file, and what it was found to come to. */
const STAGED = ['import_meetings', 'import_outcomes', 'import_keys', 'import_rows'];

/** The upload and what was read from it go; the batch itself, its SHA-256 and its rejects stay. */
export async function forgetFile(tx: Transaction, batchId: string): Promise<void> {
  await empty(tx, batchId);
  await tx.execute('DELETE FROM import_chunks WHERE batch_id = $1', [batchId]);
}

/** What was read goes, to be read anew. */
export async function forgetReading(tx: Transaction, batchId: string): Promise<void> {
  await empty(tx, batchId);
  for (const table of ['import_rejects', 'import_territories'])
    await tx.execute(`DELETE FROM ${table} WHERE batch_id = $1`, [batchId]);
}

async function empty(tx: Transaction, batchId: string): Promise<void> {
  const all = await tx.one<{ gone: boolean }>('SELECT gate.empty_staging($1) AS gone', [batchId]);
  if (all!.gone) return;
  for (const table of STAGED) await tx.execute(`DELETE FROM ${table} WHERE batch_id = $1`, [batchId]);
}
