import { Injectable } from '@nestjs/common';
import { scopeOfActor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../platform/web/keyset.js';
import type { CoverageKind } from './coverage-file.js';

export interface CoverageItem {
  id: string;
  kind: CoverageKind;
  /** LGD code, or a PIN. */
  value: string;
  /** What it is called; null for PINs, and where nobody knows. */
  name_en: string | null;
  name_hi: string | null;
  territory: { id: string; code: string; name_en: string; name_hi: string };
}

export interface CoverageFilter {
  territoryId?: string;
  kind?: string;
  value?: string;
  limit?: number;
  cursor?: string;
}

interface Known {
  value: string;
  name_en: string;
  name_hi: string;
}

const NAMED: Record<Exclude<CoverageKind, 'pin'>, string> = {
  revenue_district: 'SELECT lgd_code::text AS value, name_en, name_hi FROM revenue_districts',
  tehsil: 'SELECT lgd_code::text AS value, name_en, name_hi FROM tehsils',
  block: `SELECT lgd_code::text AS value, name_en, name_hi FROM territories WHERE level = 'local_body' AND kind = 'block' AND lgd_code IS NOT NULL`,
  urban_body: `SELECT lgd_code::text AS value, name_en, name_hi FROM territories WHERE level = 'local_body' AND kind <> 'block' AND lgd_code IS NOT NULL`,
};

/** What covers what, in the actor's scope; and what there is to be covered. */
@Injectable()
export class CoverageQueries {
  async list(tx: Transaction, filter: CoverageFilter): Promise<Page<CoverageItem>> {
    const limit = filter.limit ?? DEFAULT_LIMIT;
    const cursor = readCursor(filter.cursor, 2);
    const scope = scopeOfActor(tx.actor);
    const rows = await tx.query<CoverageItem & { path: string }>(
      `SELECT c.id, c.kind, c.value, c.path, coalesce(d.name_en, s.name_en, b.name_en) AS name_en,
              coalesce(d.name_hi, s.name_hi, b.name_hi) AS name_hi,
              json_build_object('id', t.id, 'code', t.code, 'name_en', t.name_en, 'name_hi', t.name_hi) AS territory
         FROM coverage c JOIN territories t ON t.id = c.territory_id
         LEFT JOIN revenue_districts d ON c.kind = 'revenue_district' AND d.lgd_code::text = c.value
         LEFT JOIN tehsils s ON c.kind = 'tehsil' AND s.lgd_code::text = c.value
         LEFT JOIN LATERAL (
           SELECT b.name_en, b.name_hi FROM territories b
            WHERE c.kind IN ('block', 'urban_body') AND b.level = 'local_body' AND b.lgd_code::text = c.value
              AND (b.kind = 'block') = (c.kind = 'block') LIMIT 1) b ON true
        WHERE c.path >= $1 AND c.path < $2 AND ($3::uuid IS NULL OR c.territory_id = $3)
          AND ($4::text IS NULL OR c.kind = $4) AND ($5::text IS NULL OR c.value = $5)
          AND ($6::text IS NULL OR (c.path, c.id) > ($6, $7::uuid))
        ORDER BY c.path, c.id LIMIT $8`,
      [
        scope?.from ?? '',
        scope?.to ?? '',
        filter.territoryId ?? null,
        filter.kind ?? null,
        filter.value ?? null,
        cursor?.[0] ?? null,
        cursor?.[1] ?? null,
        limit + 1,
      ],
    );
    const page = pageOf(rows, limit, (row) => [row.path, row.id]);
    return { items: page.items.map(({ path: _path, ...item }) => item), next: page.next };
  }

  /** What a code or a name (either language) can mean; several where a name isn't unique. Not for PINs. */
  named(tx: Transaction, kind: Exclude<CoverageKind, 'pin'>, codeOrName: string): Promise<Known[]> {
    return tx.query<Known>(
      `SELECT value, name_en, name_hi FROM (${NAMED[kind]}) k WHERE value = $1 OR lower(name_en) = lower($1) OR name_hi = $1 LIMIT 20`,
      [codeOrName],
    );
  }

  async knowsPin(tx: Transaction, pin: string): Promise<boolean> {
    return Boolean(await tx.one('SELECT 1 FROM pins WHERE pin = $1 LIMIT 1', [pin]));
  }

  /** Every code there is, by kind, for checking a file; PINs as well. */
  async everything(tx: Transaction): Promise<(kind: CoverageKind, value: string) => boolean> {
    const rows = await tx.query<{ kind: string; value: string }>(
      `${Object.entries(NAMED)
        .map(([kind, sql]) => `SELECT '${kind}' AS kind, value FROM (${sql}) ${kind}`)
        .join(' UNION ALL ')}
       UNION ALL SELECT DISTINCT 'pin', pin FROM pins`,
    );
    const known = new Set(rows.map(({ kind, value }) => `${kind} ${value}`));
    return (kind, value) => known.has(`${kind} ${value}`);
  }

  /** Codes of the territories in the actor's scope, with their ids. */
  async territories(tx: Transaction): Promise<Map<string, string>> {
    const scope = scopeOfActor(tx.actor);
    const rows = await tx.query<{ code: string; id: string }>(
      'SELECT code, id FROM territories WHERE path >= $1 AND path < $2 AND to_on IS NULL',
      [scope?.from ?? '', scope?.to ?? ''],
    );
    return new Map(rows.map(({ code, id }) => [code, id]));
  }
}
