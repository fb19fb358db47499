import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction.js';
import { NotFound } from '../platform/errors.js';
import type { Event } from '../events/event.entity.js';
import { isWithin, scopeOf, type Scope } from '../territories/path.js';
import type { AudienceFilters } from './audience.dto.js';

/** Who would be asked, as numbers. */
export interface Audience {
  count: number;
  /** Left out, by reason: `already_asked`, `minor`, or a barrier of the ledger (`no_point`, `withdrawn`, …). */
  leftOut: { reason: string; count: number }[];
}

/** An audience as parameters of the one statement. */
export interface AudienceParams {
  eventId: string;
  scope: Scope;
  filters: AudienceFilters;
  /** Only these people; null: whoever the filters leave. */
  personIds: string[] | null;
}

/** Nobody is asked twice, no minor is asked (T29), and the rest is the ledger's one rule. */
const REASON = `CASE WHEN i.person_id IS NOT NULL THEN 'already_asked'
                     WHEN p.birth_year > extract(year FROM now()) - 18 THEN 'minor'
                     ELSE b.barrier END`;

/** People with the reason that leaves them out, or null. Parameters $1 to $8, see `paramsOf`. */
export const AUDIENCE = `
  SELECT p.id, p.path, p.language, ${REASON} AS why
    FROM people p
    JOIN contact_barriers('invitations', 'email') b ON b.person_id = p.id
    LEFT JOIN invitations i ON i.person_id = p.id AND i.event_id = $1
   WHERE p.path >= $2 AND p.path < $3 AND p.erased_at IS NULL
     AND CASE $4::text WHEN 'other' THEN p.language NOT IN ('hi', 'en') WHEN 'unknown' THEN p.language IS NULL
                       ELSE $4 IS NULL OR p.language = $4 END
     AND ($5::text IS NULL OR EXISTS (SELECT FROM person_identities h
                                       WHERE h.person_id = p.id AND h.platform = $5 AND h.to_at IS NULL))
     AND ($6::boolean IS NULL OR p.last_attempt_at IS NULL)
     AND ($7::int IS NULL OR p.last_attempt_at IS NULL OR p.last_attempt_at < now() - make_interval(weeks => $7))
     AND ($8::uuid[] IS NULL OR p.id = ANY ($8))`;

export const paramsOf = ({ eventId, scope, filters, personIds }: AudienceParams): unknown[] => [
  eventId,
  scope.from,
  scope.to,
  filters.language ?? null,
  filters.platform ?? null,
  filters.contacted === 'never' ? true : null,
  filters.contacted && filters.contacted !== 'never' ? Number(filters.contacted) : null,
  personIds,
];

@Injectable()
export class AudienceQueries {
  /** One statement over the audience's territory. */
  async count(tx: Transaction, params: AudienceParams): Promise<Audience> {
    const rows = await tx.query<{ why: string | null; n: number }>(
      `SELECT why, count(*)::int AS n FROM (${AUDIENCE}) q GROUP BY why ORDER BY n DESC, why`,
      paramsOf(params),
    );
    return {
      count: rows.find((row) => row.why === null)?.n ?? 0,
      leftOut: rows.filter((row) => row.why !== null).map((row) => ({ reason: row.why!, count: row.n })),
    };
  }

  /** @throws NotFound for a territory that isn't the event's or below it */
  async params(
    tx: Transaction,
    event: Event,
    filters: AudienceFilters,
    personIds: string[] | null = null,
  ): Promise<AudienceParams> {
    const scope = scopeOf(event.path);
    if (!filters.territoryId) return { eventId: event.id, scope, filters, personIds };
    const territory = await tx.one<{ path: string }>('SELECT path FROM territories WHERE id = $1', [
      filters.territoryId,
    ]);
    if (!territory || !isWithin(territory.path, scope)) throw new NotFound();
    return { eventId: event.id, scope: scopeOf(territory.path), filters, personIds };
  }
}
