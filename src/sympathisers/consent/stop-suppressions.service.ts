import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { KeyedHashes } from '../../platform/security/keyed-hashes.js';
import { asListed, SuppressionService } from './suppression.service.js';

/** One stop of somebody. */
export interface StopOf {
  personId: string;
  stopId: string;
}

/** The suppression list, as far as a stop stands behind its entries: they can go again with it. */
@Injectable()
export class StopSuppressions {
  constructor(
    private readonly work: UnitOfWork,
    private readonly hashes: KeyedHashes,
    private readonly suppressions: SuppressionService,
  ) {}

  /** @param behind the stop; null where one that stands already was said once more, in the same way */
  stop(actor: Actor, behind: StopOf | null, kind: string, value: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const [listed] = await this.suppressions.stopped(actor, [{ kind, value }]);
      await this.suppressions.stop(actor, kind, value, 'asked_to_stop');
      // What was on the list before has another reason.
      if (listed || !behind) return;
      const thing = asListed({ kind, value });
      const { hash } = this.hashes.newest(thing.kind, thing.value);
      await tx.query('SELECT gate.suppressed_by_stop($1, $2, $3, $4)', [
        behind.personId,
        behind.stopId,
        thing.kind,
        hash,
      ]);
    });
  }

  /**
   * Takes a value off the list for the sake of a stop that is taken back, and opens it for everybody who has it.
   * @returns false where something else stands behind it, too: then it stays
   */
  takeOff(actor: Actor, { personId, stopId }: StopOf, kind: string, value: string): Promise<boolean> {
    return this.work.run(actor, async (tx) => {
      const thing = asListed({ kind, value });
      const row = await tx.one<{ done: boolean }>('SELECT gate.unsuppress($1, $2, $3, $4, $5) AS done', [
        personId,
        stopId,
        thing.kind,
        thing.value,
        this.hashes.all(thing.kind, thing.value),
      ]);
      if (row!.done) {
        await this.suppressions.noteLifted(tx, thing);
        tx.audit('suppression.taken_off', { people: [personId], facts: { kind: thing.kind, stop: stopId } });
      }
      return row!.done;
    });
  }
}
