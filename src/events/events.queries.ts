import { containing } from '../platform/database/like.js';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction.js';
import { NotFound } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../platform/web/keyset.js';
import { lastOnPage } from './last-on-page.js';
import type { EventListQuery, InvitationListQuery } from './events.dto.js';
import { eventWords } from './event-words.js';

interface EventRow {
  id: string;
  title_en: string | null;
  title_hi: string | null;
  words_en: string | null;
  words_hi: string | null;
  place: string;
  starts_at: Date;
  ends_at: Date;
  zone: string;
  state: string;
  capacity: number | null;
  heads: number;
  sequence: number;
  closed_at: Date | null;
  created_at: Date;
  organiser: string | null;
  territory_id: string;
  code: string;
  name_en: string;
  name_hi: string;
  asked: number;
  came: number;
}

/** The figures of a meet-up: people, except where heads are said. */
export interface Figures {
  asked: number;
  answered: number;
  yes: number;
  maybe: number;
  no: number;
  /** Parties that did not fit. */
  waiting: number;
  came: number;
  callMe: number;
  notMe: number;
  mails: { pending: number; failed: number; refused: number; unsure: number };
}

const COLUMNS = `e.id, e.title_en, e.title_hi, e.words_en, e.words_hi, e.place, e.starts_at, e.ends_at, e.zone, e.state, e.capacity,
  e.heads, e.sequence, e.closed_at, e.created_at, u.full_name AS organiser, t.id AS territory_id, t.code, t.name_en, t.name_hi,
  (SELECT count(*)::int FROM invitations i WHERE i.event_id = e.id AND i.state IN ('pending', 'sent', 'answered')) AS asked,
  (SELECT count(*)::int FROM attendances a WHERE a.event_id = e.id AND a.undone_at IS NULL) AS came`;
const FROM = `FROM events e JOIN territories t ON t.id = e.territory_id LEFT JOIN user_names u ON u.id = e.created_by`;

