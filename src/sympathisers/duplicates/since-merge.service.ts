import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { ErasureLog } from '../../platform/erasure-log/erasure-log.service.js';
import { ConsentService, type ConsentEntry } from '../consent/consent.service.js';
import { NEWEST_FIRST } from '../consent/purposes.js';
import type { LeftAsIs, PersonMerge } from './person-merge.entity.js';
import type { Two } from './resolutions.js';

/**
 * What was said to us while two records were one was said by both, and what ended meanwhile ended for both: a withdrawal, a stop, a
 * no on the phone, a wish to be erased, a handle that changed hands. So nothing opens again because a merge is undone (T13, T20, T23).
 */
@Injectable()
export class SinceMerge {
  constructor(
    private readonly consents: ConsentService,
    private readonly log: ErasureLog,
  ) {}

  /**
   * Once each has its own again.
   * @returns what holds for both now
   */
  async share(actor: Actor, tx: Transaction, two: Two, merge: PersonMerge): Promise<LeftAsIs[]> {
    const { winner, loser } = two;
    const shared: LeftAsIs[] = [];
    const tell = (table: string, fields: string[] = []) => shared.push({ table, fields, how: 'shared' });
    // Stops first: each notes what the ledger said before it.
    const stops = [await this.stops(tx, winner, loser, merge.at), await this.stops(tx, loser, winner, merge.at)];
    if (stops.some(Boolean)) tell('stops');
    const said = [await this.noes(actor, tx, winner, loser, merge), await this.noes(actor, tx, loser, winner, merge)];
    if (said.some(Boolean)) tell('consents');
    const ended = await tx.one<{ n: number }>('SELECT gate.share_ends($1, $2, $3) AS n', [winner, loser, merge.at]);
    if (ended!.n) tell('contact_points');
    if (await this.erasure(tx, two, merge.at)) tell('people', ['erasure']);
    const closed = await tx.execute(
      `UPDATE people l SET closed_at = w.closed_at, follow_up_on = NULL, follow_up_why = NULL
         FROM people w WHERE w.id = $1 AND l.id = $2 AND w.closed_at >= $3 AND l.closed_at IS NULL`,
      [winner, loser, merge.at],
    );
    if (closed) tell('people', ['closed_at']);
    return shared;
  }

  private async stops(tx: Transaction, from: string, to: string, since: Date): Promise<boolean> {
    const row = await tx.one<{ n: number }>('SELECT gate.share_stops($1, $2, $3) AS n', [from, to, since]);
    if (!row!.n) return false;
    await this.log.note(tx, [this.log.ofPerson('person.stopped', to)]);
    return true;
  }

  /** Said at the time it was said: a yes that the other gave later still counts. What the merge itself said isn't theirs. */
  private async noes(actor: Actor, tx: Transaction, from: string, to: string, merge: PersonMerge): Promise<boolean> {
    const newest = (person: string) =>
      `SELECT DISTINCT ON (purpose, channel) purpose, channel, state, how, id, at FROM consents
        WHERE person_id = ${person} ORDER BY purpose, channel, ${NEWEST_FIRST}`;
    const entries = await tx.query<ConsentEntry>(
      `SELECT f.purpose, f.channel, f.state, 'unmerge' AS how, f.at
         FROM (${newest('$1')}) f LEFT JOIN (${newest('$2')}) t USING (purpose, channel)
        WHERE f.state IN ('withdrawn', 'refused') AND f.how <> 'merge' AND (f.at >= $3 OR f.id > $4)
          AND (t.state IS NULL OR (t.state NOT IN ('withdrawn', 'refused') AND t.at < f.at))
        ORDER BY f.purpose, f.channel`,
      [from, to, merge.at, merge.id],
    );
    if (entries.length) await this.consents.record(actor, to, entries);
    return entries.length > 0;
  }

  /** Told of the one record, the wish was about the person, who is both. */
  private async erasure(tx: Transaction, { winner, loser }: Two, since: Date): Promise<boolean> {
    const wished = await tx.one(`SELECT 1 FROM erasures WHERE id = $1 AND state = 'wished' AND asked_at >= $2`, [
      winner,
      since,
    ]);
    if (!wished) return false;
    await tx.query(`SELECT gate.note_erasure($1, 'wished', 'asked'), gate.close_contact($1, 'wants_erasure')`, [loser]);
    return true;
  }
}
