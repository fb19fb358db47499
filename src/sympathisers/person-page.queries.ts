import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction.js';
import { NotFound } from '../platform/errors.js';
import { CARD_COLUMNS, CARD_TABLES, type CardRow } from './person-cards.js';
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
}

export interface LedgerRow {
  purpose: string;
  channel: string;
  state: ConsentState;
  how: string;
  at: Date;
  by: string | null;
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
  kind: 'added' | 'note' | 'consent' | 'attempt' | 'given' | 'closed' | 'invited' | 'answered' | 'attended';
  at: Date;
  by: string | null;
  text: string | null;
  facts: Record<string, string | number | string[] | null>;
}

const MOST = 100;

/** Everything of one person, as plain rows. The names of the tables lead a member to their own views. */
@Injectable()
export class PersonPageQueries {
  /** @throws NotFound out of sight */
  async person(tx: Transaction, id: string): Promise<PersonRow> {
    const row = await tx.one<PersonRow>(
      `SELECT ${CARD_COLUMNS}, d.name_en AS district_en, d.name_hi AS district_hi, p.birth_year, p.came_by, p.source, p.batch_id,
              p.batch_row, p.created_at, p.closed_at, p.follow_up_on::text, p.last_disposition
         FROM ${CARD_TABLES} LEFT JOIN revenue_districts d ON d.lgd_code = p.district_lgd
        WHERE p.id = $1 AND p.erased_at IS NULL`,
      [id],
    );
    if (!row) throw new NotFound();
    return row;
  }

  /** The whole ledger, newest first. */
  ledger(tx: Transaction, id: string): Promise<LedgerRow[]> {
    return tx.query<LedgerRow>(
      `SELECT s.purpose, s.channel, s.state, s.how, s.at, u.full_name AS by
         FROM consents s LEFT JOIN user_names u ON u.id = s.by_user WHERE s.person_id = $1 ORDER BY s.id DESC`,
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

  /** What happened, newest first: the newest hundred of everything. */
  timeline(tx: Transaction, id: string): Promise<TimelineRow[]> {
    return tx.query<TimelineRow>(
      `SELECT e.kind, e.at, u.full_name AS by, e.text, e.facts
         FROM (
           SELECT 'added' AS kind, created_at AS at, created_by AS by_user, source AS text,
                  jsonb_build_object('came_by', came_by, 'row', batch_row) AS facts
             FROM people WHERE id = $1
           UNION ALL
           SELECT 'note', at, by_user, text, '{}' FROM person_notes WHERE person_id = $1
           UNION ALL
           SELECT 'consent', max(at), by_user, NULL,
                  jsonb_build_object('state', state, 'how', how, 'purposes', jsonb_agg(DISTINCT purpose),
                                     'channels', jsonb_agg(DISTINCT channel))
             FROM consents WHERE person_id = $1 GROUP BY date_trunc('second', at), by_user, state, how
           UNION ALL
           SELECT 'attempt', server_at, user_id, note,
                  jsonb_build_object('channel', channel, 'disposition', disposition, 'follow_up_on', follow_up_on, 'against', against)
             FROM attempts WHERE person_id = $1
           UNION ALL
           SELECT 'given', a.at, a.by_user, NULL, jsonb_build_object('to', n.full_name)
             FROM assignments a LEFT JOIN user_names n ON n.id = a.user_id WHERE a.person_id = $1
           UNION ALL
           SELECT 'closed', closed_at, closed_by, NULL, jsonb_build_object('state', state, 'why', closed_why)
             FROM assignments WHERE person_id = $1 AND closed_at IS NOT NULL
           UNION ALL
           SELECT 'invited', coalesce(i.sent_at, i.asked_at), i.asked_by, NULL,
                  jsonb_build_object('state', i.state, 'title_en', e.title_en, 'title_hi', e.title_hi)
             FROM invitations i LEFT JOIN events e ON e.id = i.event_id WHERE i.person_id = $1
           UNION ALL
           SELECT 'answered', r.at, r.by_user, NULL,
                  jsonb_build_object('answer', r.answer, 'guests', r.guests, 'title_en', e.title_en, 'title_hi', e.title_hi)
             FROM rsvps r LEFT JOIN events e ON e.id = r.event_id WHERE r.person_id = $1
           UNION ALL
           SELECT 'attended', a.server_at, a.by_user, NULL,
                  jsonb_build_object('how', a.how, 'guests', a.guests, 'title_en', e.title_en, 'title_hi', e.title_hi)
             FROM attendances a LEFT JOIN events e ON e.id = a.event_id WHERE a.person_id = $1 AND a.undone_at IS NULL
         ) e LEFT JOIN user_names u ON u.id = e.by_user
        ORDER BY e.at DESC, e.kind LIMIT ${MOST}`,
      [id],
    );
  }
}
