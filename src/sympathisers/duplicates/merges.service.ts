import { Injectable } from '@nestjs/common';
import { userIdOf, type Actor, type SystemActor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Invalid, NotFound } from '../../platform/errors.js';
import { CARRIED, STAYS, type Choice } from './carried-tables.js';
import type { Change } from './changes.js';
import { exchange, fieldsToTake } from './exchanges.js';
import { PairsService } from './pairs.service.js';
import { PersonMerge } from './person-merge.entity.js';
import { resolve, type Two } from './resolutions.js';
import { saidAgain, type NewestEntry } from './strictest.js';
import { NEWEST_FIRST } from '../consent/purposes.js';

export interface Merged {
  id: string;
  mergeId: string;
}

/** Makes two records of one person one. Only by hand: no phone, mail or likeness ever does it (T23). */
@Injectable()
export class MergesService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly pairs: PairsService,
  ) {}

  /**
   * One record remains, the other is set aside: everything of it goes along, what both have is kept once, and the stricter
   * consent of both counts. Asked twice it is one merge.
   * @param take in what the other record is right: fields, and the one way by which they want to be contacted; blanks are filled from it without asking
   * @throws NotFound where either is out of sight, Conflict where either was merged with somebody else meanwhile or is being erased
   */
  merge(actor: Actor, winner: string, loser: string, take: readonly Choice[] = []): Promise<Merged> {
    if (winner === loser) throw Invalid.field('other', 'duplicates.problem.same_record');
    return this.work.run(actor, async (tx) => {
      const two = { winner, loser };
      // In the order of ids, so that two merges that meet wait for each other.
      const rows = await tx.query<{ id: string; path: string }>(
        'SELECT id, path FROM people WHERE id = ANY ($1) AND erased_at IS NULL ORDER BY id FOR UPDATE',
        [[winner, loser]],
      );
      if (rows.length < 2) return this.mergedBefore(tx, two);
      await refuseWhileErased(tx, [winner, loser]);
      const { path } = rows.find(({ id }) => id === winner)!;
      const id = uuidv7();
      const taken = await exchange(tx, two, id, await fieldsToTake(tx, two, take));
      const changed = await resolve(tx, two, take.includes('only'));
      const ledger: [NewestEntry[], NewestEntry[]] = [await newestOf(tx, winner), await newestOf(tx, loser)];
      const { moved, kept } = await carryAll(tx, two);
      changed.push(...(await sayAgain(tx, winner, ledger)));
      changed.push(...(await this.pairs.carryRefusals(tx, two)));
      await tx.execute('UPDATE identity_claims SET person_id = $1, path = $3 WHERE person_id = $2', [
        winner,
        loser,
        path,
      ]);
      const aside = await tx.one<{ done: boolean }>('SELECT gate.set_aside($1, $2) AS done', [loser, winner]);
      if (!aside?.done) throw new NotFound();
      // What stayed lies nowhere, too.
      for (const table of CARRIED) await tx.query('SELECT gate.carry($1, $2, $2, NULL)', [table, loser]);
      await tx.insert(PersonMerge, { personId: winner, id, path, loserId: loser, byUser: userIdOf(actor), moved, kept, changed, taken }); // prettier-ignore
      tx.audit('sympathiser.merged', {
        subject: 'person',
        subjectId: winner,
        path,
        people: [winner, loser],
        facts: { merge: id, loser, moved: counts(moved), kept: counts(kept), taken: Object.keys(taken) },
      });
      return { id: winner, mergeId: id };
    });
  }

  /** Whom a record that was set aside stands for now, if the actor sees them. */
  successor(actor: Actor, id: string): Promise<string | null> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ id: string }>(
        'SELECT p.id FROM people p WHERE p.id = (SELECT gate.successor($1)) AND p.erased_at IS NULL',
        [id],
      );
      return row?.id ?? null;
    });
  }

  /**
   * Does something to a record, or to the one that it was merged into meanwhile: a page in somebody's hand, or what a phone
   * kept until it had a network, can be older than a merge.
   * @throws NotFound where neither is in the actor's sight; what the act throws
   */
  async forWhoRemained<Result>(actor: Actor, id: string, act: (id: string) => Promise<Result>): Promise<Result> {
    try {
      return await act(id);
    } catch (error) {
      const to = error instanceof NotFound ? await this.successor(actor, id) : null;
      if (!to) throw error;
      return act(to);
    }
  }

  /**
   * What was written for a record while it was being set aside (a letter's link, a phone without a network) follows it, and
   * goes back with it. In the night, over the actor's scope.
   * @returns how many rows
   */
  gather(actor: SystemActor): Promise<number> {
    return this.work.run(actor, async (tx) => {
      let rows = 0;
      for (const table of CARRIED) {
        const late = await tx.query<{ person_id: string; id: string; loser_id: string; ids: string[] }>(
          `SELECT m.person_id, m.id, m.loser_id, array_agg(t.id) AS ids
             FROM person_merges m JOIN ${table} t ON t.person_id = m.loser_id AND t.path <> ''
            WHERE m.undone_at IS NULL AND NOT (${(STAYS[table] ?? 'false').replaceAll('$1', 'm.person_id').replaceAll('$2', 'm.loser_id')})
            GROUP BY m.person_id, m.id, m.loser_id`,
        );
        for (const { person_id, id, loser_id, ids } of late) {
          await tx.query('SELECT gate.carry($1, $2, $3, $4)', [table, loser_id, person_id, ids]);
          await tx.execute(
            `UPDATE person_merges SET moved = jsonb_set(moved, ARRAY[$3], coalesce(moved->$3, '[]') || to_jsonb($4::text[])) WHERE person_id = $1 AND id = $2`,
            [person_id, id, table, ids],
          );
          tx.audit('sympathiser.merged', {
            subject: 'person',
            subjectId: person_id,
            people: [person_id, loser_id],
            facts: { merge: id, loser: loser_id, moved: { [table]: ids.length } },
          });
          rows += ids.length;
        }
      }
      return rows;
    });
  }

  /** One of the two is gone: the same merge, sent twice, or another one. */
  private async mergedBefore(tx: Transaction, { winner, loser }: Two): Promise<Merged> {
    const known = await tx.one<{ id: string }>(
      'SELECT id FROM person_merges WHERE person_id = $1 AND loser_id = $2 AND undone_at IS NULL',
      [winner, loser],
    );
    if (known) return { id: winner, mergeId: known.id };
    const elsewhere = await tx.one(
      'SELECT 1 FROM person_merges WHERE loser_id = ANY ($1) AND undone_at IS NULL LIMIT 1',
      [[winner, loser]],
    );
    throw elsewhere ? new Conflict('duplicates.problem.merged_already') : new NotFound();
  }
}

