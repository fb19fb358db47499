import { Injectable } from '@nestjs/common';
import { userIdOf } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../../platform/web/keyset.js';
import { segmentRule, type Conditions } from './conditions.js';

export interface SegmentRow {
  id: string;
  name: string;
  conditions: Conditions;
  shared: boolean;
  owner_id: string;
  owner: string | null;
  territory_en: string;
  territory_hi: string;
  changed_at: Date;
}

const COLUMNS = `s.id, s.name, s.conditions, s.shared, s.owner_id, u.full_name AS owner, s.changed_at,
  t.name_en AS territory_en, t.name_hi AS territory_hi`;
const TABLES = `segments s JOIN territories t ON t.id = s.territory_id LEFT JOIN user_names u ON u.id = s.owner_id`;

/**
 * All that conditions ask of people, and of what lies below them, stands in indexes with its path: a fraction of the tables,
 * and the actor's range is looked up in them once, while a scan compares it with their settings row by row, which takes most
 * of its time and which the planner takes for nothing. What is joined to it is the smaller side by far: each worker hashes it
 * for itself, as a hash that they share is made of everybody.
 */
export const COUNTING = 'SET LOCAL enable_seqscan = off; SET LOCAL enable_parallel_hash = off';

/** Saved lists in the actor's sight, and how many people fit them. */
@Injectable()
export class SegmentsQueries {
  /** The newest first. */
  async list(tx: Transaction, query: { limit?: number; cursor?: string }): Promise<Page<SegmentRow>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const cursor = readCursor(query.cursor, 1);
    const rows = await tx.query<SegmentRow>(
      `SELECT ${COLUMNS} FROM ${TABLES}
        WHERE s.ended_at IS NULL AND ($1::uuid IS NULL OR s.id < $1) ORDER BY s.id DESC LIMIT $2`,
      [cursor?.[0] ?? null, limit + 1],
    );
    return pageOf(rows, limit, (row) => [row.id]);
  }

  /** Ended ones are gone for everybody. */
  one(tx: Transaction, id: string): Promise<SegmentRow | null> {
    return tx.one<SegmentRow>(`SELECT ${COLUMNS} FROM ${TABLES} WHERE s.id = $1 AND s.ended_at IS NULL`, [id]);
  }

  /** To choose from: one's own first. */
  choices(tx: Transaction): Promise<{ value: string; label: string }[]> {
    return tx.query(
      `SELECT s.id AS value, s.name AS label FROM segments s WHERE s.ended_at IS NULL
        ORDER BY s.owner_id IS DISTINCT FROM $1, s.name, s.id LIMIT 200`,
      [userIdOf(tx.actor)],
    );
  }

  /** How many in the actor's sight fit. */
  async count(tx: Transaction, conditions: Conditions): Promise<number> {
    const params: unknown[] = [];
    const rule = await segmentRule(tx, conditions, params);
    await tx.query(COUNTING);
    const row = await tx.one<{ n: number }>(`SELECT count(*)::int AS n FROM people p WHERE ${rule}`, params);
    return row!.n;
  }
}
