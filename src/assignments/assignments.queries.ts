import { Injectable } from '@nestjs/common';
import { isGrantActor, type Actor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Locale } from '../platform/i18n/locale.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../platform/web/keyset.js';
import type { AssignmentsQuery } from './assignments.dto.js';
import { RETURN_REASONS } from './assignments.service.js';
import { COUNT_FREE } from './spread.sql.js';

export interface AssignmentRow {
  id: string;
  person: { id: string; name: string; territory: string };
  member: { id: string; name: string } | null;
  state: string;
  at: Date;
  closedAt: Date | null;
  /** Why it was given back or closed: a code of words, maybe `: ` and a note. */
  why: string | null;
  /** Key of the words for it, where there are any. */
  whyKey: string | null;
  note: string | null;
  path: string;
}

interface Row {
  id: string;
  person_id: string;
  full_name: string;
  territory: string;
  user_id: string | null;
  user_name: string | null;
  state: string;
  at: Date;
  closed_at: Date | null;
  closed_why: string | null;
  path: string;
}

/** A team with the people it could be given, and the members who could take them. */
export interface TeamToSpread {
  id: string;
  name: string;
  free: number;
  hands: number;
}

export interface Hand {
  id: string;
  name: string;
  teamId: string;
  load: number;
}

/** Why assignments end, as other domains write it. */
const CLOSING_WORDS = ['left', 'given_on', 'asked_to_stop', 'moved'];

const CONDITION = {
  open: 'a.closed_at IS NULL',
  // Given back, and still nobody's.
  returned: `a.state = 'returned' AND p.assigned_to IS NULL AND p.closed_at IS NULL
             AND NOT EXISTS (SELECT FROM assignments b WHERE b.person_id = a.person_id AND b.id > a.id)`,
  closed: 'a.closed_at IS NOT NULL',
};

@Injectable()
export class AssignmentsQueries {
  constructor(private readonly work: UnitOfWork) {}

  /** Of what the actor sees, in the order of territories and people. */
  list(actor: Actor, query: AssignmentsQuery, locale: Locale): Promise<Page<AssignmentRow>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 3);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<Row>(
        `SELECT a.id, a.person_id, p.full_name, CASE $1 WHEN 'hi' THEN t.name_hi ELSE t.name_en END AS territory, a.user_id,
                u.full_name AS user_name, a.state, a.at, a.closed_at, a.closed_why, a.path
           FROM assignments a JOIN people p ON p.id = a.person_id JOIN territories t ON t.id = p.territory_id
           LEFT JOIN user_names u ON u.id = a.user_id
          WHERE ${CONDITION[query.state ?? 'open']}
            AND ($2::uuid IS NULL OR a.user_id = $2) AND ($3::uuid IS NULL OR a.team_id = $3)
            AND ($4::text IS NULL OR p.full_name ILIKE '%' || $4 || '%')
            AND ($5::text IS NULL OR (a.path, a.person_id, a.id) > ($5, $6::uuid, $7::uuid))
          ORDER BY a.path, a.person_id, a.id LIMIT $8`,
        [
          locale,
          query.user_id ?? null,
          query.team_id ?? null,
          query.q ?? null,
          ...(after ?? [null, null, null]),
          limit + 1,
        ],
      );
      const page = pageOf(rows.map(toRow), limit, (row) => [row.path, row.person.id, row.id]);
      tx.shown('assignment.list', [...new Set(page.items.map((row) => row.person.id))]);
      return page;
    });
  }

  /** The teams in scope that somebody could be given to, most people first; without members where nobody is there yet. */
  async teamsToSpread(tx: Transaction, locale: Locale, most: number): Promise<TeamToSpread[]> {
    const teams = await tx.query<Omit<TeamToSpread, 'free'>>(
      `SELECT t.id, CASE $1 WHEN 'hi' THEN l.name_hi ELSE l.name_en END AS name,
              (SELECT count(*) FROM team_hands h WHERE h.team_id = t.id)::int AS hands
         FROM teams t JOIN territories l ON l.id = t.territory_id
        WHERE t.closed_at IS NULL ORDER BY t.path LIMIT $2`,
      [locale, most],
    );
    const found: TeamToSpread[] = [];
    for (const team of teams) {
      const { n } = (await tx.one<{ n: number }>(COUNT_FREE, [team.id]))!;
      if (n) found.push({ ...team, free: n });
    }
    return found.sort((a, b) => b.free - a.free);
  }

  /** Who in scope can be given people, with the number they have. */
  hands(actor: Actor): Promise<Hand[]> {
    if (!isGrantActor(actor) || !actor.permissions.has('assignment.give')) return Promise.resolve([]);
    return this.work.run(actor, (tx) =>
      tx.query<Hand>(
        `SELECT DISTINCT ON (u.full_name, h.user_id) h.user_id AS id, u.full_name AS name, h.team_id AS "teamId",
                (SELECT count(*) FROM people p WHERE p.assigned_to = h.user_id AND p.closed_at IS NULL)::int AS load
           FROM team_hands h JOIN user_names u ON u.id = h.user_id ORDER BY u.full_name, h.user_id LIMIT 300`,
      ),
    );
  }

  /** Teams for the nightly spread: with members, and somebody unassigned in their territory. */
  teamsWithWork(actor: Actor): Promise<string[]> {
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<{ id: string }>(
        `SELECT t.id FROM teams t
          WHERE t.closed_at IS NULL AND EXISTS (SELECT FROM team_hands h WHERE h.team_id = t.id)
            AND EXISTS (SELECT FROM people p WHERE p.path >= t.path AND p.path < t.path || '~' AND p.assigned_to IS NULL)`,
      );
      return rows.map(({ id }) => id);
    });
  }
}

function toRow(row: Row): AssignmentRow {
  const [why = null, note = null] = row.closed_why ? /^([^:]*)(?:: (.*))?$/s.exec(row.closed_why)!.slice(1) : [];
  return {
    id: row.id,
    person: { id: row.person_id, name: row.full_name, territory: row.territory },
    member: row.user_id ? { id: row.user_id, name: row.user_name ?? '' } : null,
    state: row.state,
    at: row.at,
    closedAt: row.closed_at,
    why,
    whyKey: wordsOf(why),
    note,
    path: row.path,
  };
}

function wordsOf(why: string | null): string | null {
  if (RETURN_REASONS.some((reason) => reason === why)) return `assignments.reason.${why}`;
  return CLOSING_WORDS.includes(why ?? '') ? `assignments.closed.${why}` : null;
}
