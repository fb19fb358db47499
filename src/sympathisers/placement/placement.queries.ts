import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../../platform/web/keyset.js';
import { TEHSIL_OF, waitingWhere, type WaitingFilter } from './waiting-filter.js';

interface Named {
  name_en: string;
  name_hi: string;
}

export interface WaitingPerson {
  id: string;
  name: string;
  pin: string | null;
  /** Revenue district, tehsil: LGD code and names. */
  district: (Named & { lgd: number }) | null;
  tehsil: (Named & { lgd: number }) | null;
  territory: Named & { id: string; code: string };
  since: Date;
}

export interface TehsilGroup {
  tehsil: number | null;
  name_en: string | null;
  name_hi: string | null;
  district: Named | null;
  people: number;
}

/** Who waits, in the actor's scope. */
@Injectable()
export class PlacementQueries {
  /** By territory, PIN and id. */
  async list(
    tx: Transaction,
    filter: WaitingFilter,
    limit = DEFAULT_LIMIT,
    cursor?: string,
  ): Promise<Page<WaitingPerson>> {
    const after = readCursor(cursor, 3);
    const params: unknown[] = [];
    const where = waitingWhere(filter, params);
    const beyond = after
      ? `AND (p.path, coalesce(p.pin, ''), p.id) > ($${params.push(after[0])}, $${params.push(after[1])}, $${params.push(after[2])}::uuid)`
      : '';
    const rows = await tx.query<WaitingPerson & { path: string }>(
      `WITH listed AS (
         SELECT p.id, p.full_name, p.pin, p.path, p.territory_id, p.created_at, p.district_lgd, ${TEHSIL_OF} AS tehsil_lgd
           FROM people p WHERE ${where} ${beyond}
          ORDER BY p.path, coalesce(p.pin, ''), p.id LIMIT $${params.push(limit + 1)})
       SELECT s.id, s.full_name AS name, s.pin, s.path, s.created_at AS since,
              CASE WHEN d.lgd_code IS NOT NULL THEN json_build_object('lgd', d.lgd_code, 'name_en', d.name_en, 'name_hi', d.name_hi) END AS district,
              CASE WHEN h.lgd_code IS NOT NULL THEN json_build_object('lgd', h.lgd_code, 'name_en', h.name_en, 'name_hi', h.name_hi) END AS tehsil,
              json_build_object('id', t.id, 'code', t.code, 'name_en', t.name_en, 'name_hi', t.name_hi) AS territory
         FROM listed s JOIN territories t ON t.id = s.territory_id
         LEFT JOIN revenue_districts d ON d.lgd_code = s.district_lgd
         LEFT JOIN tehsils h ON h.lgd_code = s.tehsil_lgd
        ORDER BY s.path, coalesce(s.pin, ''), s.id`,
      params,
    );
    const page = pageOf(rows, limit, (row) => [row.path, row.pin ?? '', row.id]);
    tx.shown(
      'placement.list',
      page.items.map(({ id }) => id),
    );
    return { items: page.items.map(({ path: _path, ...person }) => person), next: page.next };
  }

  async count(tx: Transaction, filter: WaitingFilter): Promise<number> {
    const params: unknown[] = [];
    const row = await tx.one<{ n: number }>(
      `SELECT count(*)::int AS n FROM people p WHERE ${waitingWhere(filter, params)}`,
      params,
    );
    return row!.n;
  }

  /** How many wait in each tehsil; null is where none is known. The most first. */
  tehsils(tx: Transaction, filter: WaitingFilter): Promise<TehsilGroup[]> {
    const params: unknown[] = [];
    return tx.query<TehsilGroup>(
      `WITH groups AS (
         SELECT ${TEHSIL_OF} AS tehsil, count(*)::int AS people FROM people p WHERE ${waitingWhere(filter, params)} GROUP BY 1)
       SELECT g.tehsil, g.people, h.name_en, h.name_hi, 
              CASE WHEN d.lgd_code IS NOT NULL THEN json_build_object('name_en', d.name_en, 'name_hi', d.name_hi) END AS district
         FROM groups g LEFT JOIN tehsils h ON h.lgd_code = g.tehsil LEFT JOIN revenue_districts d ON d.lgd_code = h.district_lgd
        ORDER BY g.people DESC, g.tehsil LIMIT 400`,
      params,
    );
  }

  pins(tx: Transaction, filter: WaitingFilter): Promise<{ pin: string | null; people: number }[]> {
    const params: unknown[] = [];
    return tx.query(
      `SELECT p.pin, count(*)::int AS people FROM people p WHERE ${waitingWhere(filter, params)} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100`,
      params,
    );
  }

  places(tx: Transaction): Promise<(Named & { id: string; code: string; path: string; people: number })[]> {
    return tx.query(
      `WITH groups AS (SELECT p.territory_id, count(*)::int AS people FROM people p WHERE p.waiting AND p.erased_at IS NULL GROUP BY 1)
       SELECT t.id, t.code, t.path, t.name_en, t.name_hi, g.people FROM groups g JOIN territories t ON t.id = g.territory_id ORDER BY t.path`,
    );
  }
}
