import { Injectable } from '@nestjs/common';
import { userIdOf, type Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { StopService } from '../consent/stop.service.js';
import { RowMatcher } from './row-matcher.js';
import { StagedHashes } from './staged-hashes.js';

const SUPPRESS = `
  SELECT count(*)::int AS n FROM (
    SELECT gate.suppress(k.kind, k.value, k.hash, $2, 'refused')
      FROM (SELECT DISTINCT ON (k.kind, k.value) k.kind, k.value, k.hash
              FROM import_rows r JOIN import_keys k ON k.batch_id = r.batch_id AND k.row_no = r.row_no
             WHERE r.batch_id = $1 AND r.own_code = 'refused' AND NOT (k.kind = 'whatsapp' AND k.proof IS NULL)) k
    OFFSET 0) s`;

/** Of these people, those for whom something is still open: a point not stopped, a newest entry that isn't a no, or none. */
const STILL_OPEN = `
  SELECT l.id FROM unnest($1::uuid[]) AS l(id)
   WHERE EXISTS (SELECT FROM contact_points c WHERE c.person_id = l.id AND c.suppressed_at IS NULL)
      OR EXISTS (SELECT FROM person_identities i WHERE i.person_id = l.id AND i.suppressed_at IS NULL)
      OR NOT EXISTS (SELECT FROM consents e WHERE e.person_id = l.id)
      OR EXISTS (SELECT FROM (SELECT DISTINCT ON (e.purpose, e.channel) e.state FROM consents e
                               WHERE e.person_id = l.id ORDER BY e.purpose, e.channel, e.at DESC, e.id DESC) newest
                  WHERE newest.state <> 'withdrawn')`;

const SLICE = 100;

/** What follows from the refusals in a file: hashes for the suppression list; for who is in the register, a withdrawal. */
@Injectable()
export class Refusals {
  constructor(
    private readonly work: UnitOfWork,
    private readonly matcher: RowMatcher,
    private readonly stops: StopService,
    private readonly hashes: StagedHashes,
  ) {}

  /** Safe to run twice: who has stopped already stays as they are. */
  async apply(actor: Actor, batchId: string): Promise<void> {
    const leaving = await this.work.run(actor, async (tx) => stillOpen(tx, await this.matcher.leaving(tx, batchId)));
    for (let at = 0; at < leaving.length; at += SLICE)
      await this.work.run(actor, async () => {
        for (const personId of leaving.slice(at, at + SLICE)) await this.stops.stop(actor, personId, 'import');
      });
    await this.work.run(actor, async (tx) => {
      const stopped = await tx.one<{ n: number }>(SUPPRESS, [batchId, this.hashes.newest]);
      if (stopped?.n)
        tx.audit('suppression.added', {
          subject: 'import',
          subjectId: batchId,
          facts: { why: 'refused', values: stopped.n, by: userIdOf(actor) },
        });
    });
  }
}

async function stillOpen(tx: Transaction, people: string[]): Promise<string[]> {
  if (!people.length) return [];
  return (await tx.query<{ id: string }>(STILL_OPEN, [people])).map(({ id }) => id);
}
