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

const more = ({ was, became }: Change): number => party(was as never) - party(became as never);

/**
 * Two answers again. What the one gives up is free before the other takes anything: a party waits only where the meet-up is
 * really full by now.
 * @param back invitations that stand as before the merge again
 */
export async function reseat(tx: Transaction, two: Two, back: readonly Change[]): Promise<void> {
  for (const change of back.toSorted((a, b) => more(a) - more(b))) {
    const [person, by] = [two[change.side], more(change)];
    if (!by) continue;
    const row = await tx.one<{ done: boolean | null }>(
      `SELECT gate.shift_heads(i.event_id, i.person_id, $3) AS done FROM invitations i WHERE i.person_id = $1 AND i.id = $2`,
      [person, change.id, by],
    );
    if (!row?.done)
      await tx.execute(`UPDATE invitations SET standing = 'waiting' WHERE person_id = $1 AND id = $2`, [
        person,
        change.id,
      ]);
  }
}
