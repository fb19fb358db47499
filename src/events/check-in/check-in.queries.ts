import { Injectable } from '@nestjs/common';
import { hostsOnly } from '../../platform/database/actor.js';
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
    // The last four, or a whole number: by any length in between, a phone could be found out digit by digit. Who hosts
    // meet-ups has no sight of phones, and finds by name.
    const byPhone = !hostsOnly(tx.actor) && (digits.length === 4 || digits.length >= 10);
    const rows = await tx.query<DoorRow>(
      `SELECT d.* FROM (
         SELECT g.person_id AS "personId", g.full_name AS name, g.name_key, jsonb_build_object('name_en', t.name_en, 'name_hi', t.name_hi) AS territory,
                g.answer, coalesce(g.guests, 0) AS guests, g.standing,
                g.attendance_id IS NOT NULL AND g.undone_at IS NULL AS present,
                CASE WHEN g.invitation_id IS NULL THEN 0 WHEN g.standing = 'waiting' THEN 1 WHEN g.answer = 'yes' THEN 0
                     WHEN g.answer = 'maybe' THEN 2 WHEN g.answer IS NULL THEN 3 ELSE 4 END AS rank
           FROM guests g
           JOIN territories t ON t.id = g.territory_id
          WHERE g.event_id = $1 AND g.erased_at IS NULL
            AND ((g.state <> 'withdrawn' AND g.not_me_at IS NULL)
                 OR (g.attendance_id IS NOT NULL AND (g.undone_at IS NULL OR g.how = 'walk_in')))
       ) d
       WHERE ($2::int IS NULL OR (d.rank, d.name COLLATE "C", d."personId") > ($2, $3, $4::uuid))
         AND ($5::text IS NULL OR d.name ILIKE $5 OR ($6::text <> '' AND d.name_key LIKE $6)
              ${byPhone ? BY_PHONE : ''})
       ORDER BY d.rank, d.name COLLATE "C", d."personId" LIMIT $7`,
      [
        eventId,
        cursor?.[0] ?? null,
        last?.name ?? null,
        last?.id ?? null,
        containing(query.q),
        // Spellings of a name; digits are no part of one.
        query.q && !digits ? `%${escapeLike(nameKey(query.q))}%` : '',
        limit + 1,
        ...(byPhone ? [`%${digits.slice(-10)}`] : []),
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
      `${LOG} AND ($2::timestamptz IS NULL OR (date_trunc('milliseconds', g.server_at), g.person_id) < ($2, $3::uuid))
              AND ($4::text IS NULL OR g.full_name ILIKE $4)
        ORDER BY date_trunc('milliseconds', g.server_at) DESC, g.person_id DESC LIMIT $5`,
      [eventId, cursor?.[0] ?? null, cursor?.[1] ?? null, containing(query.q), limit + 1],
    );
    return pageOf(rows, limit, (row) => [row.serverAt.toISOString(), row.personId]);
  }

  /** All of it, for the export. */
  wholeLog(tx: Transaction, eventId: string): Promise<AttendanceRow[]> {
    return tx.query<AttendanceRow>(`${LOG} ORDER BY g.server_at, g.person_id`, [eventId]);
  }
}

const BY_PHONE = `OR EXISTS (SELECT FROM contact_points c WHERE c.person_id = d."personId" AND c.kind = 'phone' AND c.value LIKE $8)`;

const LOG = `SELECT g.person_id AS "personId", g.full_name AS name, t.name_en, t.name_hi, g.how, coalesce(g.guests, 0) AS guests,
                    g.device_at AS "deviceAt", g.server_at AS "serverAt", u.full_name AS by, g.answer, g.guests AS "answerGuests"
               FROM guests g
               JOIN territories t ON t.id = g.territory_id
               LEFT JOIN user_names u ON u.id = g.by_user
              WHERE g.event_id = $1 AND g.attendance_id IS NOT NULL AND g.undone_at IS NULL`;
