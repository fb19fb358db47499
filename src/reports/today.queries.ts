import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction.js';
import type { Locale } from '../platform/i18n/locale.js';

export interface WeekCount {
  /** The Monday, `2026-11-23`. */
  week: string;
  attempts: number;
  reached: number;
}

export interface NextMeetUp {
  id: string;
  title: string;
  place: string;
  startsAt: Date;
  zone: string;
  asked: number;
  answered: number;
  yes: number;
  came: number;
  over: boolean;
}

export interface DistrictFigure {
  /** LGD code of the revenue district. */
  code: string;
  name: string;
  reached: number;
  people: number;
}

export interface RunningImport {
  id: string;
  file: string;
  state: string;
}

const name = (alias: string) => `CASE $1 WHEN 'hi' THEN ${alias}.name_hi ELSE ${alias}.name_en END`;

/** The figures of the home page, each a small question of its own, within what the actor sees. */
@Injectable()
export class TodayQueries {
  /** Attempts of the last weeks, as logged, in order; weeks without any are there with 0. */
  weeks(tx: Transaction, zone: string, weeks: number, userId: string | null): Promise<WeekCount[]> {
    return tx.query<WeekCount>(
      `WITH span AS (SELECT date_trunc('week', now() AT TIME ZONE $1) - make_interval(weeks => $2::int - 1) AS first),
       logged AS (
         SELECT date_trunc('week', a.server_at AT TIME ZONE $1) AS week, count(*)::int AS attempts,
                count(*) FILTER (WHERE a.disposition IN ('reached', 'call_back', 'declined', 'asked_to_stop'))::int AS reached
           FROM attempts a, span
          WHERE a.server_at >= span.first AT TIME ZONE $1 AND ($3::uuid IS NULL OR a.user_id = $3) GROUP BY 1)
       SELECT to_char(w.week, 'YYYY-MM-DD') AS week, coalesce(l.attempts, 0) AS attempts, coalesce(l.reached, 0) AS reached
         FROM span, generate_series(span.first, span.first + make_interval(weeks => $2::int - 1), interval '1 week') w(week)
         LEFT JOIN logged l ON l.week = w.week ORDER BY w.week`,
      [zone, weeks, userId],
    );
  }

  /** How many a user looks after. */
  async mine(tx: Transaction, userId: string): Promise<number> {
    const sql = 'SELECT count(*)::int AS n FROM people WHERE assigned_to = $1 AND closed_at IS NULL';
    return (await tx.one<{ n: number }>(sql, [userId]))!.n;
  }

  /** People whose finest home is not known yet. */
  async waiting(tx: Transaction): Promise<number> {
    return (await tx.one<{ n: number }>('SELECT count(*)::int AS n FROM people WHERE waiting AND erased_at IS NULL'))!
      .n;
  }

  /** Given back by a member, and nobody's since. */
  async returned(tx: Transaction): Promise<number> {
    const row = await tx.one<{ n: number }>(
      `SELECT count(*)::int AS n FROM assignments a JOIN people p ON p.id = a.person_id
        WHERE a.state = 'returned' AND p.assigned_to IS NULL AND p.closed_at IS NULL
          AND NOT EXISTS (SELECT FROM assignments b WHERE b.person_id = a.person_id AND b.id > a.id)`,
    );
    return row!.n;
  }

  /** The whole register in sight, and how much of it is in somebody's hands. */
  async register(tx: Transaction): Promise<{ people: number; assigned: number; reached: number }> {
    const row = await tx.one<{ people: number; assigned: number; reached: number }>(
      `SELECT count(*)::int AS people, count(assigned_to)::int AS assigned,
              count(*) FILTER (WHERE last_reached_at > now() - interval '30 days')::int AS reached
         FROM people WHERE erased_at IS NULL`,
    );
    return row!;
  }

  /** Sanctioned posts that nobody holds, and the team with most of them. */
  async vacancies(tx: Transaction, locale: Locale) {
    return tx.query<{ id: string; name: string; vacant: number; posts: number }>(
      `SELECT t.id, ${name('l')} AS name, count(o.id)::int AS posts,
              count(o.id) FILTER (WHERE NOT EXISTS (SELECT FROM memberships m WHERE m.post_id = o.id AND m.to_at IS NULL))::int AS vacant
         FROM teams t JOIN territories l ON l.id = t.territory_id JOIN posts o ON o.team_id = t.id
        WHERE t.closed_at IS NULL GROUP BY t.id, l.id ORDER BY vacant DESC, t.path LIMIT 50`,
      [locale],
    );
  }

  /** The next meet-up (one under way, or just over and not closed, goes first), with its answers. */
  nextMeetUp(tx: Transaction, locale: Locale): Promise<NextMeetUp | null> {
    return tx.one<NextMeetUp>(
      `SELECT e.id, CASE $1 WHEN 'hi' THEN coalesce(e.title_hi, e.title_en) ELSE coalesce(e.title_en, e.title_hi) END AS title,
              e.place, e.starts_at AS "startsAt", e.zone, e.ends_at < now() AS over,
              i.asked, i.answered, i.yes,
              (SELECT count(*)::int FROM attendances a WHERE a.event_id = e.id AND a.undone_at IS NULL) AS came
         FROM (SELECT * FROM events
                WHERE kind = 'meet_up' AND cancelled_at IS NULL AND closed_at IS NULL AND ends_at > now() - interval '7 days'
                ORDER BY starts_at, id LIMIT 1) e,
              LATERAL (SELECT count(*) FILTER (WHERE state NOT IN ('skipped', 'withdrawn'))::int AS asked,
                              count(answer)::int AS answered, count(*) FILTER (WHERE answer = 'yes')::int AS yes
                         FROM invitations WHERE event_id = e.id) i`,
      [locale],
    );
  }

  /** Reached in the last 30 days, by revenue district of the address; most first. */
  districts(tx: Transaction, locale: Locale): Promise<DistrictFigure[]> {
    return tx.query<DistrictFigure>(
      `SELECT d.lgd_code::text AS code, ${name('d')} AS name, f.people, f.reached
         FROM (SELECT district_lgd, count(*)::int AS people,
                      count(*) FILTER (WHERE last_reached_at > now() - interval '30 days')::int AS reached
                 FROM people WHERE erased_at IS NULL AND district_lgd IS NOT NULL GROUP BY district_lgd) f
         JOIN revenue_districts d ON d.lgd_code = f.district_lgd
        ORDER BY f.reached DESC, f.people DESC, d.lgd_code`,
      [locale],
    );
  }

  /** What the trail holds of the last day, in the territory. */
  async trail(tx: Transaction): Promise<{ changes: number; looks: number }> {
    const row = await tx.one<{ changes: number; looks: number }>(
      `SELECT count(*) FILTER (WHERE NOT shown)::int AS changes, count(*) FILTER (WHERE shown)::int AS looks
         FROM audit_entries WHERE at > now() - interval '1 day'`,
    );
    return row!;
  }

  /** Files on their way in. */
  imports(tx: Transaction): Promise<RunningImport[]> {
    return tx.query<RunningImport>(
      `SELECT id, file_name AS file, state FROM import_batches WHERE state NOT IN ('done', 'failed', 'cancelled')
        ORDER BY id DESC LIMIT 5`,
    );
  }
}
