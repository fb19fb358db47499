import { Injectable } from '@nestjs/common';
import { seesEverybody } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../../platform/web/keyset.js';
import type { LeftAsIs } from './person-merge.entity.js';
import { SHARES_WITH } from '../household.js';

/** Somebody of a pair, enough to know who is meant. */
export interface Half {
  id: string;
  name: string;
  name_en: string;
  name_hi: string;
}
export interface PairRow {
  id: string;
  strength: number;
  reasons: string[];
  a: Half;
  b: Half;
}
/** A record that was merged into this one. */
export interface MergeRow {
  id: string;
  at: Date;
  by: string | null;
  moved: Record<string, string[]>;
  undone_at: Date | null;
  left_as_is: LeftAsIs[];
}

const half = (alias: string, place: string) =>
  `jsonb_build_object('id', ${alias}.id, 'name', ${alias}.full_name, 'name_en', ${place}.name_en, 'name_hi', ${place}.name_hi)`;
const PAIR = `s.id, s.strength, s.reasons, ${half('a', 't')} AS a, ${half('b', 'u')} AS b
   FROM person_suggestions s JOIN people a ON a.id = s.person_id JOIN territories t ON t.id = a.territory_id
   JOIN people b ON b.id = s.other_id JOIN territories u ON u.id = b.territory_id
  WHERE s.field = 'person' AND s.settled_at IS NULL AND s.strength IS NOT NULL`;

export const LEVELS = { strong: [75, 100], likely: [50, 74], possible: [0, 49] } as const;
export type Strength = keyof typeof LEVELS;
export const levelOf = (strength: number): Strength =>
  strength >= LEVELS.strong[0] ? 'strong' : strength >= LEVELS.likely[0] ? 'likely' : 'possible';

/** Pairs of which the actor sees both: one of them alone shows nothing of the other (T26). */
@Injectable()
export class DuplicatesQueries {
  /** The strongest first. */
  async list(
    tx: Transaction,
    query: { strength?: Strength; reason?: string; cursor?: string; limit?: number },
  ): Promise<Page<PairRow>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const params: unknown[] = [];
    const where: string[] = [];
    const value = (given: unknown) => `$${params.push(given)}`;
    if (query.strength) where.push(`s.strength BETWEEN ${LEVELS[query.strength][0]} AND ${LEVELS[query.strength][1]}`);
    if (query.reason) where.push(`s.reasons @> ARRAY[${value(query.reason)}]`);
    const cursor = readCursor(query.cursor, 2);
    if (cursor) where.push(`(-s.strength, s.id) > (${value(cursor[0])}::int, ${value(cursor[1])}::uuid)`);
    const rows = await tx.query<PairRow>(
      `SELECT ${PAIR} ${where.map((one) => `AND ${one}`).join(' ')} ORDER BY s.strength DESC, s.id LIMIT ${value(limit + 1)}`,
      params,
    );
    return pageOf(rows, limit, (row) => [-row.strength, row.id]);
  }

  /** How many there are, up to a thousand and one. */
  async count(tx: Transaction): Promise<number> {
    const row = await tx.one<{ n: number }>(`SELECT count(*)::int AS n FROM (SELECT ${PAIR} LIMIT 1001) q`);
    return row!.n;
  }

  async between(tx: Transaction, one: string, two: string): Promise<PairRow | null> {
    return tx.one<PairRow>(`SELECT ${PAIR} AND s.person_id = least($1::uuid, $2) AND s.other_id = greatest($1::uuid, $2)`, [one, two]); // prettier-ignore
  }

  /** Of one person: pairs in sight, the strongest first. */
  ofPerson(tx: Transaction, id: string): Promise<PairRow[]> {
    return tx.query<PairRow>(`SELECT ${PAIR} AND (s.person_id = $1 OR s.other_id = $1) ORDER BY s.strength DESC, s.id LIMIT 20`, [id]); // prettier-ignore
  }

  /** Whether somebody out of sight may be this person. */
  async elsewhere(tx: Transaction, id: string): Promise<boolean> {
    if (!seesEverybody(tx.actor)) return false;
    return (await tx.one<{ held: boolean }>('SELECT gate.pair_elsewhere($1) AS held', [id]))!.held;
  }

  /** Merges into this person, the newest first, those taken apart again with them. */
  merges(tx: Transaction, id: string): Promise<MergeRow[]> {
    return tx.query<MergeRow>(
      `SELECT m.id, m.at, n.full_name AS by, m.moved, m.undone_at, m.left_as_is
         FROM person_merges m LEFT JOIN user_names n ON n.id = m.by_user
        WHERE m.person_id = $1 ORDER BY m.id DESC LIMIT 20`,
      [id],
    );
  }

  /** Others in sight whom one reaches at a phone or mail of theirs: a family, mostly. */
  household(tx: Transaction, id: string): Promise<(Half & { kinds: string[] })[]> {
    return tx.query<Half & { kinds: string[] }>(
      `SELECT p.id, p.full_name AS name, t.name_en, t.name_hi, array_agg(DISTINCT c.kind ORDER BY c.kind DESC) AS kinds
         FROM contact_points c
        CROSS JOIN LATERAL (
          SELECT o.person_id FROM contact_points o
           WHERE ${SHARES_WITH} LIMIT 20) o
         JOIN people p ON p.id = o.person_id AND p.erased_at IS NULL JOIN territories t ON t.id = p.territory_id
        WHERE c.person_id = $1
        GROUP BY p.id, p.full_name, t.name_en, t.name_hi ORDER BY p.full_name, p.id LIMIT 20`,
      [id],
    );
  }
}
