import { Injectable } from '@nestjs/common';
import { userIdOf, type Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { FollowUpReason } from './dispositions.js';

/** Puts people into their members' queues for a reason from elsewhere: a meet-up's answer, an empty chair. */
@Injectable()
export class FollowUpsService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Makes a follow-up due on a day, or leaves the earlier one that is set; not for who said no. Safe to run twice.
   * @param on a day, `2026-11-24`
   * @returns how many people it was set for
   */
  raise(actor: Actor, personIds: string[], why: FollowUpReason, on: string): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const n = await tx.execute(
        `UPDATE people SET follow_up_on = $2::date, follow_up_why = $3
          WHERE id = ANY ($1::uuid[]) AND closed_at IS NULL AND erased_at IS NULL
            AND (follow_up_on IS NULL OR follow_up_on > $2::date)`,
        [personIds, on, why],
      );
      if (n) tx.audit('follow_up.raised', { people: personIds, facts: { why, on, by: userIdOf(actor) } });
      return n;
    });
  }
}