/** Reads of meet-ups and of who was asked. */
@Injectable()
export class EventsQueries {
  /** Those to come, the next one first; or those that are over, the last one first. */
  async list(
    tx: Transaction,
    query: EventListQuery,
    locale: Locale,
    now: Date,
  ): Promise<Page<ReturnType<typeof asJson>>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const cursor = readCursor(query.cursor, 2);
    const past = query.when === 'past';
    const rows = await tx.query<EventRow>(
      `SELECT ${COLUMNS} ${FROM}
        WHERE ${past ? 'e.ends_at <= $1' : 'e.ends_at > $1'}
          AND ($2::timestamptz IS NULL OR (e.starts_at, e.id) ${past ? '<' : '>'} ($2, $3::uuid))
          AND ($4::text IS NULL OR concat_ws(' ', e.title_en, e.title_hi, e.place, t.name_en, t.name_hi) ILIKE $4)
        ORDER BY e.starts_at ${past ? 'DESC' : ''}, e.id ${past ? 'DESC' : ''} LIMIT $5`,
      [now, cursor?.[0] ?? null, cursor?.[1] ?? null, containing(query.q), limit + 1],
    );
    const page = pageOf(rows, limit, (row) => [row.starts_at.toISOString(), row.id]);
    return { items: page.items.map((row) => asJson(row, locale)), next: page.next };
  }

  /** @throws NotFound */
  async one(tx: Transaction, id: string, locale: Locale) {
    const row = await tx.one<EventRow>(`SELECT ${COLUMNS} ${FROM} WHERE e.id = $1`, [id]);
    if (!row) throw new NotFound();
    return asJson(row, locale);
  }

  async figures(tx: Transaction, eventId: string): Promise<Figures> {
    const answers = await tx.one<Omit<Figures, 'came' | 'mails'>>(
      `SELECT count(*) FILTER (WHERE state IN ('pending', 'sent', 'answered'))::int AS asked,
              count(*) FILTER (WHERE answer IS NOT NULL)::int AS answered,
              count(*) FILTER (WHERE answer = 'yes' AND standing = 'in')::int AS yes,
              count(*) FILTER (WHERE answer = 'maybe')::int AS maybe,
              count(*) FILTER (WHERE answer = 'no')::int AS no,
              count(*) FILTER (WHERE standing = 'waiting')::int AS waiting,
              count(*) FILTER (WHERE call_me_at IS NOT NULL)::int AS "callMe",
              count(*) FILTER (WHERE not_me_at IS NOT NULL)::int AS "notMe"
         FROM invitations WHERE event_id = $1`,
      [eventId],
    );
    const came = await tx.one<{ came: number }>(
      'SELECT count(*)::int AS came FROM attendances WHERE event_id = $1 AND undone_at IS NULL',
      [eventId],
    );
    const mails = await tx.one<Figures['mails']>(
      `SELECT count(*) FILTER (WHERE state IN ('pending', 'sending'))::int AS pending,
              count(*) FILTER (WHERE state = 'failed')::int AS failed,
              count(*) FILTER (WHERE state = 'refused')::int AS refused,
              count(*) FILTER (WHERE state = 'unsure')::int AS unsure
         FROM mails WHERE event_id = $1`,
      [eventId],
    );
    return { ...answers!, came: came!.came, mails: mails! };
  }

  /** Who was asked, by name, with what they said; never how to reach them. */
  async invitations(tx: Transaction, eventId: string, query: InvitationListQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const cursor = readCursor(query.cursor, 1);
    const last = cursor && (await lastOnPage(tx, cursor[0]));
    const rows = await tx.query<{ name: string; personId: string }>(
      `SELECT g.invitation_id AS id, g.person_id AS "personId", g.full_name AS name, t.name_en, t.name_hi, g.state, g.language, g.answer,
              g.guests, g.standing, g.asked_at AS "askedAt", g.sent_at AS "sentAt", g.answered_at AS "answeredAt",
              g.not_me_at IS NOT NULL AS "notMe", g.call_me_at IS NOT NULL AS "callMe", g.why, g.mail
         FROM guests g
         JOIN territories t ON t.id = g.territory_id
        WHERE g.event_id = $1 AND g.invitation_id IS NOT NULL
          AND ($2::text IS NULL OR (g.full_name COLLATE "C", g.person_id) > ($2, $3::uuid))
          AND ($4::text IS NULL OR g.full_name ILIKE $4)
          AND CASE $5::text
                WHEN 'none' THEN g.answer IS NULL AND g.not_me_at IS NULL AND g.state IN ('pending', 'sent')
                WHEN 'waiting' THEN g.standing = 'waiting'
                WHEN 'yes' THEN g.answer = 'yes' AND g.standing = 'in'
                WHEN 'call_me' THEN g.call_me_at IS NOT NULL
                WHEN 'not_me' THEN g.not_me_at IS NOT NULL
                ELSE $5 IS NULL OR g.answer = $5 END
        ORDER BY g.full_name COLLATE "C", g.person_id LIMIT $6`,
      [eventId, last?.name ?? null, last?.id ?? null, containing(query.q), query.answer ?? null, limit + 1],
    );
    return pageOf(rows, limit, (row) => [row.personId]);
  }
}

function asJson(row: EventRow, locale: Locale) {
  return {
    id: row.id,
    ...eventWords(row, locale),
    title_en: row.title_en,
    title_hi: row.title_hi,
    words_en: row.words_en,
    words_hi: row.words_hi,
    territory: {
      id: row.territory_id,
      code: row.code,
      name: locale === 'hi' ? row.name_hi : row.name_en,
      name_en: row.name_en,
      name_hi: row.name_hi,
    },
    place: row.place,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    zone: row.zone,
    state: row.state,
    capacity: row.capacity,
    heads: row.heads,
    placesLeft: row.capacity === null ? null : row.capacity - row.heads,
    sequence: row.sequence,
    organiser: row.organiser,
    closedAt: row.closed_at?.toISOString() ?? null,
    asked: row.asked,
    came: row.came,
  };
}
