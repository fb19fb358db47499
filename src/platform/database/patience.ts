import { setTimeout as wait } from 'node:timers/promises';
import { sqlStateOf } from './sql-state.js';

/** Connection lost or refused (class 08), server going down, killed or coming up (57P01 to 57P03). */
const GONE = /^(08...|57P0[123])$/;
const LOST =
  /ECONNREFUSED|ECONNRESET|EPIPE|ENOTCONN|Connection terminated|Client has encountered a connection error|not queryable|already released|lost connection to parallel worker/i;

/** Whether a statement failed because the server, or the way to it, is not there. */
export function isServerGone(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state && GONE.test(state)) return true;
  for (let cause = error as (Error & { code?: string }) | undefined; cause; cause = cause.cause as typeof cause)
    if (LOST.test(`${cause.code ?? ''} ${cause.message}`)) return true;
  return false;
}

/**
 * For work that is safe to run twice: begins it anew while the database is away, for as long as a server needs to come up.
 * @throws what the work throws, once that is something else or the time is over
 */
export async function withPatience<T>(work: () => Promise<T>, { forMs = 120_000, everyMs = 500 } = {}): Promise<T> {
  let since = 0;
  for (;;) {
    const startedAt = Date.now();
    try {
      return await work();
    } catch (error) {
      if (!isServerGone(error)) throw error;
      // What went on for a while was no part of one long absence.
      if (!since || Date.now() - startedAt > forMs) since = Date.now();
      if (Date.now() - since > forMs) throw error;
      await wait(everyMs);
    }
  }
}
