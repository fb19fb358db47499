import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction.js';
import { NotFound } from '../platform/errors.js';
import { pageOf, readCursor, type Page } from '../platform/web/keyset.js';
import { CARD_COLUMNS, CARD_TABLES, type CardRow } from './person-cards.js';
import { SHARES_WITH } from './household.js';
import type { ConsentState } from './consent/purposes.js';

export interface PersonRow extends CardRow {
  district_en: string | null;
  district_hi: string | null;
  birth_year: number | null;
  came_by: string;
  source: string | null;
  batch_id: string | null;
  batch_row: number | null;
  created_at: Date;
  closed_at: Date | null;
  follow_up_on: string | null;
  last_disposition: string | null;
  assigned_at: Date | null;
  also_speaks: string[];
  contact_times: string[];
  contact_not_before: string | null;
}

/** More of one point: its history, and who else has it. */
export interface PointFacts {
  id: string;
  since: Date;
  until: Date | null;
  why: string | null;
  verified_at: Date | null;
  verified_by: string | null;
  seen: string | null;
  /** People in sight who have the same phone or mail: probably one household. */
  others: { id: string; name: string }[] | null;
}

export interface SkillRow {
  code: string;
  name_en: string;
  name_hi: string;
  held: boolean;
  source: string | null;
  noted_at: Date | null;
}

export interface LedgerRow {
  purpose: string;
  channel: string;
  state: ConsentState;
  how: string;
  at: Date;
  by: string | null;
  notice: string | null;
  /** Of the words they were told. */
  language: string | null;
  scan_id: string | null;
  batch_id: string | null;
  batch_row: number | null;
}

export interface SuggestionRow {
  id: string;
  field: string;
  value: string | null;
  why: string;
  other_id: string | null;
  other_name: string | null;
  /** Names of what `value` stands for, where it is a code or an id. */
  name_en: string | null;
  name_hi: string | null;
}

/** Something that happened with somebody. `facts` depends on the kind. */
export interface TimelineRow {
  kind:
    | 'added'
    | 'note'
    | 'consent'
    | 'attempt'
    | 'given'
    | 'closed'
    | 'invited'
    | 'answered'
    | 'attended'
    | 'verified'
    | 'handle_ended'
    | 'skills'
    | 'merged'
    | 'unmerged';
  /** Tells two of a kind at one moment apart. */
  ref: string;
  at: Date;
  /** With its microseconds, for the cursor. */
  at_text: string;
  by: string | null;
  text: string | null;
  facts: Record<string, string | number | string[] | null>;
}

const MOST = 100;
const MOST_SHARING = 5;

/** Everything of one person, as plain rows. The names of the tables lead a member to their own views. */
@Injectable()
export class PersonPageQueries {
  /** @throws NotFound out of sight */
  async person(tx: Transaction, id: string): Promise<PersonRow> {
    const row = await tx.one<PersonRow>(
      `SELECT ${CARD_COLUMNS}, d.name_en AS district_en, d.name_hi AS district_hi, p.birth_year, p.came_by, p.source, p.batch_id,
              p.batch_row, p.created_at, p.closed_at, p.follow_up_on::text, p.last_disposition, p.assigned_at, p.also_speaks, p.contact_times,
              p.contact_not_before::text
         FROM ${CARD_TABLES} LEFT JOIN revenue_districts d ON d.lgd_code = p.district_lgd
        WHERE p.id = $1 AND p.erased_at IS NULL`,
      [id],
    );
    if (!row) throw new NotFound();
    return row;
  }

  /**
   * Whether a clock or a wish ends it for them: the day they are erased; whether that was wished or is under way, for them or
   * for a record merged into them.
   */
  async leaving(
    tx: Transaction,
    id: string,
    whole: boolean,
  ): Promise<{ eraseOn: string | null; erasure: string | null }> {
    const row = await tx.one<{ eraseOn: string | null; erasure: string | null }>(
      `SELECT (SELECT min(n.erase_on)::text FROM retention_notices n WHERE n.person_id = $1) AS "eraseOn",
              ${whole ? `(SELECT e.state FROM gate.erasure_of($1) e)` : 'NULL::text'} AS erasure`,
      [id],
    );
    return row!;
  }

