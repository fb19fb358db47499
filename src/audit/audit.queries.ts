import { containing } from '../platform/database/like.js';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import type { Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../platform/web/keyset.js';
import type { AuditQuery } from './audit.dto.js';

export interface AuditRow {
  id: string;
  at: Date;
  /** kind: user, token, system, link or anonymous; name: of the user; job: of the system actor. */
  who: { kind: string; userId: string | null; name: string | null; role: string | null; job: string | null };
  action: string;
  subject: string | null;
  subjectId: string | null;
  /** Ids of the people concerned or shown. Their names are the register's to show. */
  people: string[];
  territory: { id: string; code: string; name_en: string; name_hi: string } | null;
  facts: Record<string, unknown> | null;
  requestId: string | null;
}

/**
 * The trail, newest first. It shows ids of people and no value of theirs, so reading it is itself no look at a person.
 */
@Injectable()
export class AuditQueries {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
  ) {}

  list(actor: Actor, query: AuditQuery): Promise<Page<AuditRow>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 1);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<AuditRow>(
        `SELECT e.id, e.at, e.action, e.subject, e.subject_id AS "subjectId", e.people, e.facts, e.request_id AS "requestId",
                jsonb_build_object('kind', e.actor_kind, 'userId', e.user_id, 'name', n.full_name, 'role', e.role,
                                   'job', e.actor_name) AS who,
                CASE WHEN t.id IS NULL THEN NULL
                     ELSE jsonb_build_object('id', t.id, 'code', t.code, 'name_en', t.name_en, 'name_hi', t.name_hi) END AS territory
           FROM audit_entries e
           LEFT JOIN user_names n ON n.id = e.user_id
           LEFT JOIN territories t ON t.path = e.path
          WHERE ($1::uuid IS NULL OR e.user_id = $1)
            AND ($2::text IS NULL OR e.action = $2 OR (right($2, 1) = '.' AND starts_with(e.action, $2)))
            AND ($3::date IS NULL OR (e.at >= ($3::date)::timestamp AT TIME ZONE $4 AND e.at < ($3::date + 1)::timestamp AT TIME ZONE $4))
            AND ($5::uuid IS NULL OR e.people @> ARRAY[$5::uuid])
            AND ($6::text IS NULL OR n.full_name ILIKE $6)
            AND ($7::uuid IS NULL OR e.id < $7)
          ORDER BY e.id DESC LIMIT $8`,
        [
          query.user ?? null,
          query.action ?? null,
          query.day ?? null,
          this.config.timeZone,
          query.person ?? null,
          containing(query.q),
          after?.[0] ?? null,
          limit + 1,
        ],
      );
      return pageOf(rows, limit, (row) => [row.id]);
    });
  }
}
