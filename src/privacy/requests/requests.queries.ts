import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { Config } from '../../platform/config/config.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import { dayAt } from '../../platform/formats/day.js';
import { DEFAULT_LIMIT, pageOf, readCursor } from '../../platform/web/keyset.js';
import { isOpen, lettersFor, needsCheck, type RequestKind, type RequestState } from './request-rules.js';

export interface RequestRow {
  id: string;
  kind: RequestKind;
  state: RequestState;
  cameHow: string;
  name: string;
  mail: string | null;
  /** Asked by somebody else: name, mail and phone are theirs. */
  onBehalf: boolean;
  phone: string | null;
  /** On whose behalf, where that is known and in sight. */
  forName: string | null;
  language: 'hi' | 'en';
  details: string;
  personId: string | null;
  /** Calendar days. */
  receivedOn: string;
  dueOn: string;
  extendedAt: Date | null;
  checkedHow: string | null;
  checkedAt: Date | null;
  checkedBy: string | null;
  openedAt: Date;
  openedBy: string | null;
  closedAt: Date | null;
  territory: { name_en: string; name_hi: string };
}

export interface RequestEntry {
  id: string;
  what: string;
  text: string;
  sentHow: string | null;
  sentAt: Date | null;
  at: Date;
  by: string | null;
}

const SELECT = `
  SELECT r.id, r.kind, r.state, r.came_how AS "cameHow", r.name, r.mail, r.on_behalf AS "onBehalf", r.phone, r.language, r.details,
         CASE WHEN r.on_behalf THEN (SELECT p.full_name FROM people p WHERE p.id = coalesce(gate.successor(r.person_id), r.person_id)) END AS "forName",
         coalesce((SELECT p.merged_into FROM people p WHERE p.id = r.person_id), r.person_id) AS "personId",
         to_char(r.received_on, 'YYYY-MM-DD') AS "receivedOn", to_char(r.due_on, 'YYYY-MM-DD') AS "dueOn",
         r.extended_at AS "extendedAt", r.checked_how AS "checkedHow", r.checked_at AS "checkedAt", c.full_name AS "checkedBy",
         r.opened_at AS "openedAt", o.full_name AS "openedBy", r.closed_at AS "closedAt",
         jsonb_build_object('name_en', t.name_en, 'name_hi', t.name_hi) AS territory
    FROM privacy_requests r JOIN territories t ON t.id = r.territory_id
    LEFT JOIN user_names o ON o.id = r.opened_by LEFT JOIN user_names c ON c.id = r.checked_by`;

/** So many days before its end a request is soon due. */
export const SOON_DAYS = 7;

@Injectable()
export class RequestsQueries {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
  ) {}

  /** Open ones, due first; or closed ones, newest first. */
  list(actor: Actor, query: { state?: 'open' | 'closed'; kind?: RequestKind; limit?: number; cursor?: string }) {
    const closed = query.state === 'closed';
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 2);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<RequestRow & { at: string }>(
        closed
          ? `${SELECT.replace('SELECT', 'SELECT r.closed_at::text AS at,')}
              WHERE r.closed_at IS NOT NULL AND ($1::text IS NULL OR r.kind = $1)
                AND ($2::timestamptz IS NULL OR (r.closed_at, r.id) < ($2::timestamptz, $3::uuid))
              ORDER BY r.closed_at DESC, r.id DESC LIMIT $4`
          : `${SELECT.replace('SELECT', 'SELECT r.due_on::text AS at,')}
              WHERE r.closed_at IS NULL AND ($1::text IS NULL OR r.kind = $1)
                AND ($2::date IS NULL OR (r.due_on, r.id) > ($2::date, $3::uuid))
              ORDER BY r.due_on, r.id LIMIT $4`,
        [query.kind ?? null, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
      );
      const page = pageOf(rows, limit, (row) => [row.at, row.id]);
      tx.shown(
        'request.list',
        page.items.flatMap(({ personId }) => personId ?? []),
      );
      return { items: page.items.map((row) => this.withDue(row)), next: page.next, counts: await this.counts(tx) };
    });
  }

  /** @throws NotFound */
  one(actor: Actor, id: string) {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<RequestRow>(`${SELECT} WHERE r.id = $1`, [id]);
      if (!row) throw new NotFound();
      tx.shown('request.shown', row.personId ? [row.personId] : []);
      const entries = await tx.query<RequestEntry>(
        `SELECT e.id, e.what, e.text, e.sent_how AS "sentHow", e.sent_at AS "sentAt", e.at, u.full_name AS by
           FROM privacy_request_entries e LEFT JOIN user_names u ON u.id = e.by_user WHERE e.request_id = $1 ORDER BY e.id`,
        [id],
      );
      return { ...this.withDue(row), entries };
    });
  }

  /** How many are open, soon due and overdue in the actor's sight; for other pages as well. */
  counts(tx: Transaction): Promise<{ open: number; soon: number; overdue: number }> {
    return tx
      .one<{ open: number; soon: number; overdue: number }>(
        `SELECT count(*)::int AS open, count(*) FILTER (WHERE due_on < $1::date)::int AS overdue,
                count(*) FILTER (WHERE due_on >= $1::date AND due_on <= $1::date + ${SOON_DAYS})::int AS soon
           FROM privacy_requests WHERE closed_at IS NULL`,
        [this.today],
      )
      .then((row) => row!);
  }

  get today(): string {
    return dayAt(new Date(), this.config.timeZone);
  }

  private withDue(row: RequestRow) {
    const { today } = this;
    const open = isOpen(row.state);
    const days = Math.round((Date.parse(row.dueOn) - Date.parse(today)) / 86_400_000);
    return {
      ...row,
      open,
      due: !open ? null : days < 0 ? 'overdue' : days <= SOON_DAYS ? 'soon' : 'later',
      daysLeft: days,
      daysOver: -days,
      needsCheck: needsCheck(row),
      letters: lettersFor({ ...row, extended: !!row.extendedAt, checked: !!row.checkedAt }, today),
    };
  }
}
