import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../../platform/web/keyset.js';
import { TERRITORY } from '../list-statement.js';
import type { NoticesQuery } from './notices.dto.js';

export interface NoticeRow {
  id: string;
  kind: string;
  at: Date;
  /** Who it is about. */
  user: { id: string; name: string };
  territory: { id: string; code: string; name_en: string; name_hi: string } | null;
  facts: { shown: number; assigned: number; limit: number; role: string };
  reviewedAt: Date | null;
  reviewedBy: string | null;
  note: string | null;
  /** The case that came of it. */
  breachId: string | null;
}

/** Notices in the reader's territory; by row policy none about themselves. They name users, and nobody of the register. */
@Injectable()
export class NoticesQueries {
  constructor(private readonly work: UnitOfWork) {}

  list(actor: Actor, query: NoticesQuery): Promise<Page<NoticeRow>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 1);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<NoticeRow>(
        `SELECT n.id, n.kind, n.at, jsonb_build_object('id', n.user_id, 'name', u.full_name) AS user, ${TERRITORY('t')} AS territory,
                n.facts, n.reviewed_at AS "reviewedAt", r.full_name AS "reviewedBy", n.review_note AS note, n.breach_id AS "breachId"
           FROM notices n
           LEFT JOIN user_names u ON u.id = n.user_id
           LEFT JOIN user_names r ON r.id = n.reviewed_by
           LEFT JOIN territories t ON t.path = n.path
          WHERE ($1::text IS NULL OR (n.reviewed_at IS NULL) = ($1 = 'open')) AND ($2::uuid IS NULL OR n.id < $2)
            AND ($4::uuid IS NULL OR n.id = $4)
          ORDER BY n.id DESC LIMIT $3`,
        [query.state ?? null, after?.[0] ?? null, limit + 1, query.one ?? null],
      );
      return pageOf(rows, limit, (row) => [row.id]);
    });
  }

  /** How many nobody has looked at yet. */
  open(actor: Actor): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ n: number }>('SELECT count(*)::int AS n FROM notices WHERE reviewed_at IS NULL');
      return row!.n;
    });
  }
}
