import { Injectable } from '@nestjs/common';
import { DateTime } from 'luxon';
import { Config } from '../platform/config/config.js';
import type { GrantActor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { pageOf, readCursor } from '../platform/web/keyset.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Words } from '../platform/i18n/words.js';
import { mayContactOn } from '../sympathisers/consent/may-we.js';
import { asTheyLike, pointsOf } from '../sympathisers/person-cards.js';
import { isUnsure } from '../sympathisers/reach-links.js';
import { reasonOf, REST_DAYS, type Reason } from './queue-reason.js';
import { waysOf, type Way } from './ways.js';

export interface QueuePerson {
  id: string;
  name: string;
  territory: string;
  language: string | null;
  why: Reason;
  lastAttemptAt: Date | null;
  lastDisposition: string | null;
  /** The newest note anybody wrote after a try. */
  lastNote: string | null;
  /** Their newest answer to a meet-up that is still to come. */
  answer: { answer: string; title: string; startsAt: Date } | null;
  /** When they like to be called. */
  times: string[];
  ways: Way[];
}

export interface Queue {
  items: QueuePerson[];
  next: string | null;
  /** Follow-ups due today or before; and all of today's people, counted up to `most`. And whom they look after at all. */
  counts: { due: number; all: number; most: number; mine: number };
  /** Who signed up with a phone alone and may be asked once, as far as they are counted. */
  toConfirm: number;
}

const MOST_COUNTED = 200;

/**
 * Today's people of user $1: follow-ups by their day, then who was never contacted, then whose contact is longest ago.
 * The order is that of the index people_next, so the next person costs one short scan; who cannot be contacted by any
 * channel is passed over.
 * $2 today, $3 the instant before which somebody has rested enough.
 */
export const IN_QUEUE = `
  FROM people p
 WHERE p.assigned_to = $1 AND p.closed_at IS NULL AND p.erased_at IS NULL
   AND (p.follow_up_on <= $2::date
        OR (p.follow_up_on IS NULL AND (p.last_attempt_at IS NULL OR p.last_attempt_at <= $3::timestamptz)))
   AND ${mayContactOn('p', '$2')}`;

export const QUEUE_ORDER = 'ORDER BY p.follow_up_on, p.last_attempt_at NULLS FIRST, p.id';

/** What lies after the row with this key ($4 day, $5 last attempt, $6 id) in that order, where nulls are. */
const AFTER = `
   AND ($6::uuid IS NULL
        OR (coalesce(p.follow_up_on, 'infinity'), coalesce(p.last_attempt_at, '-infinity'), p.id)
           > (coalesce($4::date, 'infinity'), coalesce($5::timestamptz, '-infinity'), $6::uuid))`;

interface Row {
  id: string;
  name: string;
  territory: string;
  language: string | null;
  follow_up_on: string | null;
  follow_up_why: string | null;
  last_attempt_at: Date | null;
  /** With its microseconds, for the cursor. */
  last_attempt_text: string | null;
  last_disposition: string | null;
  contact_only: string | null;
  contact_order: string[];
  contact_times: string[];
}

const COLUMNS = `p.id, p.full_name AS name,
  (SELECT CASE $7 WHEN 'hi' THEN t.name_hi ELSE t.name_en END FROM territories t WHERE t.id = p.territory_id) AS territory,
  p.language, p.follow_up_on::text, p.follow_up_why, p.last_attempt_at, p.last_attempt_at::text AS last_attempt_text, p.last_disposition,
  p.contact_only, p.contact_order, p.contact_times`;

/** Whom to contact next, and why. */
@Injectable()
export class QueueQueries {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
    private readonly words: Words,
  ) {}

  /**
   * @param options `person`: that one first, if they are in the queue; `by`: who writes, for the text made ready
   */
  queue(
    actor: GrantActor,
    locale: Locale,
    options: { limit: number; cursor?: string; person?: string; by: string },
  ): Promise<Queue> {
    return this.work.run(actor, async (tx) => {
      const now = DateTime.now();
      const today = now.setZone(this.config.timeZone).toISODate()!;
      const rested = now.minus({ days: REST_DAYS }).toJSDate();
      const base = [actor.userId, today, rested];
      const after = readCursor(options.cursor, 3) ?? [null, null, null];
      const rows = await tx.query<Row>(`SELECT ${COLUMNS} ${IN_QUEUE} ${AFTER} ${QUEUE_ORDER} LIMIT $8`, [
        ...base,
        ...after,
        locale,
        options.limit + 1,
      ]);
      const page = pageOf(rows, options.limit, (row) => [row.follow_up_on, row.last_attempt_text, row.id]);
      let items = page.items;
      if (options.person && items[0]?.id !== options.person) {
        const chosen =
          items.find(({ id }) => id === options.person) ?? (await this.one(tx, base, locale, options.person));
        if (chosen) items = [chosen, ...items.filter(({ id }) => id !== chosen.id)].slice(0, options.limit);
      }
      const counts = (await tx.one<{ due: number; all: number }>(
        `SELECT count(*)::int AS all, count(q.follow_up_on)::int AS due
           FROM (SELECT p.follow_up_on ${IN_QUEUE} ${QUEUE_ORDER} LIMIT ${MOST_COUNTED}) q`,
        base,
      ))!;
      const { mine } = (await tx.one<{ mine: number }>(
        'SELECT count(*)::int AS mine FROM people WHERE assigned_to = $1 AND closed_at IS NULL',
        [actor.userId],
      ))!;
      const { waiting } = (await tx.one<{ waiting: number }>(
        'SELECT count(*)::int AS waiting FROM gate.join_tasks($1)',
        [MOST_COUNTED],
      ))!;
      const people = await this.dress(tx, items, locale, today, now.toJSDate(), options.by);
      tx.shown(
        'queue.shown',
        people.map(({ id }) => id),
      );
      return { items: people, next: page.next, counts: { ...counts, most: MOST_COUNTED, mine }, toConfirm: waiting };
    });
  }

  private one(tx: Transaction, base: unknown[], locale: Locale, person: string): Promise<Row | null> {
    return tx.one<Row>(
      `SELECT ${COLUMNS} ${IN_QUEUE} AND p.id = $8 AND ($4::date, $5::timestamptz, $6::uuid) IS NULL`,
      [...base, null, null, null, locale, person],
    );
  }

  /** Puts to each of a page's people how to reach them, what was noted, and what they answered. */
  private async dress(tx: Transaction, rows: Row[], locale: Locale, today: string, now: Date, by: string) {
    const ids = rows.map(({ id }) => id);
    const points = await pointsOf(tx, ids);
    const open = await tx.query<{ person_id: string; channel: string }>(
      `SELECT p.id AS person_id, c.code AS channel FROM people p JOIN channels c ON (p.may_contact >> c.bit) & 1 = 1
        WHERE p.id = ANY ($1::uuid[])`,
      [ids],
    );
    const notes = await tx.query<{ person_id: string; note: string }>(
      `SELECT DISTINCT ON (a.person_id) a.person_id, a.note FROM attempts a
        WHERE a.person_id = ANY ($1::uuid[]) AND a.note IS NOT NULL ORDER BY a.person_id, a.server_at DESC`,
      [ids],
    );
    const answers = await tx.query<{ person_id: string; answer: string; title: string; starts_at: Date }>(
      `SELECT DISTINCT ON (i.person_id) i.person_id, i.answer, e.starts_at,
              CASE $2 WHEN 'hi' THEN coalesce(e.title_hi, e.title_en) ELSE coalesce(e.title_en, e.title_hi) END AS title
         FROM invitations i JOIN events e ON e.id = i.event_id
        WHERE i.person_id = ANY ($1::uuid[]) AND i.answer IS NOT NULL AND e.cancelled_at IS NULL AND e.ends_at > $3
        ORDER BY i.person_id, i.answered_at DESC`,
      [ids, locale, now],
    );
    return rows.map((row): QueuePerson => {
      const answer = answers.find(({ person_id }) => person_id === row.id);
      return {
        id: row.id,
        name: row.name,
        territory: row.territory,
        language: row.language,
        why: reasonOf(
          { followUpOn: row.follow_up_on, followUpWhy: row.follow_up_why, lastAttemptAt: row.last_attempt_at },
          today,
          now,
        ) ?? {
          code: 'longest',
          late: 0,
        },
        lastAttemptAt: row.last_attempt_at,
        lastDisposition: row.last_disposition,
        lastNote: notes.find(({ person_id }) => person_id === row.id)?.note ?? null,
        answer: answer ? { answer: answer.answer, title: answer.title, startsAt: answer.starts_at } : null,
        times: row.contact_times,
        ways: waysOf(
          asTheyLike(
            (points.get(row.id) ?? []).filter(
              ({ channel, dead, suppressed }) =>
                !dead && !suppressed && open.some((one) => one.person_id === row.id && one.channel === channel),
            ),
            row,
          ).map((point) => ({
            ...point,
            place: row.contact_order.includes(point.channel) ? row.contact_order.indexOf(point.channel) : undefined,
            unsure: isUnsure(point.sureAt, this.config.identitySilenceDays, now.getTime()),
          })),
          this.greeting(row, by),
          locale,
        ),
      };
    });
  }

  /** What stands ready in the member's own messaging app, in the person's language. */
  private greeting(person: Row, by: string): string {
    const locale: Locale =
      person.language === 'en' ? 'en' : person.language === null ? this.config.defaultLanguage : 'hi';
    const organisation = locale === 'hi' ? this.config.orgNameHi : this.config.orgNameEn;
    return this.words.say(locale, 'outreach.greeting', { name: person.name, by, organisation });
  }
}
