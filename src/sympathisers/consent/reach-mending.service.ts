import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';

/** People looked at in one unit of work. */
const SLICE = 5_000;
/** An entry of the trail names so many; the others it counts. */
const MOST_NAMED = 1_000;

/**
 * What is kept on people about reaching them follows from points and ledger, and whoever writes those keeps it. Should one
 * ever have forgotten to, this finds it the next night: everybody is worked out anew, who differs is mended, and that it was
 * needed stands in the trail.
 */
@Injectable()
export class ReachMending {
  constructor(private readonly work: UnitOfWork) {}

  /** Over everybody, slice by slice; safe to run twice. @returns how many differed */
  async mend(actor: SystemActor, size = SLICE): Promise<number> {
    const wrong: string[] = [];
    let behind: string | null = null;
    do {
      const slice: { last: string | null; mended: string[] } | null = await this.work.run(actor, (tx) =>
        tx.one('SELECT last, mended FROM gate.mend_reach($1, $2)', [behind, size]),
      );
      behind = slice!.last;
      wrong.push(...slice!.mended);
    } while (behind);
    if (wrong.length)
      await this.work.run(actor, async (tx) => {
        tx.audit('consent.reach_mended', { people: wrong.slice(0, MOST_NAMED), facts: { mended: wrong.length } });
      });
    return wrong.length;
  }
}
