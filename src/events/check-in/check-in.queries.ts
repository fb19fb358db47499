import { Injectable } from '@nestjs/common';
import { asciiDigits } from '../../platform/formats/digits.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { ListQuery } from '../../platform/web/fields.js';
import { DEFAULT_LIMIT, pageOf, readCursor } from '../../platform/web/keyset.js';
import { nameKey } from '../../sympathisers/name-key.js';
import { containing, escapeLike } from '../../platform/database/like.js';
import { lastOnPage } from '../last-on-page.js';

const DOOR_LIMIT = 200;

export interface DoorRow {
  personId: string;
  name: string;
  territory: { name_en: string; name_hi: string };
  answer: string | null;
  guests: number;
  standing: string | null;
  present: boolean;
  rank: number;
}

export interface AttendanceRow {
  personId: string;
  name: string;
  name_en: string;
  name_hi: string;
  how: string;
  guests: number;
  deviceAt: Date | null;
  serverAt: Date;
  by: string | null;
  answer: string | null;
  answerGuests: number | null;
}

/** Reads for the door and the log of who was there. */
@Injectable()
export class CheckInQueries {
  /** Who may come in, likeliest first: yes, waiting, maybe, silent, no; by name within. Nobody moves when ticked. */
  async door(tx: Transaction, eventId: string, query: ListQuery) {
    const limit = query.limit ?? DOOR_LIMIT;
    const cursor = readCursor(query.cursor, 2);
    const last = cursor && (await lastOnPage(tx, cursor[1]));
    const digits = asciiDigits(query.q ?? '').replace(/\D/g, '');
    const rows = await tx.query<DoorRow>(
      `SELECT d.* FROM (
         SELECT p.id AS "personId", p.full_name AS name, p.name_key, jsonb_build_object('name_en', t.name_en, 'name_hi', t.name_hi) AS territory,
                i.answer, coalesce(i.guests, 0) AS guests, i.standing, coalesce(a.undone_at IS NULL AND a.person_id IS NOT NULL, false) AS present,
                CASE WHEN i.person_id IS NULL THEN 0 WHEN i.standing = 'waiting' THEN 1 WHEN i.answer = 'yes' THEN 0
                     WHEN i.answer = 'maybe' THEN 2 WHEN i.answer IS NULL THEN 3 ELSE 4 END AS rank
           FROM (SELECT person_id FROM invitations WHERE event_id = $1 AND state <> 'withdrawn' AND not_me_at IS NULL
                 UNION SELECT person_id FROM attendances WHERE event_id = $1 AND (undone_at IS NULL OR how = 'walk_in')) who
           JOIN people p ON p.id = who.person_id AND p.erased_at IS NULL
           JOIN territories t ON t.id = p.territory_id
           LEFT JOIN invitations i ON i.person_id = p.id AND i.event_id = $1
           LEFT JOIN attendances a ON a.person_id = p.id AND a.event_id = $1
       ) d
       WHERE ($2::int IS NULL OR (d.rank, d.name COLLATE "C", d."personId") > ($2, $3, $4::uuid))
         AND ($5::text IS NULL OR d.name ILIKE $5 OR ($6::text <> '' AND d.name_key LIKE $6)
              OR ($7::text <> '' AND EXISTS (SELECT FROM contact_points c WHERE c.person_id = d."personId" AND c.kind = 'phone' AND c.value LIKE $7)))
       ORDER BY d.rank, d.name COLLATE "C", d."personId" LIMIT $8`,
      [
        eventId,
        cursor?.[0] ?? null,
        last?.name ?? null,
        last?.id ?? null,
        containing(query.q),
        // Spellings of a name; digits are no part of one.
        query.q && !digits ? `%${escapeLike(nameKey(query.q))}%` : '',
        // The last four, or a whole number: by any length in between, a phone could be found out digit by digit.
        digits.length === 4 || digits.length >= 10 ? `%${digits.slice(-10)}` : '',
        limit + 1,
      ],
    );
    const page = pageOf(rows, limit, (row) => [row.rank, row.personId]);
    const items = page.items.map(({ personId, name, territory, answer, guests, standing, present }) => ({ personId, name, territory, answer, guests, standing, present })); // prettier-ignore
    return { items, next: page.next };
  }

  /** Who was there, the last one first. */
  async log(tx: Transaction, eventId: string, query: ListQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const cursor = readCursor(query.cursor, 2);
    const rows = await tx.query<AttendanceRow>(
      `${LOG} AND ($2::timestamptz IS NULL OR (date_trunc('milliseconds', a.server_at), a.person_id) < ($2, $3::uuid))
              AND ($4::text IS NULL OR p.full_name ILIKE $4)
        ORDER BY date_trunc('milliseconds', a.server_at) DESC, a.person_id DESC LIMIT $5`,
      [eventId, cursor?.[0] ?? null, cursor?.[1] ?? null, containing(query.q), limit + 1],
    );
    return pageOf(rows, limit, (row) => [row.serverAt.toISOString(), row.personId]);
  }

  /** All of it, for the export. */
  wholeLog(tx: Transaction, eventId: string): Promise<AttendanceRow[]> {
    return tx.query<AttendanceRow>(`${LOG} ORDER BY a.server_at, a.person_id`, [eventId]);
  }
}

const LOG = `SELECT a.person_id AS "personId", p.full_name AS name, t.name_en, t.name_hi, a.how, a.guests, a.device_at AS "deviceAt",
                    a.server_at AS "serverAt", u.full_name AS by, i.answer, i.guests AS "answerGuests"
               FROM attendances a
               JOIN people p ON p.id = a.person_id
               JOIN territories t ON t.id = p.territory_id
               LEFT JOIN user_names u ON u.id = a.by_user
               LEFT JOIN invitations i ON i.person_id = a.person_id AND i.event_id = a.event_id
              WHERE a.event_id = $1 AND a.undone_at IS NULL`;
