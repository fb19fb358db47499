import { Injectable } from '@nestjs/common';
import { hostsOnly } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Invalid, NotFound } from '../platform/errors.js';
import type { Event } from '../events/event.entity.js';
import { isWithin, scopeOf } from '../territories/path.js';
import type { AudienceFilters } from './audience.dto.js';

/** Who would be asked, as numbers. */
export interface Audience {
  count: number;
  /** Left out, by reason: `already_asked`, `minor`, or a barrier of the ledger (`no_point`, `withdrawn`, …). */
  leftOut: { reason: string; count: number }[];
}

/** An audience as the gate's functions take it. */
export interface AudienceParams {
  eventId: string;
  filters: AudienceFilters;
  /** Only these people; null: whoever the filters leave. */
  personIds: string[] | null;
}

/** What `gate.audience` and `gate.ask` begin with: the conditions, each null where it isn't asked for. */
export const conditionsOf = ({ eventId, filters, personIds }: AudienceParams): unknown[] => [
  eventId,
  filters.territoryId ?? null,
  filters.language ?? null,
  filters.platform ?? null,
  filters.contacted === 'never' ? true : null,
  filters.contacted && filters.contacted !== 'never' ? Number(filters.contacted) : null,
  personIds,
];

/**
 * Whom a meet-up may be asked to, as numbers. Who they are is worked out behind the gate alone, for everybody who asks: an
 * organiser learns of nobody before they are asked.
 */
@Injectable()
export class AudienceQueries {
  async count(tx: Transaction, params: AudienceParams): Promise<Audience> {
    const rows = await tx.query<{ why: string | null; n: number }>(
      'SELECT why, n FROM gate.audience($1, $2, $3, $4, $5, $6, $7)',
      conditionsOf(params),
    );
    return {
      count: rows.find((row) => row.why === null)?.n ?? 0,
      leftOut: rows.filter((row) => row.why !== null).map((row) => ({ reason: row.why!, count: row.n })),
    };
  }

  /**
   * @throws NotFound for a territory that isn't the event's or below it
   * @throws Invalid `personIds` from an organiser, who can't know whose they are
   */
  async params(
    tx: Transaction,
    event: Event,
    filters: AudienceFilters,
    personIds: string[] | null = null,
  ): Promise<AudienceParams> {
    if (personIds && hostsOnly(tx.actor)) throw Invalid.field('personIds', 'hosts.by_conditions_only');
    if (filters.territoryId) {
      const territory = await tx.one<{ path: string }>('SELECT path FROM territories WHERE id = $1', [
        filters.territoryId,
      ]);
      if (!territory || !isWithin(territory.path, scopeOf(event.path))) throw new NotFound();
    }
    return { eventId: event.id, filters, personIds };
  }
}
