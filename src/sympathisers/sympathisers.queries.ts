import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction.js';
import { NotFound } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../platform/web/keyset.js';
import { CARD_COLUMNS, CARD_TABLES, cardsOf, type CardRow, type PersonCard } from './person-cards.js';
import { readSearch } from './person-search.js';
import { PLATFORMS } from './platforms.js';
import { segmentRule, type Conditions } from './segments/conditions.js';
import type { SympathiserListQuery } from './sympathisers.dto.js';

/** Conditions on `people p`, for each value that a filter can have. The texts are ours; values go in beside them. */
const CONTACTED: Record<string, string> = {
  never: 'p.last_attempt_at IS NULL',
  week: `p.last_attempt_at >= now() - interval '7 days'`,
  over_month: `(p.last_attempt_at IS NULL OR p.last_attempt_at < now() - interval '30 days')`,
  over_quarter: `(p.last_attempt_at IS NULL OR p.last_attempt_at < now() - interval '90 days')`,
};

/** People in the actor's sight, as plain rows. */
@Injectable()
export class SympathisersQueries {
  /** One page, in the order of the tree. Who is shown is written down. */
  async list(tx: Transaction, query: SympathiserListQuery, locale: Locale): Promise<Page<PersonCard>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const { joins, where, params } = conditionsOf(query);
    if (query.segment) where.push(await savedList(tx, query.segment, params));
    const cursor = readCursor(query.cursor, 2);
    if (cursor) where.push(`(p.path, p.id) > ($${params.push(cursor[0])}, $${params.push(cursor[1])}::uuid)`);
    const rows = await tx.query<CardRow>(
      `SELECT ${CARD_COLUMNS} FROM ${CARD_TABLES} ${joins.join(' ')}
        WHERE ${['p.erased_at IS NULL', ...where].join(' AND ')}
        ORDER BY p.path, p.id LIMIT $${params.push(limit + 1)}`,
      params,
    );
    const page = pageOf(rows, limit, (row) => [row.path, row.id]);
    tx.shown(
      'sympathiser.list',
      page.items.map((row) => row.id),
    );
    return { items: await cardsOf(tx, page.items, locale), next: page.next };
  }
}

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
  const joins: string[] = [];
  const where: string[] = [];
  const value = (given: unknown) => `$${params.push(given)}`;
  if (query.q) searchFor(query.q, where, value);
  if (query.territory) {
    const column = /^[0-9a-f-]{36}$/i.test(query.territory) ? 'id::text' : 'code';
    const path = `(SELECT path FROM territories WHERE ${column} = lower(${value(query.territory)}))`;
    where.push(`p.path >= ${path} AND p.path < ${path} || '~'`);
  }
  if (query.language) where.push(`p.language = ${value(query.language)}`);
  if (query.platform)
    where.push(
      `EXISTS (SELECT FROM person_identities i WHERE i.person_id = p.id AND i.platform = ${value(query.platform)} AND i.to_at IS NULL)`,
    );
  if (query.consent === 'none')
    where.push(
      `NOT EXISTS (SELECT FROM consents s WHERE s.person_id = p.id AND s.purpose = 'contact' AND s.state = 'given')`,
    );
  else if (query.consent)
    joins.push(
      `JOIN contact_barriers('contact', ${value(query.consent)}) b ON b.person_id = p.id AND b.barrier IS NULL`,
    );
  if (query.assigned) where.push(`p.assigned_to IS ${query.assigned === 'yes' ? 'NOT NULL' : 'NULL'}`);
  if (query.assignedTo) where.push(`p.assigned_to = ${value(query.assignedTo)}`);
  if (query.waiting) where.push('p.waiting');
  if (query.contacted) where.push(CONTACTED[query.contacted]!);
  return { params, joins, where };
}

function searchFor(q: string, where: string[], value: (given: unknown) => string): void {
  const search = readSearch(q);
  const byHandle = (platforms: string[], handle: string) =>
    `SELECT i.person_id FROM person_identities i
      WHERE i.handle = ${value(handle)} AND i.platform = ANY (${value(platforms)})`;
  switch (search.by) {
    case 'point':
      where.push(
        `p.id IN (SELECT c.person_id FROM contact_points c WHERE c.value = ${value(search.value)} AND c.kind = ${value(search.kind)})`,
      );
      break;
    case 'handle':
      where.push(`p.id IN (${byHandle(search.platforms, search.handle)})`);
      break;
    case 'name': {
      const named = `p.name_key >= ${value(search.from)} AND p.name_key < ${value(search.to)}`;
      const platforms = PLATFORMS.map((platform) => platform.code);
      where.push(search.handle ? `((${named}) OR p.id IN (${byHandle(platforms, search.handle)}))` : named);
      break;
    }
    default:
      where.push('false');
  }
}
