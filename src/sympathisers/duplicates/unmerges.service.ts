import { Injectable } from '@nestjs/common';
import { userIdOf, type Actor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, NotFound } from '../../platform/errors.js';
import { standsStopped } from '../consent/consent.service.js';
import { NEWEST_FIRST } from '../consent/purposes.js';
import { CARRIED, FIELD_CODES } from './carried-tables.js';
import { setBack, type Change } from './changes.js';
import { digestOf, swap } from './exchanges.js';
import { sayInLedger } from './merges.service.js';
import { PairsService } from './pairs.service.js';
import { PersonMerge, type LeftAsIs } from './person-merge.entity.js';
import type { Two } from './resolutions.js';

export interface Unmerged {
  id: string;
  leftAsIs: LeftAsIs[];
}

/** Takes a merge apart again, at any time as long as its record is there. */
@Injectable()
export class UnmergesService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly pairs: PairsService,
  ) {}

  /**
   * Everything goes back to where it was, except what was changed since: that stays as it is, and is listed. What came to
   * the person after the merge stays with the record that remained. The two are not suggested again.
   * @returns the record that came back
   * @throws NotFound out of sight; Conflict where a later merge into the same record has to be taken apart first
   */
  undo(actor: Actor, winner: string, mergeId: string): Promise<Unmerged> {
    return this.work.run(actor, async (tx) => {
      const person = await tx.one<{ path: string }>('SELECT path FROM people WHERE id = $1 FOR UPDATE', [winner]);
      const merge = person && (await tx.find(PersonMerge, { personId: winner, id: mergeId }));
      if (!merge) throw new NotFound();
      if (merge.undoneAt) return { id: merge.loserId, leftAsIs: merge.leftAsIs };
      const later = await tx.one(
        'SELECT 1 FROM person_merges WHERE person_id = $1 AND id > $2 AND undone_at IS NULL LIMIT 1',
        [winner, mergeId],
      );
      if (later) throw new Conflict('duplicates.problem.undo_later_first');
      const two = { winner, loser: merge.loserId };
      const back = await tx.one<{ path: string | null }>('SELECT gate.bring_back($1, $2) AS path', [two.loser, winner]);
      if (!back?.path) throw new Conflict('duplicates.problem.cannot_undo');
      const left: LeftAsIs[] = [];
      for (const table of CARRIED) await tx.query('SELECT gate.carry($1, $2, $2, NULL)', [table, two.loser]);
      await carryBack(tx, two, merge.moved, left);
      for (const change of merge.changed.toReversed()) await this.setBack(tx, two, change, left);
      for (const field of FIELD_CODES) {
        const digest = merge.taken[field];
        if (!digest) continue;
        if ((await digestOf(tx, winner, mergeId, field)) !== digest) left.push({ table: 'people', fields: [field] });
        await swap(tx, two, field);
      }
      await claimsBack(tx, two, back.path);
      await lookedAfterBy(tx, two.loser);
      // Whoever stopped while the two were one stopped as both.
      await tx.query('SELECT gate.share_stops($1, $2, $3), gate.share_stops($2, $1, $3)', [
        winner,
        two.loser,
        merge.at,
      ]);
      await this.pairs.notTheSame(tx, winner, two.loser);
      merge.undoneAt = new Date();
      merge.undoneBy = userIdOf(actor);
      merge.leftAsIs = left;
      await tx.save(merge);
      tx.audit('sympathiser.unmerged', {
        subject: 'person',
        subjectId: winner,
        path: person!.path,
        people: [winner, two.loser],
        facts: {
          merge: mergeId,
          loser: two.loser,
          left_as_is: left.map(({ table, fields }) => `${table}: ${fields.join(', ')}`),
        },
      });
      return { id: two.loser, leftAsIs: left };
    });
  }

  private async setBack(tx: Transaction, two: Two, change: Change, left: LeftAsIs[]): Promise<void> {
    const { table, id, side, was } = change;
    if (table === 'consents') return this.sayBefore(tx, two.winner, change);
    if (await setBack(tx, change, two[side])) {
      if (table === 'invitations') await reseat(tx, change, two);
      return;
    }
    left.push({ table, id, fields: Object.keys(was) });
  }

  /** The ledger only grows: what the merge said is followed by what stood before, unless they said something since. */
  private async sayBefore(tx: Transaction, winner: string, { id, was, became }: Change): Promise<void> {
    const { purpose, channel, state } = was as { purpose: string; channel: string; state: string };
    const newest = await tx.one<{ id: string }>(
      `SELECT id FROM consents WHERE person_id = $1 AND purpose = $2 AND channel = $3 ORDER BY ${NEWEST_FIRST} LIMIT 1`,
      [winner, purpose, channel],
    );
    if (newest?.id !== id || state === became.state) return;
    if (state === 'given' && (await standsStopped(tx, winner))) return;
    await sayInLedger(tx, { person_id: winner, id: uuidv7(), purpose, channel, state, how: 'unmerge' });
  }
}

async function carryBack(tx: Transaction, { winner, loser }: Two, moved: Record<string, string[]>, left: LeftAsIs[]) {
  for (const [table, ids] of Object.entries(moved)) {
    const row = await tx.one<{ n: number }>('SELECT gate.carry($1, $2, $3, $4) AS n', [table, winner, loser, ids]);
    if (row!.n < ids.length) left.push({ table, fields: [] });
  }
}

/** Two answers again: their seats are taken again, or wait where the meet-up is full by now. */
async function reseat(tx: Transaction, { side, id, was, became }: Change, two: Two): Promise<void> {
  const party = (row: Record<string, unknown>) =>
    row.answer === 'yes' && row.standing === 'in' ? 1 + Number(row.guests) : 0;
  const by = party(was) - party(became);
  if (!by) return;
  const person = two[side];
  const row = await tx.one<{ event_id: string; done: boolean | null }>(
    `SELECT i.event_id, gate.shift_heads(i.event_id, i.person_id, $3) AS done FROM invitations i WHERE i.person_id = $1 AND i.id = $2`,
    [person, id, by],
  );
  if (!row?.done)
    await tx.execute(`UPDATE invitations SET standing = 'waiting' WHERE person_id = $1 AND id = $2`, [person, id]);
}

/** Each handle is claimed for the record it is used in; where both use it, it stays. */
const claimsBack = (tx: Transaction, { winner, loser }: Two, path: string): Promise<number> =>
  tx.execute(
    `UPDATE identity_claims c SET person_id = $2, path = $3
       FROM person_identities i
      WHERE c.person_id = $1 AND i.person_id = $2 AND i.platform = c.platform AND i.handle = c.handle AND i.to_at IS NULL
        AND NOT EXISTS (SELECT FROM person_identities w WHERE w.person_id = $1 AND w.platform = c.platform AND w.handle = c.handle AND w.to_at IS NULL)`,
    [winner, loser, path],
  );

/** Whoever came back is in the hands that their open assignment says, or in nobody's. */
const lookedAfterBy = (tx: Transaction, id: string): Promise<number> =>
  tx.execute(
    `UPDATE people p SET team_id = a.team_id, assigned_to = a.user_id,
            assigned_at = CASE WHEN a.user_id IS NULL THEN NULL ELSE coalesce(p.assigned_at, a.at) END
       FROM people q LEFT JOIN assignments a ON a.person_id = q.id AND a.closed_at IS NULL
      WHERE p.id = $1 AND q.id = $1 AND (p.assigned_to IS DISTINCT FROM a.user_id OR p.team_id IS DISTINCT FROM a.team_id)`,
    [id],
  );
