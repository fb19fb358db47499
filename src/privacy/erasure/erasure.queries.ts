import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Gone, NotFound } from '../../platform/errors.js';
import { DEFAULT_LIMIT, pageOf, readCursor } from '../../platform/web/keyset.js';
import { TERRITORY } from '../../audit/list-statement.js';
import type { ErasureListQuery } from './erasure.dto.js';

export interface ErasureRow {
  id: string;
  state: 'wished' | 'refused' | 'asked' | 'erased';
  why: string;
  /** The record that stands for them now: another one where theirs was merged. Null once they are erased. */
  person: string | null;
  name: string | null;
  askedAt: Date;
  askedBy: string | null;
  refusedWhy: string | null;
  erasedAt: Date | null;
  /** Files that may hold them are still in hand. */
  rest: boolean;
  territory: { name_en: string; name_hi: string } | null;
}

const COLUMNS = `e.id, e.state, e.why, p.id AS person, p.full_name AS name, e.asked_at AS "askedAt", u.full_name AS "askedBy",
  e.refused_why AS "refusedWhy", e.erased_at AS "erasedAt", e.done_at IS NULL AND e.state = 'erased' AS rest, ${TERRITORY('t')} AS territory`;
const TABLES = `erasures e LEFT JOIN people p ON p.id = coalesce(gate.successor(e.id), e.id) LEFT JOIN user_names u ON u.id = e.asked_by LEFT JOIN territories t ON t.path = e.path`;

/** Who is to be erased, and who was, in the actor's territory. */
@Injectable()
export class ErasureQueries {
  constructor(private readonly work: UnitOfWork) {}

  list(actor: Actor, query: ErasureListQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 2);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<ErasureRow & { cursor_at: string }>(
        `SELECT ${COLUMNS}, e.asked_at::text AS cursor_at FROM ${TABLES}
          WHERE ($1::text IS NULL OR e.state = $1) AND ($2::timestamptz IS NULL OR (e.asked_at, e.id) < ($2, $3::uuid))
          ORDER BY e.asked_at DESC, e.id DESC LIMIT $4`,
        [query.state ?? null, ...(after ?? [null, null]), limit + 1],
      );
      const page = pageOf(rows, limit, (row) => [row.cursor_at, row.id]);
      tx.shown(
        'erasure.list',
        page.items.map(({ id }) => id),
      );
      return { ...page, items: page.items.map(({ cursor_at: _, ...row }) => row) };
    });
  }

  /** One person, for the page that asks. @throws NotFound; Gone for somebody who was erased */
  one(actor: Actor, personId: string) {
    return this.work.run(actor, async (tx) => {
      const person = await tx.one<{ id: string; name: string; shared: number }>(
        `SELECT p.id, p.full_name AS name,
                (SELECT count(DISTINCT o.person_id)::int FROM contact_points c JOIN contact_points o ON o.value = c.value AND o.kind = c.kind
                  WHERE c.person_id = p.id AND o.person_id <> p.id) AS shared
           FROM people p WHERE p.id = $1 AND p.erased_at IS NULL`,
        [personId],
      );
      const erasure = await tx.one<ErasureRow>(
        `SELECT ${COLUMNS} FROM ${TABLES} WHERE e.id = coalesce((SELECT o.id FROM gate.erasure_of($1) o), $1)`,
        [personId],
      );
      if (!person) throw erasure?.state === 'erased' ? new Gone('erasure.gone') : new NotFound();
      tx.shown('erasure.shown', [personId]);
      return { ...person, erasure };
    });
  }
}
