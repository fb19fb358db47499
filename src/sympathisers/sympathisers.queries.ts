import { Injectable } from '@nestjs/common';
import { scopeFrom, scopeOfActor, type Scope } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { NotFound } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../platform/web/keyset.js';
import { CARD_COLUMNS, CARD_TABLES, cardsOf, type CardRow, type PersonCard } from './person-cards.js';
import { readSearch, type PersonSearch } from './person-search.js';
import { PLATFORMS } from './platforms.js';
import { BY_NAME, BY_NAME_AND_FILTERS, candidatesFor } from './search/name-search.js';
import { behind, MOST_RESULTS, rankedBy, type Named } from './search/ranking.js';
import { segmentRule, type Conditions } from './segments/conditions.js';
import { mayWe } from './consent/may-we.js';
import type { SympathiserListQuery } from './sympathisers.dto.js';

/** Conditions on `people p`, for each value that a filter can have. The texts are ours; values go in beside them. */
const CONTACTED: Record<string, string> = {
  never: 'p.last_attempt_at IS NULL',
  week: `p.last_attempt_at >= now() - interval '7 days'`,
  over_month: `(p.last_attempt_at IS NULL OR p.last_attempt_at < now() - interval '30 days')`,
  over_quarter: `(p.last_attempt_at IS NULL OR p.last_attempt_at < now() - interval '90 days')`,
};

/** A page of people; `refine`: so many have names like the one typed that not all of them were looked at or are given. */
export interface PeoplePage extends Page<PersonCard> {
  refine?: boolean;
}

/** People in the actor's sight, as plain rows. */
@Injectable()
export class SympathisersQueries {
  /** One page, in the order of the tree, or of how well the name fits. Who is shown is written down. */
  async list(tx: Transaction, query: SympathiserListQuery, locale: Locale): Promise<PeoplePage> {
    const search = query.q ? readSearch(query.q) : null;
    const page =
      search?.by === 'name' ? await this.named(tx, query, search) : await this.inOrderOfTheTree(tx, query, search);
    tx.shown(
      'sympathiser.list',
      page.items.map((row) => row.id),
    );
    return { ...page, items: await cardsOf(tx, page.items, locale) };
  }

  private async inOrderOfTheTree(tx: Transaction, query: SympathiserListQuery, search: PersonSearch | null) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const { where, params } = conditionsOf(query);
    if (search) where.push(found(search, (given) => `$${params.push(given)}`));
    if (query.segment) where.push(await savedList(tx, query.segment, params));
    const cursor = readCursor(query.cursor, 2);
    if (cursor) where.push(`(p.path, p.id) > ($${params.push(cursor[0])}, $${params.push(cursor[1])}::uuid)`);
    const rows = await tx.query<CardRow>(
      `SELECT ${CARD_COLUMNS} FROM ${CARD_TABLES}
        WHERE ${['p.erased_at IS NULL', ...where].join(' AND ')}
        ORDER BY p.path, p.id LIMIT $${params.push(limit + 1)}`,
      params,
    );
    return pageOf(rows, limit, (row) => [row.path, row.id]);
  }

  /** The best of those whose name may be meant; a page further on finds them anew and goes on behind its cursor. */
  private async named(tx: Transaction, query: SympathiserListQuery, search: PersonSearch & { by: 'name' }) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const { where, params } = conditionsOf(query);
    if (query.segment) where.push(await savedList(tx, query.segment, params));
    const within = await this.withinOf(tx, query.territory);
    const filtered = where.length > (query.territory ? 1 : 0);
    const { ids, more } = await candidatesFor(tx, search.name, within, filtered ? BY_NAME_AND_FILTERS : BY_NAME);
    const handles = search.handle ? await tx.query<{ id: string }>(BY_HANDLE, [search.handle, platformCodes()]) : [];
    const candidates = await tx.query<Named>(
      `SELECT p.id, p.path, p.full_name AS name FROM people p
        WHERE ${[`p.id = ANY ($${params.push([...handles.map(({ id }) => id), ...ids])}::uuid[])`, 'p.erased_at IS NULL', ...where].join(' AND ')}`,
      params,
    );
    const named = rankedBy(search.name, candidates, new Set(handles.map(({ id }) => id)));
    const ranked = named.slice(0, MOST_RESULTS);
    const cursor = readCursor(query.cursor, 3);
    const rest = cursor ? behind(ranked, cursor as [number, string, string]) : ranked;
    const page = pageOf(rest.slice(0, limit + 1), limit, (row) => [row.distance, row.path, row.id]);
    const rows = await tx.query<CardRow>(
      `SELECT ${CARD_COLUMNS} FROM ${CARD_TABLES} JOIN unnest($1::uuid[]) WITH ORDINALITY AS o (id, n) ON o.id = p.id ORDER BY o.n`,
      [page.items.map(({ id }) => id)],
    );
    return { items: rows, next: page.next, ...(more || named.length > MOST_RESULTS ? { refine: true } : {}) };
  }

  /** Where to look: the actor's own range, or the territory's that was chosen inside it. */
  private async withinOf(tx: Transaction, territory: string | undefined): Promise<Scope> {
    const own = scopeOfActor(tx.actor) ?? { from: '', to: '' };
    if (!territory) return own;
    const row = await tx.one<{ path: string }>(
      `SELECT path FROM territories WHERE ${territoryColumn(territory)} = lower($1)`,
      [territory],
    );
    if (!row) return { from: '', to: '' };
    // What lies above the actor's own narrows nothing.
    return row.path.length > own.from.length ? scopeFrom(row.path) : own;
  }
}

