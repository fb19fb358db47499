import type { Transaction } from '../../platform/database/transaction.js';

/**
 * The staging was filled a moment ago, and parts of a statement have no statistics at all; where the planner takes ten
 * thousand rows for one it goes through them in nested loops. Look-ups by key stay those, where they are written as
 * subqueries with LIMIT or OFFSET.
 */
export async function planByHash<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  await tx.query('SET LOCAL enable_nestloop = off');
  const result = await work();
  await tx.query('SET LOCAL enable_nestloop = on');
  return result;
}