  /** Whether there was somebody who is erased, for who sees everybody of a territory. */
  async wasErased(tx: Transaction, id: string): Promise<boolean> {
    return (await tx.one(`SELECT 1 FROM erasures WHERE id = $1 AND state = 'erased'`, [id])) !== null;
  }

  /** Of every point of theirs, ended ones too. A household is at most a handful; a shop's phone may be many people's. */
  points(tx: Transaction, id: string): Promise<PointFacts[]> {
    return tx.query<PointFacts>(
      `SELECT c.id, c.created_at AS since, c.dead_at AS until, c.dead_why AS why, NULL::timestamptz AS verified_at,
              NULL AS verified_by, NULL AS seen,
              (SELECT jsonb_agg(jsonb_build_object('id', o.id, 'name', o.full_name))
                 FROM (SELECT p.id, p.full_name FROM contact_points o JOIN people p ON p.id = o.person_id AND p.erased_at IS NULL
                        WHERE ${SHARES_WITH} ORDER BY p.id LIMIT ${MOST_SHARING}) o) AS others
         FROM contact_points c WHERE c.person_id = $1
       UNION ALL
       SELECT i.id, i.from_at, i.to_at, i.ended_why, i.verified_at, u.full_name, i.seen, NULL
         FROM person_identities i LEFT JOIN user_names u ON u.id = i.verified_by WHERE i.person_id = $1`,
      [id],
    );
  }

  /** What there is to offer, and what they do; ended words only where they hold them. */
  skills(tx: Transaction, id: string): Promise<SkillRow[]> {
    return tx.query<SkillRow>(
      `SELECT s.code, s.name_en, s.name_hi, k.code IS NOT NULL AS held, k.source, k.noted_at
         FROM skills s LEFT JOIN person_skills k ON k.code = s.code AND k.person_id = $1
        WHERE s.ended_at IS NULL OR k.code IS NOT NULL ORDER BY s.name_en`,
      [id],
    );
  }

  /** The whole ledger, newest first. */
  ledger(tx: Transaction, id: string): Promise<LedgerRow[]> {
    return tx.query<LedgerRow>(
      `SELECT s.purpose, s.channel, s.state, s.how, s.at, u.full_name AS by, s.notice, s.language, s.scan_id, s.batch_id, s.batch_row
         FROM consents s LEFT JOIN user_names u ON u.id = s.by_user WHERE s.person_id = $1 ORDER BY s.at DESC, s.id DESC`,
      [id],
    );
  }

  suggestions(tx: Transaction, id: string): Promise<SuggestionRow[]> {
    return tx.query<SuggestionRow>(
      `SELECT s.id, s.field, s.value, s.why, o.id AS other_id, o.full_name AS other_name,
              coalesce(d.name_en, t.name_en) AS name_en, coalesce(d.name_hi, t.name_hi) AS name_hi
         FROM person_suggestions s
         LEFT JOIN people o ON o.id = s.other_id
         LEFT JOIN revenue_districts d ON s.field = 'district' AND d.lgd_code::text = s.value
         LEFT JOIN territories t ON s.field = 'territory' AND t.id::text = s.value
        WHERE s.person_id = $1 AND s.settled_at IS NULL AND s.strength IS NULL AND (s.other_id IS NULL OR o.id IS NOT NULL) ORDER BY s.id`,
      [id],
    );
  }

