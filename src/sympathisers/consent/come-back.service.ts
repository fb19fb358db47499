import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ErasureLog } from '../../platform/erasure-log/erasure-log.service.js';
import { KeyedHashes } from '../../platform/security/keyed-hashes.js';
import { openAgain, standsStopped } from './consent.service.js';
import { NEWEST_FIRST } from './purposes.js';
import { asListed, SuppressionService, withName, type Thing } from './suppression.service.js';

/** A paper they signed, kept before (`PapersService`). `at`: the day on it; null: now. */
export interface Signed {
  scanId: string;
  at: Date | null;
  /** What it speaks of; null: of every channel. */
  channel: string | null;
}

/**
 * Whoever asked us to stop comes back by their own word alone, and that word is proven: a form confirmed by their own mail, or
 * a paper that they signed afterwards. (By the link to their own data: `UndoStopService`.) Nobody's say-so opens anything.
 */
@Injectable()
export class ComeBackService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly suppressions: SuppressionService,
    private readonly hashes: KeyedHashes,
    private readonly log: ErasureLog,
  ) {}

  /**
   * A sign-up that they confirmed by their own mail. What they stopped stays on the list; what of it is theirs to open by a
   * form is opened by itself.
   * @param actor a job of the system
   */
  byForm(actor: Actor, personId: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      if (await this.standNoLonger(tx, personId, null, null)) await this.leaveTheRest(tx, personId);
    });
  }

  /**
   * The paper is newer than their stop: it stands no longer, and what they had stopped of that channel is open again, for
   * everybody who has it, as it was stopped; only for them, where the stop of somebody else stands behind it. A paper from
   * before they said it last opens nothing.
   * @returns how many phones, mails and handles were opened
   */
  byPaper(actor: Actor, personId: string, { scanId, at, channel }: Signed): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const back = await this.standNoLonger(tx, personId, scanId, at);
      if (await standsStopped(tx, personId)) return 0;
      const { nameKey } = (await tx.one<{ nameKey: string }>('SELECT name_key AS "nameKey" FROM people WHERE id = $1', [
        personId,
      ]))!;
      const points = await tx.query<Thing>(
        `SELECT kind, value FROM contact_points
          WHERE person_id = $1 AND suppressed_at < coalesce($2, now()) AND dead_at IS NULL AND ($3::text IS NULL OR kind = $3)
         UNION
         SELECT platform, handle FROM person_identities
          WHERE person_id = $1 AND suppressed_at < coalesce($2, now()) AND to_at IS NULL AND ($3::text IS NULL OR platform = $3)`,
        [personId, at, channel],
      );
      for (const point of points) await this.open(tx, personId, scanId, { ...point, nameKey });
      if (back) await this.leaveTheRest(tx, personId);
      if (points.length)
        tx.audit('suppression.lifted', {
          subject: 'person',
          subjectId: personId,
          people: [personId],
          facts: { why: 'signed_paper', paper: scanId, kinds: points.map(({ kind }) => kind) },
        });
      return points.length;
    });
  }

  /** @returns whether there was a stop, and none stands any more */
  private async standNoLonger(tx: Transaction, personId: string, scanId: string | null, at: Date | null) {
    const row = await tx.one<{ stops: number }>('SELECT gate.come_back($1, $2, $3) AS stops', [personId, scanId, at]);
    if (!row!.stops || (await standsStopped(tx, personId))) return false;
    await openAgain(tx, personId, null);
    // A backup from before the stop has a yes for everything: what they didn't say again stays withdrawn.
    const still = await tx.query<{ purpose: string; channel: string }>(
      `SELECT purpose, channel FROM (
         SELECT DISTINCT ON (purpose, channel) purpose, channel, state FROM consents
          WHERE person_id = $1 ORDER BY purpose, channel, ${NEWEST_FIRST}) newest WHERE state = 'withdrawn'`,
      [personId],
    );
    await this.log.note(tx, [
      this.log.ofPerson('person.resumed', personId),
      ...still.map(({ purpose, channel }) => this.log.ofPerson(`person.withdrew:${purpose}:${channel}`, personId)),
    ]);
    return true;
  }

  /** What they stopped and didn't open stays so, although no stop stands behind it: it is theirs alone to open. */
  private async leaveTheRest(tx: Transaction, personId: string): Promise<void> {
    const points = await tx.query<Thing>(
      `SELECT kind, value FROM contact_points WHERE person_id = $1 AND suppressed_at IS NOT NULL
       UNION SELECT platform, handle FROM person_identities WHERE person_id = $1 AND suppressed_at IS NOT NULL`,
      [personId],
    );
    for (const { kind, value } of points.map(asListed))
      await tx.query('SELECT gate.left_stopped($1, $2)', [kind, this.hashes.all(kind, value)]);
    if (points.length) tx.onCommit(() => this.log.soon());
  }

  private async open(tx: Transaction, personId: string, scanId: string, given: Thing): Promise<void> {
    const thing = asListed(given);
    const named = withName(thing);
    const row = await tx.one<{ off: boolean }>('SELECT gate.open_by_paper($1, $2, $3, $4, $5, $6) AS off', [
      personId,
      scanId,
      thing.kind,
      thing.value,
      this.hashes.all(thing.kind, thing.value),
      named ? this.hashes.all(named.kind, named.value) : [],
    ]);
    if (row!.off) await this.suppressions.noteLifted(tx, thing);
    if (named) await this.suppressions.noteLifted(tx, named);
  }
}
