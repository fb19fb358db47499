import { Injectable } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { OwnLink } from '../../sympathisers/own-links.js';

/** What comparing gives; see gate.nominee_for. */
export type Standing = 'phone' | 'mail' | 'other' | 'not_given' | 'nobody' | 'gone' | 'unknown' | 'elsewhere';

export interface Compared {
  standing: Standing;
  /** Whom they named, where they did. */
  name: string | null;
  phone: string | null;
  mail: string | null;
  namedAt: Date | null;
}

/** Whom somebody named: for themselves, and for who answers a request made on their behalf. For nobody else. */
@Injectable()
export class NomineeQueries {
  constructor(private readonly work: UnitOfWork) {}

  /** Null: nobody. Where whoever was named wants nothing kept any more, there is a row without a name. */
  own(link: OwnLink): Promise<{ name: string | null; contact: string | null } | null> {
    return this.work.run(link, (tx) => {
      tx.shown('own_data.shown', [link.personId]);
      return tx.one<{ name: string | null; contact: string | null }>(
        `SELECT name, coalesce(phone, mail) AS contact FROM nominations WHERE person_id = $1 ORDER BY named_at DESC, id DESC LIMIT 1`,
        [link.personId],
      );
    });
  }

  /**
   * Whether who asks is whom the person named. The program compares; a human decides. Each look is in the trail.
   * @param requestId of one on somebody's behalf, still to be answered; null for any other, or out of sight
   */
  forRequest(actor: GrantActor, requestId: string): Promise<Compared | null> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<Compared & { personId: string | null }>(
        `SELECT person_id AS "personId", standing, name, phone, mail, named_at AS "namedAt" FROM gate.nominee_for($1)`,
        [requestId],
      );
      if (!row) return null;
      const { personId, ...compared } = row;
      tx.audit('nomination.compared', {
        subject: 'request',
        subjectId: requestId,
        people: personId ? [personId] : [],
        shown: true,
        facts: { standing: compared.standing },
      });
      return compared;
    });
  }
}
