import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../../platform/web/keyset.js';
import type { BreachesQuery } from './breach.dto.js';
import { clockOf, type Clock } from './clock.js';
import { actionsWithout, DATA_KINDS, type DataKind } from './kinds-of-data.js';

interface Place {
  id: string;
  code: string;
  name_en: string;
  name_hi: string;
}

export interface BreachRow {
  id: string;
  title: string;
  territory: Place;
  awareAt: Date;
  openedAt: Date;
  openedBy: string | null;
  /** null while it is being counted. */
  countedAt: Date | null;
  people: number;
  erased: number;
  boardToldAt: Date | null;
  detailedAt: Date | null;
  peopleToldAt: Date | null;
  closedAt: Date | null;
  clock: Clock;
}

export interface BreachDetail extends BreachRow {
  from: Date;
  to: Date;
  nature: string | null;
  consequences: string | null;
  measures: string | null;
  prevention: string | null;
  actors: { id: string; name: string | null }[];
  tokens: string[];
  territories: Place[];
  exports: { id: string; reason: string | null; people: number | null }[];
  steps: { step: string; at: Date; by: string | null; note: string | null }[];
  /** How many of those affected each kind of data was about. */
  kinds: { kind: DataKind; people: number }[];
  /** Of how many something was changed, and not only shown. */
  changed: number;
  first: Date | null;
  last: Date | null;
}

const PLACE = `jsonb_build_object('id', t.id, 'code', t.code, 'name_en', t.name_en, 'name_hi', t.name_hi)`;
const COLUMNS = `b.id, b.title, ${PLACE} AS territory, b.aware_at AS "awareAt", b.opened_at AS "openedAt", o.full_name AS "openedBy",
  b.counted_at AS "countedAt", b.people, b.erased, b.board_told_at AS "boardToldAt", b.detailed_at AS "detailedAt",
  b.people_told_at AS "peopleToldAt", b.closed_at AS "closedAt"`;
const TABLES = `breaches b JOIN territories t ON t.id = b.territory_id LEFT JOIN user_names o ON o.id = b.opened_by`;

type Listed = Omit<BreachRow, 'clock'>;
const withClock = <R extends Listed>(row: R, now: Date): R & { clock: Clock } => ({
  ...row,
  clock: clockOf(row.awareAt, row.detailedAt ?? row.closedAt, now),
});

/** Cases in the reader's territory; by row policy none about themselves. They tell numbers, and name nobody of the register. */
@Injectable()
export class BreachQueries {
  constructor(private readonly work: UnitOfWork) {}

  list(actor: Actor, query: BreachesQuery, now: Date): Promise<Page<BreachRow>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 1);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<Listed>(
        `SELECT ${COLUMNS} FROM ${TABLES}
          WHERE ($1::text IS NULL OR (b.closed_at IS NULL) = ($1 = 'open')) AND ($2::uuid IS NULL OR b.id < $2)
          ORDER BY b.id DESC LIMIT $3`,
        [query.state ?? null, after?.[0] ?? null, limit + 1],
      );
      const page = pageOf(rows, limit, (row) => [row.id]);
      return { items: page.items.map((row) => withClock(row, now)), next: page.next };
    });
  }

  /** @throws NotFound */
  show(actor: Actor, id: string, now: Date): Promise<BreachDetail> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<Omit<BreachDetail, 'clock' | 'steps' | 'kinds' | 'changed' | 'first' | 'last'>>(
        `SELECT ${COLUMNS}, b.span_from AS from, b.span_to AS to, b.nature, b.consequences, b.measures, b.prevention, b.tokens,
                (SELECT coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'name', n.full_name)), '[]')
                   FROM unnest(b.actors) AS a(id) LEFT JOIN user_names n ON n.id = a.id) AS actors,
                (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'code', p.code, 'name_en', p.name_en, 'name_hi', p.name_hi)), '[]')
                   FROM territories p WHERE p.id = ANY (b.territories)) AS territories,
                (SELECT coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'reason', e.reason, 'people', e.written)), '[]')
                   FROM unnest(b.exports) AS x(id) LEFT JOIN exports e ON e.id = x.id) AS exports
           FROM ${TABLES} WHERE b.id = $1`,
        [id],
      );
      if (!row) throw new NotFound();
      const steps = await tx.query<BreachDetail['steps'][number]>(
        `SELECT s.step, s.at, u.full_name AS by, s.note FROM breach_steps s LEFT JOIN user_names u ON u.id = s.user_id
          WHERE s.breach_id = $1 ORDER BY s.id`,
        [id],
      );
      return { ...withClock(row, now), steps, ...(await this.affected(tx, id)) };
    });
  }

  /** What was seen or changed of how many. */
  private async affected(tx: Transaction, id: string) {
    const params: unknown[] = [id];
    const counts = DATA_KINDS.map((kind) => `count(*) FILTER (WHERE NOT actions <@ $${params.push(actionsWithout(kind))}::text[])::int AS ${kind}`); // prettier-ignore
    const row = (await tx.one<Record<DataKind, number> & { changed: number; first: Date | null; last: Date | null }>(
      `SELECT ${counts.join(', ')}, count(*) FILTER (WHERE changed)::int AS changed, min(first_at) AS first, max(last_at) AS last
         FROM breach_people WHERE breach_id = $1`,
      params,
    ))!;
    return {
      kinds: DATA_KINDS.map((kind) => ({ kind, people: row[kind] })).filter(({ people }) => people),
      changed: row.changed,
      first: row.first,
      last: row.last,
    };
  }
}
