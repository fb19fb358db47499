import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { SystemActor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { RoleNames } from '../role-names.js';
import { TellOfNotice } from './tell-of-notice.job.js';
import { limitOf, tooMany, type Reading } from './too-many.js';

export const BULK_READING = 'bulk_reading';

interface Reader extends Reading {
  userId: string;
  role: string;
  path: string;
}

/** Looks through a day of the trail for whoever was shown far more people than their work needs. */
@Injectable()
export class BulkReadingService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
    private readonly roles: RoleNames,
  ) {}

  /**
   * Raises a notice for each such user, once within a day however often it looks, and has those told who look after it.
   * @returns the new notices
   */
  async look(actor: SystemActor, now: Date): Promise<string[]> {
    return this.work.run(actor, async (tx) => {
      const floors = { assigned: this.config.bulkReadingFloor, wide: this.config.bulkReadingWide };
      const made: string[] = [];
      for (const { userId, role, reach, path, shown, assigned } of await this.readers(tx, now)) {
        if (!tooMany({ reach, shown, assigned }, floors)) continue;
        const facts = { shown, assigned, limit: limitOf({ reach, assigned }, floors), role };
        const id = await this.raise(tx, { userId, path, facts }, now);
        if (id) made.push(id);
      }
      return made;
    });
  }

  /**
   * Who was shown more than the lowest floor, in one role; each person counts once. The sum of all looks, which needs no
   * sorting, leaves few to count so.
   */
  private readers(tx: Transaction, now: Date): Promise<Reader[]> {
    return tx.query<Reader>(
      `WITH looks AS MATERIALIZED (
         SELECT user_id, role, reach, scope, people FROM audit_entries
          WHERE at > $1::timestamptz - interval '24 hours' AND shown AND actor_kind IN ('user', 'token')
       ), many AS (
         SELECT user_id, role, reach, scope FROM looks GROUP BY 1, 2, 3, 4 HAVING sum(cardinality(people)) > $2
       )
       SELECT m.user_id AS "userId", m.role, coalesce(m.reach, 'assigned') AS reach, m.scope AS path,
              (SELECT count(DISTINCT p)::int FROM looks l, unnest(l.people) p
                WHERE (l.user_id, l.role, l.scope) = (m.user_id, m.role, m.scope) AND l.reach IS NOT DISTINCT FROM m.reach) AS shown,
              (SELECT count(*)::int FROM people p WHERE p.assigned_to = m.user_id) AS assigned
         FROM many m`,
      [now, Math.min(this.config.bulkReadingFloor, this.config.bulkReadingWide)],
    );
  }

  private async raise(
    tx: Transaction,
    { userId, path, facts }: { userId: string; path: string; facts: Record<string, unknown> },
    now: Date,
  ): Promise<string | null> {
    const id = uuidv7();
    const row = await tx.one(
      `INSERT INTO notices (id, path, kind, at, day, user_id, facts)
       SELECT $1, $2, $3, $4, ($4::timestamptz AT TIME ZONE $5)::date, $6, $7::jsonb
        WHERE NOT EXISTS (SELECT FROM notices WHERE kind = $3 AND user_id = $6 AND at > $4::timestamptz - interval '24 hours')
       ON CONFLICT (kind, user_id, day) DO NOTHING RETURNING id`,
      [id, path, BULK_READING, now, this.config.timeZone, userId, JSON.stringify(facts)],
    );
    if (!row) return null;
    tx.audit('notice.raised', {
      subject: 'notice',
      subjectId: id,
      path,
      facts: { kind: BULK_READING, user: userId, ...facts },
    });
    const readers = await tx.query<{ user_id: string }>('SELECT user_id FROM gate.notice_readers($1, $2)', [
      id,
      await this.roles.thatMay(tx, 'notice.read'),
    ]);
    for (const reader of readers)
      await tx.enqueue(
        TellOfNotice,
        { noticeId: id, userId: reader.user_id },
        { key: `audit.notice:${id}:${reader.user_id}` },
      );
    return id;
  }
}
