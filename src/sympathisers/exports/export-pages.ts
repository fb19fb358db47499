import { Injectable } from '@nestjs/common';
import { isGrantActor, type GrantActor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { DEFAULT_LIMIT, pageOf, readCursor } from '../../platform/web/keyset.js';
import { FormChoices } from '../form-choices.js';
import type { Conditions } from '../segments/conditions.js';
import { SegmentPages } from '../segments/segment-pages.js';
import { COLUMNS } from './columns.js';
import type { ExportFormat, ExportState } from './export.entity.js';
import { ExportsService, type Wanted } from './exports.service.js';

interface Row {
  id: string;
  state: ExportState;
  format: ExportFormat;
  reason: string;
  people: number;
  written: number;
  bytes: string;
  columns: string[];
  conditions: Conditions;
  every_point: boolean;
  closed: boolean;
  owner_id: string;
  owner: string | null;
  list: string | null;
  created_at: Date;
  started_at: Date | null;
  expires_at: Date;
  downloads: number;
}

const SELECT = `SELECT e.id, e.state, e.format, e.reason, e.people, e.written, e.bytes, e.columns, e.conditions, e.every_point,
    e.closed, e.owner_id, u.full_name AS owner, s.name AS list, e.created_at, e.started_at, e.expires_at, e.downloads
  FROM exports e LEFT JOIN user_names u ON u.id = e.owner_id LEFT JOIN segments s ON s.id = e.segment_id`;

/** What was taken out, by whom and why; and the form that asks for another file. */
@Injectable()
export class ExportPages {
  constructor(
    private readonly work: UnitOfWork,
    private readonly exports: ExportsService,
    private readonly segments: SegmentPages,
    private readonly choices: FormChoices,
  ) {}

  list(actor: GrantActor, query: { limit?: number; cursor?: string }) {
    return this.work.run(actor, async (tx) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const cursor = readCursor(query.cursor, 1);
      const rows = await tx.query<Row>(`${SELECT} WHERE $1::uuid IS NULL OR e.id < $1 ORDER BY e.id DESC LIMIT $2`, [
        cursor?.[0] ?? null,
        limit + 1,
      ]);
      const page = pageOf(rows, limit, (row) => [row.id]);
      return { items: page.items.map((row) => summary(tx, row)), next: page.next };
    });
  }

  /** @throws NotFound */
  show(actor: GrantActor, id: string, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<Row>(`${SELECT} WHERE e.id = $1`, [id]);
      if (!row) throw new NotFound();
      return {
        ...summary(tx, row),
        listName: row.list,
        words: await this.segments.wordsOf(tx, row.conditions, locale),
        columns: row.columns.map((name) => this.choices.say(locale, `exports.column.${name}`)),
        everyPoint: row.every_point,
        closed: row.closed,
      };
    });
  }

  /** @throws NotFound for a saved list out of sight; Invalid `territory`, `skills`; Forbidden */
  form(actor: GrantActor, wanted: Wanted, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const { conditions, count } = await this.exports.count(actor, wanted);
      return {
        segment: wanted.segment ?? null,
        conditions,
        closed: wanted.closed,
        words: await this.segments.wordsOf(tx, conditions, locale),
        count,
        choices: {
          columns: COLUMNS.map((value) => ({ value, label: this.choices.say(locale, `exports.column.${value}`) })),
          formats: ['xlsx', 'csv'].map((value) => ({
            value,
            label: this.choices.say(locale, `exports.format.${value}`),
          })),
        },
      };
    });
  }
}

function summary({ actor }: Transaction, row: Row) {
  const seconds = row.started_at ? (Date.now() - row.started_at.getTime()) / 1000 : 0;
  const rate = seconds > 0 ? row.written / seconds : 0;
  return {
    id: row.id,
    state: row.state,
    format: row.format,
    reason: row.reason,
    people: row.people,
    written: row.written,
    bytes: Number(row.bytes),
    owner: row.owner,
    mine: isGrantActor(actor) && actor.userId === row.owner_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    downloads: row.downloads,
    /** While it is written: people a second, and seconds to go. */
    rate: row.state === 'writing' && rate ? Math.round(rate) : null,
    remaining: row.state === 'writing' && rate ? Math.max(1, Math.round((row.people - row.written) / rate)) : null,
  };
}