const territoryColumn = (given: string) => (/^[0-9a-f-]{36}$/i.test(given) ? 'id::text' : 'code');
/** Asked at each use: platforms are data, and change while the program runs. */
const platformCodes = () => PLATFORMS.map((platform) => platform.code);
/** Two look-ups, each by its own index: an OR of both would read through one of them. */
const BY_HANDLE_OR_ACCOUNT = (handle: string, uid: string, platforms: string) =>
  `SELECT i.person_id FROM person_identities i WHERE i.handle = ${handle} AND i.platform = ANY (${platforms})
    UNION ALL
   SELECT i.person_id FROM person_identities i WHERE i.platform_uid = ${uid} AND i.platform = ANY (${platforms})`;
const BY_HANDLE = `SELECT i.person_id AS id FROM person_identities i WHERE i.handle = $1 AND i.platform = ANY ($2::text[]) LIMIT 50`;

/** @throws NotFound for one that is out of sight, or ended */
async function savedList(tx: Transaction, id: string, params: unknown[]): Promise<string> {
  const segment = await tx.one<{ conditions: Conditions }>(
    'SELECT conditions FROM segments WHERE id = $1 AND ended_at IS NULL',
    [id],
  );
  if (!segment) throw new NotFound();
  return segmentRule(tx, segment.conditions, params);
}

function conditionsOf(query: SympathiserListQuery) {
  const params: unknown[] = [];
  const where: string[] = [];
  const value = (given: unknown) => `$${params.push(given)}`;
  if (query.territory) {
    const path = `(SELECT path FROM territories WHERE ${territoryColumn(query.territory)} = lower(${value(query.territory)}))`;
    where.push(`p.path >= ${path} AND p.path < ${path} || '~'`);
  }
  if (query.language) {
    // As a saved list means it: their own, or one that they speak as well.
    const language = value(query.language);
    where.push(`(p.language = ${language} OR p.also_speaks && ARRAY[${language}])`);
  }
  if (query.platform) where.push(`(p.on_platforms & (SELECT 1::bigint << channel_bit(${value(query.platform)}))) <> 0`);
  if (query.consent === 'none')
    where.push(
      `NOT EXISTS (SELECT FROM consents s WHERE s.person_id = p.id AND s.purpose = 'contact' AND s.state = 'given')`,
    );
  else if (query.consent) where.push(mayWe('p', 'contact', value(query.consent)));
  if (query.assigned) where.push(`p.assigned_to IS ${query.assigned === 'yes' ? 'NOT NULL' : 'NULL'}`);
  if (query.assignedTo) where.push(`p.assigned_to = ${value(query.assignedTo)}`);
  if (query.waiting) where.push('p.waiting');
  if (query.contacted) where.push(CONTACTED[query.contacted]!);
  return { params, where };
}

/** The condition on `people p` for what was typed, where it isn't a name. */
function found(search: PersonSearch, value: (given: unknown) => string): string {
  switch (search.by) {
    case 'point':
      return `p.id IN (SELECT c.person_id FROM contact_points c WHERE c.value = ${value(search.value)} AND c.kind = ${value(search.kind)})`;
    case 'handle':
      return `p.id IN (${BY_HANDLE_OR_ACCOUNT(value(search.handle), value(search.uid), value(search.platforms))})`;
    case 'pin':
      return `p.pin = ${value(search.pin)}`;
    default:
      return 'false';
  }
}
