import type { Transaction } from '../../platform/database/transaction.js';

/** How many of something are waiting, how many of them are late, and when the next is due. */
export interface Due {
  waiting: number;
  late: number;
  next: Date | null;
}

const COUNTS = `count(*)::int AS waiting`;

/** Requests of people (access, correction, erasure, objection, grievance) that are not settled. @param today `2026-11-26` */
export const requestsDue = (tx: Transaction, today: string) =>
  asked(
    tx,
    `SELECT ${COUNTS}, count(*) FILTER (WHERE due_on < $1::date)::int AS late, min(due_on)::timestamptz AS next
       FROM privacy_requests WHERE closed_at IS NULL`,
    [today],
  );

/** People who were told that their time is over, and whom retention erases within thirty days. */
export const erasuresDue = (tx: Transaction, today: string) =>
  asked(
    tx,
    `SELECT ${COUNTS}, 0 AS late, min(erase_on)::timestamptz AS next FROM retention_notices WHERE erase_on <= $1::date + 30`,
    [today],
  );

/** Sign-ups of the join form that nobody confirmed yet. */
export const signUpsOpen = (tx: Transaction) =>
  asked(tx, `SELECT n AS waiting, 0 AS late, NULL::timestamptz AS next FROM gate.unconfirmed_sign_ups() AS n`, []);

async function asked(tx: Transaction, sql: string, params: unknown[]): Promise<Due> {
  return (await tx.one<Due>(sql, params))!;
}