  /**
   * What happened, newest first, a page at a time.
   * @throws Invalid for a cursor that isn't one of ours
   */
  async timeline(tx: Transaction, id: string, cursor?: string): Promise<Page<TimelineRow>> {
    const rows = await tx.query<TimelineRow>(
      `SELECT e.kind, e.ref, e.at, e.at::text AS at_text, u.full_name AS by, e.text, e.facts
         FROM (
           SELECT 'added' AS kind, id::text AS ref, created_at AS at, created_by AS by_user, source AS text,
                  jsonb_build_object('came_by', came_by, 'row', batch_row) AS facts
             FROM people WHERE id = $1
           UNION ALL
           SELECT 'note', id::text, at, by_user, text, '{}' FROM person_notes WHERE person_id = $1
           UNION ALL
           SELECT 'consent', min(id::text), max(at), by_user, NULL,
                  jsonb_build_object('state', state, 'how', how, 'purposes', jsonb_agg(DISTINCT purpose),
                                     'channels', jsonb_agg(DISTINCT channel))
             FROM consents WHERE person_id = $1 GROUP BY date_trunc('second', at), by_user, state, how
           UNION ALL
           SELECT 'attempt', id::text, server_at, user_id, note,
                  jsonb_build_object('channel', channel, 'disposition', disposition, 'follow_up_on', follow_up_on, 'against', against)
             FROM attempts WHERE person_id = $1
           UNION ALL
           SELECT 'given', a.id::text, a.at, a.by_user, NULL, jsonb_build_object('to', n.full_name)
             FROM assignments a LEFT JOIN user_names n ON n.id = a.user_id WHERE a.person_id = $1
           UNION ALL
           SELECT 'closed', id::text, closed_at, closed_by, NULL, jsonb_build_object('state', state, 'why', closed_why)
             FROM assignments WHERE person_id = $1 AND closed_at IS NOT NULL
           UNION ALL
           SELECT 'invited', i.id::text, coalesce(i.sent_at, i.asked_at), i.asked_by, NULL,
                  jsonb_build_object('state', i.state, 'title_en', e.title_en, 'title_hi', e.title_hi)
             FROM invitations i LEFT JOIN events e ON e.id = i.event_id WHERE i.person_id = $1
           UNION ALL
           SELECT 'answered', r.id::text, r.at, r.by_user, NULL,
                  jsonb_build_object('answer', r.answer, 'guests', r.guests, 'title_en', e.title_en, 'title_hi', e.title_hi)
             FROM rsvps r LEFT JOIN events e ON e.id = r.event_id WHERE r.person_id = $1
           UNION ALL
           SELECT 'attended', a.id::text, a.server_at, a.by_user, NULL,
                  jsonb_build_object('how', a.how, 'guests', a.guests, 'title_en', e.title_en, 'title_hi', e.title_hi)
             FROM attendances a LEFT JOIN events e ON e.id = a.event_id WHERE a.person_id = $1 AND a.undone_at IS NULL
           UNION ALL
           SELECT 'verified', id::text, verified_at, verified_by, seen, jsonb_build_object('platform', platform, 'handle', handle, 'uid', platform_uid)
             FROM person_identities WHERE person_id = $1 AND verified_at IS NOT NULL
           UNION ALL
           SELECT 'handle_ended', id::text, to_at, NULL, NULL,
                  jsonb_build_object('platform', platform, 'handle', handle, 'uid', platform_uid, 'why', coalesce(ended_why, 'by_hand'))
             FROM person_identities WHERE person_id = $1 AND to_at IS NOT NULL
           UNION ALL
           SELECT 'skills', min(k.code), max(k.noted_at), k.noted_by, k.source,
                  jsonb_build_object('en', jsonb_agg(s.name_en ORDER BY s.name_en), 'hi', jsonb_agg(s.name_hi ORDER BY s.name_hi))
             FROM person_skills k JOIN skills s ON s.code = k.code
            WHERE k.person_id = $1 GROUP BY date_trunc('second', k.noted_at), k.noted_by, k.source
           UNION ALL
           SELECT 'merged', id::text, at, by_user, NULL, '{}' FROM person_merges WHERE person_id = $1
           UNION ALL
           SELECT 'unmerged', id::text, undone_at, undone_by, NULL, '{}' FROM person_merges WHERE person_id = $1 AND undone_at IS NOT NULL
         ) e LEFT JOIN user_names u ON u.id = e.by_user
        WHERE $2::timestamptz IS NULL OR (e.at, e.kind, e.ref) < ($2, $3::text, $4::text)
        ORDER BY e.at DESC, e.kind DESC, e.ref DESC LIMIT ${MOST + 1}`,
      [id, ...(readCursor(cursor, 3) ?? [null, null, null])],
    );
    return pageOf(rows, MOST, (row) => [row.at_text, row.kind, row.ref]);
  }
}
