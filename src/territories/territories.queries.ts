import { containing } from '../platform/database/like.js';
import { Injectable } from '@nestjs/common';
import { scopeOfActor } from '../platform/database/actor.js';
import { isUuid } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { NotFound } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../platform/web/keyset.js';
import { ancestorsOf } from './path.js';

export interface TerritoryItem {
  id: string;
  code: string;
  level: string;
  kind: string | null;
  /** In the reader's language. */
  name: string;
  name_en: string;
  name_hi: string;
  lgdCode: number | null;
  fromOn: string;
  toOn: string | null;
  /** Territories directly below it. */
  children: number;
  parent: { id: string; code: string; name_en: string; name_hi: string } | null;
}

export interface TerritoryFilter {
  q?: string;
  level?: string;
  kind?: string;
  code?: string;
  parentId?: string;
  ended?: boolean;
  limit?: number;
  cursor?: string;
}

export interface Choice {
  id: string;
  code: string;
  level: string;
  path: string;
  name_en: string;
  name_hi: string;
  parent_en: string | null;
  parent_hi: string | null;
}

export interface Line {
  id: string;
  code: string;
  level: string;
  name_en: string;
  name_hi: string;
  /** Inside the actor's scope, so that it can be opened. */
  open: boolean;
}

// A territory's names are no secret, but everyone sees only their own and what lies below.
const ITEM = `
  SELECT t.id, t.code, t.level, t.kind, t.name_en, t.name_hi, t.lgd_code AS "lgdCode", t.from_on::text AS "fromOn",
         t.to_on::text AS "toOn",
         (SELECT count(*)::int FROM territories c WHERE c.parent_id = t.id AND c.to_on IS NULL) AS children,
         CASE WHEN p.id IS NOT NULL THEN
           json_build_object('id', p.id, 'code', p.code, 'name_en', p.name_en, 'name_hi', p.name_hi) END AS parent
    FROM territories t LEFT JOIN territories p ON p.id = t.parent_id`;

/** What the pages and other domains read of the tree, inside the actor's scope. */
@Injectable()
export class TerritoriesQueries {
  /** Sorted by name in the reader's language. */
  async list(tx: Transaction, filter: TerritoryFilter, locale: Locale): Promise<Page<TerritoryItem>> {
    const limit = filter.limit ?? DEFAULT_LIMIT;
    const cursor = readCursor(filter.cursor, 2);
    const name = nameColumn(locale);
    const rows = await tx.query<Omit<TerritoryItem, 'name'>>(
      `${ITEM}
        WHERE t.path >= $1 AND t.path < $2
          AND ($3::text IS NULL OR t.name_en ILIKE $3 OR t.name_hi ILIKE $3 OR t.code ILIKE $3)
          AND ($4::text IS NULL OR t.level = $4) AND ($5::text IS NULL OR t.kind = $5)
          AND ($6::uuid IS NULL OR t.parent_id = $6) AND ($7::text IS NULL OR t.code = $7)
          AND ($8::boolean OR t.to_on IS NULL)
          AND ($9::text IS NULL OR (t.${name}, t.id) > ($9, $10::uuid))
        ORDER BY t.${name}, t.id LIMIT $11`,
      [
        ...rangeOf(tx),
        containing(filter.q),
        filter.level ?? null,
        filter.kind ?? null,
        filter.parentId ?? null,
        filter.code ?? null,
        filter.ended ?? false,
        cursor?.[0] ?? null,
        cursor?.[1] ?? null,
        limit + 1,
      ],
    );
    return pageOf(
      rows.map((row) => named(row, locale)),
      limit,
      (row) => [row[name], row.id],
    );
  }

  /** @throws NotFound outside the actor's scope */
  async show(tx: Transaction, id: string, locale: Locale): Promise<TerritoryItem & { path: string }> {
    const row = await tx.one<Omit<TerritoryItem, 'name'>>(`${ITEM} WHERE t.id = $3 AND t.path >= $1 AND t.path < $2`, [
      ...rangeOf(tx),
      id,
    ]);
    if (!row) throw new NotFound();
    const { path } = (await tx.one<{ path: string }>('SELECT path FROM territories WHERE id = $1', [id]))!;
    return { ...named(row, locale), path };
  }

  /** The territory an id or a code means. @throws NotFound outside the actor's scope */
  async find(
    tx: Transaction,
    idOrCode: string,
  ): Promise<{ id: string; code: string; path: string; level: string; name_en: string; name_hi: string }> {
    const row = await tx.one<{
      id: string;
      code: string;
      path: string;
      level: string;
      name_en: string;
      name_hi: string;
    }>(
      `SELECT id, code, path, level, name_en, name_hi FROM territories
        WHERE path >= $1 AND path < $2 AND ${isUuid(idOrCode) ? 'id = $3::uuid' : 'code = lower($3)'}`,
      [...rangeOf(tx), idOrCode],
    );
    if (!row) throw new NotFound();
    return row;
  }

  /** Everything above a territory, from the root down. */
  async line(tx: Transaction, path: string): Promise<Line[]> {
    const [from, to] = rangeOf(tx);
    return tx.query<Line>(
      `SELECT id, code, level, name_en, name_hi, (path >= $2 AND path < $3) AS open FROM territories
        WHERE path = ANY ($1) ORDER BY length(path)`,
      [ancestorsOf(path), from, to],
    );
  }

  /** How many territories of each level lie directly below. */
  async levelsBelow(tx: Transaction, id: string): Promise<{ level: string; n: number }[]> {
    return tx.query(
      `SELECT level, count(*)::int AS n FROM territories WHERE parent_id = $1 AND to_on IS NULL GROUP BY level ORDER BY min(length(path)), n`,
      [id],
    );
  }

  /**
   * Territories in force to choose from, in the order of the tree.
   * @param under only what lies at or below this path; levels: only of these
   */
  async choices(
    tx: Transaction,
    { under, levels, limit = 5_000 }: { under?: string; levels?: string[]; limit?: number } = {},
  ): Promise<Choice[]> {
    return tx.query<Choice>(
      `SELECT t.id, t.code, t.level, t.path, t.name_en, t.name_hi, p.name_en AS parent_en, p.name_hi AS parent_hi
         FROM territories t LEFT JOIN territories p ON p.id = t.parent_id
        WHERE t.path >= $1 AND t.path < $2 AND t.to_on IS NULL
          AND ($3::text IS NULL OR starts_with(t.path, $3)) AND ($4::text[] IS NULL OR t.level = ANY ($4))
        ORDER BY p.path, t.name_en, t.id LIMIT $5`,
      [...rangeOf(tx), under ?? null, levels ?? null, limit],
    );
  }
}

/** The actor's range of paths; an actor without one sees nothing. */
function rangeOf(tx: Transaction): [from: string, to: string] {
  const scope = scopeOfActor(tx.actor);
  return scope ? [scope.from, scope.to] : ['', ''];
}

const nameColumn = (locale: Locale) => (locale === 'hi' ? 'name_hi' : 'name_en');

const named = (row: Omit<TerritoryItem, 'name'>, locale: Locale): TerritoryItem => ({
  ...row,
  name: row[nameColumn(locale)],
});
