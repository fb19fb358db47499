import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Config } from '../platform/config/config.js';
import type { Locale } from '../platform/i18n/locale.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../platform/web/keyset.js';
import { platformByCode } from '../sympathisers/platforms.js';
import type { AttemptsQuery } from './outreach.dto.js';

export interface AttemptRow {
  id: string;
  person: { id: string; name: string; territory: string };
  user: { id: string; name: string };
  channel: string;
  /** In the reader's language; null for calls and mail, whose words are `outreach.channel.<channel>`. */
  platform: string | null;
  disposition: string;
  note: string | null;
  followUpOn: string | null;
  deviceAt: Date | null;
  at: Date;
  against: string | null;
}

interface Row {
  id: string;
  person_id: string;
  full_name: string;
  territory: string;
  user_id: string;
  user_name: string;
  channel: string;
  disposition: string;
  note: string | null;
  follow_up_on: string | null;
  device_at: Date | null;
  server_at: Date;
  cursor_at: string;
  against: string | null;
}

@Injectable()
export class AttemptsQueries {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
  ) {}

  /** What was tried with the people the actor sees, newest first. */
  list(actor: Actor, query: AttemptsQuery, locale: Locale): Promise<Page<AttemptRow>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 2);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<Row>(
        `SELECT a.id, a.person_id, p.full_name, CASE $1 WHEN 'hi' THEN t.name_hi ELSE t.name_en END AS territory, a.user_id,
                u.full_name AS user_name, a.channel, a.disposition, a.note, a.follow_up_on::text, a.device_at, a.server_at,
                a.server_at::text AS cursor_at, a.against
           FROM attempts a JOIN people p ON p.id = a.person_id JOIN territories t ON t.id = a.territory_id
           JOIN user_names u ON u.id = a.user_id
          WHERE ($2::uuid IS NULL OR a.user_id = $2) AND ($3::uuid IS NULL OR a.person_id = $3)
            AND ($4::text IS NULL OR a.disposition = $4)
            AND ($5::date IS NULL OR (a.server_at >= $5::date::timestamp AT TIME ZONE $6
                                  AND a.server_at < ($5::date + 1)::timestamp AT TIME ZONE $6))
            AND ($7::text IS NULL OR p.full_name ILIKE '%' || $7 || '%')
            AND ($8::timestamptz IS NULL OR (a.server_at, a.id) < ($8, $9::uuid))
          ORDER BY a.server_at DESC, a.id DESC LIMIT $10`,
        [locale, query.user_id ?? null, query.person_id ?? null, query.disposition ?? null, query.day ?? null,
          this.config.timeZone, query.q ?? null, ...(after ?? [null, null]), limit + 1], // prettier-ignore
      );
      // The text of the time: a JavaScript Date would cut its microseconds, and the next page would repeat rows.
      const { items, next } = pageOf(rows, limit, (row) => [row.cursor_at, row.id]);
      tx.shown('attempt.list', [...new Set(items.map((row) => row.person_id))]);
      return { items: items.map((row) => toRow(row, locale)), next };
    });
  }
}

const toRow = (row: Row, locale: Locale): AttemptRow => ({
  id: row.id,
  person: { id: row.person_id, name: row.full_name, territory: row.territory },
  user: { id: row.user_id, name: row.user_name },
  channel: row.channel,
  platform: platformByCode(row.channel)?.name[locale] ?? null,
  disposition: row.disposition,
  note: row.note,
  followUpOn: row.follow_up_on,
  deviceAt: row.device_at,
  at: row.server_at,
  against: row.against,
});
