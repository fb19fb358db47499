import type { Transaction } from '../../platform/database/transaction.js';
import type { Change } from './changes.js';
import type { Two } from './resolutions.js';

interface Answer {
  answer: string | null;
  standing: string | null;
  guests: number;
}

/** Heads that an answer takes at a meet-up. */
export const party = ({ answer, standing, guests }: Answer): number =>
  answer === 'yes' && standing === 'in' ? 1 + Number(guests) : 0;

/**
 * Two answers again. What both have now is free before either takes anything: a party waits only where the meet-up is really full by
 * now, and then as a whole (T7).
 * @param back invitations that stand as before the merge again
 */
export async function reseat(tx: Transaction, two: Two, back: readonly Change[]): Promise<void> {
  const parties = back.map(({ side, id, was, became }) => ({
    person: two[side],
    id,
    had: party(became as never),
    takes: party(was as never),
  }));
  for (const { person, id, had } of parties) if (had) await shift(tx, person, id, -had);
  for (const { person, id, takes } of parties.toSorted((a, b) => a.takes - b.takes))
    if (takes && !(await shift(tx, person, id, takes)))
      await tx.execute(`UPDATE invitations SET standing = 'waiting' WHERE person_id = $1 AND id = $2`, [person, id]);
}

/** @returns whether they fit */
async function shift(tx: Transaction, person: string, id: string, by: number): Promise<boolean> {
  const row = await tx.one<{ done: boolean | null }>(
    `SELECT gate.shift_heads(i.event_id, i.person_id, $3) AS done FROM invitations i WHERE i.person_id = $1 AND i.id = $2`,
    [person, id, by],
  );
  return row?.done === true;
}