/** An erasure that is asked for takes a record as it stands: nothing goes over to another, or comes out of it. */
export async function refuseWhileErased(tx: Transaction, ids: readonly string[]): Promise<void> {
  const asked = await tx.one(
    `SELECT 1 FROM unnest($1::uuid[]) AS i (id), gate.erasure_of(i.id) e WHERE e.state = 'asked' LIMIT 1`,
    [ids],
  );
  if (asked) throw new Conflict('duplicates.problem.being_erased');
}

const counts = (ids: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(ids).map(([table, list]) => [table, list.length]));

/** Which rows go along and which stay is found for all tables before the first moves: they refer to each other. */
async function carryAll(tx: Transaction, { winner, loser }: Two) {
  const moved: Record<string, string[]> = {};
  const kept: Record<string, string[]> = {};
  for (const table of CARRIED) {
    const rows = await tx.query<{ id: string; stays: boolean }>(
      `SELECT t.id, ${STAYS[table] ?? 'false'} AS stays FROM ${table} t WHERE t.person_id = $2 AND $1::uuid IS NOT NULL ORDER BY t.id`,
      [winner, loser],
    );
    const [stay, go] = [rows.filter(({ stays }) => stays), rows.filter(({ stays }) => !stays)];
    if (stay.length) kept[table] = stay.map(({ id }) => id);
    if (go.length) moved[table] = go.map(({ id }) => id);
  }
  for (const [table, ids] of Object.entries(moved))
    await tx.query('SELECT gate.carry($1, $2, $3, $4)', [table, loser, winner, ids]);
  return { moved, kept };
}

const newestOf = (tx: Transaction, id: string): Promise<NewestEntry[]> =>
  tx.query<NewestEntry>(
    `SELECT DISTINCT ON (purpose, channel) purpose, channel, state, id::text,
            (extract(epoch FROM at) * 1000000)::float8 AS said FROM consents
      WHERE person_id = $1 ORDER BY purpose, channel, ${NEWEST_FIRST}`,
    [id],
  );

async function sayAgain(
  tx: Transaction,
  winner: string,
  [mine, theirs]: [NewestEntry[], NewestEntry[]],
): Promise<Change[]> {
  const made: Change[] = [];
  for (const { purpose, channel, state, was } of saidAgain(mine, theirs)) {
    const id = uuidv7();
    await sayInLedger(tx, { person_id: winner, id, purpose, channel, state, how: 'merge' });
    made.push({ table: 'consents', side: 'winner', id, was: { purpose, channel, state: was }, became: { state } });
  }
  return made;
}

export const sayInLedger = (
  tx: Transaction,
  entry: { person_id: string; id: string; purpose: string; channel: string; state: string; how: string },
) => tx.query('SELECT gate.record_consents($1)', [JSON.stringify([entry])]);
