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
import { keyAnew, standsAsTaken, swap } from './exchanges.js';
import { claimsBack, lookedAfterBy } from './hands-back.js';
import { refuseWhileErased, sayInLedger } from './merges.service.js';
import { PairsService } from './pairs.service.js';
import { PersonMerge, type LeftAsIs } from './person-merge.entity.js';
import type { Two } from './resolutions.js';
import { reseat } from './seats.js';
import { SinceMerge } from './since-merge.service.js';
import { shareWishes } from './wishes-of-two.js';

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
    private readonly since: SinceMerge,
  ) {}

  /**
   * Everything goes back to where it was, except what was changed since: that stays as it is, and is listed. What came to
   * the person after the merge stays with the record that remained; what they said no to meanwhile, and what ended, holds for
   * both. The two are not suggested again.
   * @returns the record that came back
   * @throws NotFound out of sight; Conflict where a later merge into the same record has to be taken apart first, or the person is
   *   being erased
   */
  undo(actor: Actor, winner: string, mergeId: string): Promise<Unmerged> {
    return this.work.run(actor, async (tx) => {
      const person = await tx.one<{ path: string }>('SELECT path FROM people WHERE id = $1 FOR UPDATE', [winner]);
      const merge = person && (await tx.find(PersonMerge, { personId: winner, id: mergeId }));
      if (!merge) throw new NotFound();
      if (merge.undoneAt) return { id: merge.loserId, leftAsIs: merge.leftAsIs };
      await refuseWhileErased(tx, [winner]);
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
      await this.changesBack(tx, two, merge.changed, left);
      await fieldsBack(tx, two, merge, left);
      await claimsBack(tx, two, { winner: person!.path, loser: back.path });
      await lookedAfterBy(tx, two.loser);
      if (merge.moved.assignments?.length) await lookedAfterBy(tx, winner);
      left.push(...(await this.since.share(actor, tx, two, merge)));
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
          left_as_is: left.map(({ table, fields, how }) => `${table}: ${fields.join(', ')}${how ? ` (${how})` : ''}`),
        },
      });
      return { id: two.loser, leftAsIs: left };
    });
  }

  private async changesBack(tx: Transaction, two: Two, changes: readonly Change[], left: LeftAsIs[]): Promise<void> {
    const seats: Change[] = [];
    for (const change of changes.toReversed()) {
      const { table, id, side, was } = change;
      if (table === 'consents') await this.sayBefore(tx, two.winner, change);
      else if (was.preferred === true && (await likesAnother(tx, two[side]))) left.push(asIs(change));
      else if (await setBack(tx, change, two[side])) {
        if (table === 'invitations') seats.push(change);
      } else if (table === 'people' && side === 'winner' && (await shareWishes(tx, two, change)))
        left.push({ table, id, fields: Object.keys(was), how: 'shared' });
      // Where their territory has ended meanwhile they wait in any case.
      else if (!('waiting' in was)) left.push(asIs(change));
    }
    await reseat(tx, two, seats);
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

const asIs = ({ table, id, was }: Change): LeftAsIs => ({ table, id, fields: Object.keys(was) });

async function carryBack(tx: Transaction, { winner, loser }: Two, moved: Record<string, string[]>, left: LeftAsIs[]) {
  for (const [table, ids] of Object.entries(moved)) {
    const row = await tx.one<{ n: number }>('SELECT gate.carry($1, $2, $3, $4) AS n', [table, winner, loser, ids]);
    if (row!.n < ids.length) left.push({ table, fields: [] });
  }
}

/** What was taken over goes back to whom it came from, as it is by now. */
async function fieldsBack(tx: Transaction, two: Two, { id, taken }: PersonMerge, left: LeftAsIs[]): Promise<void> {
  for (const field of FIELD_CODES) {
    const digest = taken[field];
    if (!digest) continue;
    if (!(await standsAsTaken(tx, two.winner, id, field, digest)))
      left.push({ table: 'people', fields: [field], how: 'went' });
    await swap(tx, two, field);
  }
  await keyAnew(tx, two);
}

/** Whether they like another point best by now. */
const likesAnother = async (tx: Transaction, id: string): Promise<boolean> =>
  Boolean(
    await tx.one(
      `SELECT 1 FROM contact_points WHERE person_id = $1 AND preferred
       UNION ALL SELECT 1 FROM person_identities WHERE person_id = $1 AND preferred LIMIT 1`,
      [id],
    ),
  );
