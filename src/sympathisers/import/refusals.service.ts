import { Injectable } from '@nestjs/common';
import { userIdOf, type Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { StopService } from '../consent/stop.service.js';
import { STILL_OPEN, SUPPRESS } from './refusal-sql.js';
import { RowMatcher } from './row-matcher.js';
import { StagedHashes } from './staged-hashes.js';

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
