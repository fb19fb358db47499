import { Injectable } from '@nestjs/common';
import { userIdOf, type Actor, type GrantActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Invalid, NotFound } from '../../platform/errors.js';

export interface RuleChange {
  /** Null: the clock is off. */
  months: number | null;
  noticeDays?: number;
}

interface Rule {
  months: number | null;
  notice_days: number | null;
  floor_months: number;
  floor_notice_days: number | null;
}

/** Setting the clocks, and keeping one person whose clock has run out. */
@Injectable()
export class RetentionService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Sets a clock for the whole organisation. What it says holds from the next night on.
   * @throws NotFound; Invalid `months`, `noticeDays` below their floors; Forbidden for less than the whole organisation
   */
  change(actor: GrantActor, code: string, { months, noticeDays }: RuleChange): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const rule = await tx.one<Rule>(
        'SELECT months, notice_days, floor_months, floor_notice_days FROM retention_rules WHERE code = $1',
        [code],
      );
      if (!rule) throw new NotFound();
      if (months !== null && months < rule.floor_months)
        throw Invalid.field('months', 'retention.problem.floor_months', { n: rule.floor_months });
      const days = rule.notice_days === null ? null : (noticeDays ?? rule.notice_days);
      if (days !== null && days < rule.floor_notice_days!)
        throw Invalid.field('noticeDays', 'retention.problem.floor_days', { n: rule.floor_notice_days! });
      // The row policy holds it to the whole organisation: for anybody else there is nothing to change.
      const done = await tx.execute(
        `UPDATE retention_rules SET months = $2, notice_days = $3, changed_at = now(), changed_by = $4
          WHERE code = $1`,
        [code, months, days, userIdOf(actor)],
      );
      if (!done) throw new Forbidden('retention.whole_organisation');
      tx.audit('retention.changed', {
        subject: 'retention_rule',
        facts: { rule: code, before: { months: rule.months, days: rule.notice_days }, after: { months, days } },
      });
    });
  }

  /**
   * Keeps somebody who had been given notice, because they agreed anew; the reason stands in the trail.
   * @throws NotFound without a notice; Conflict where the ledger knows of no yes since
   */
  keep(actor: Actor, personId: string, reason: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const person = await tx.one<{ path: string }>('SELECT path FROM people WHERE id = $1', [personId]);
      const notice = await tx.one<{ noticed_at: Date }>(
        'SELECT noticed_at FROM retention_notices WHERE person_id = $1',
        [personId],
      );
      if (!person || !notice) throw new NotFound();
      const anew = await tx.one<{ at: Date | null }>(
        `SELECT max(at) AS at FROM consents WHERE person_id = $1 AND state = 'given' AND at >= $2`,
        [personId, notice.noticed_at],
      );
      if (!anew?.at) throw new Conflict('retention.not_anew');
      await tx.execute('DELETE FROM retention_notices WHERE person_id = $1', [personId]);
      await tx.execute(
        'UPDATE people SET last_activity_at = greatest($2, last_activity_at), activity_seen_on = current_date WHERE id = $1',
        [personId, anew.at],
      );
      tx.audit('retention.kept', { subject: 'person', subjectId: personId, path: person.path, people: [personId], after: { reason } }); // prettier-ignore
    });
  }
}
