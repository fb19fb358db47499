import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { seesEverybody, type Actor, type GrantActor, type SystemActor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Invalid, NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { segmentRule, type Conditions } from '../segments/conditions.js';
import { mustBeKnown } from '../segments/segments.service.js';
import { COLUMNS } from './columns.js';
import { WriteExport } from './export-jobs.js';
import { LEFT_OUT } from './export-writer.service.js';
import { Export, type ExportFormat } from './export.entity.js';
import { MOST_ROWS } from './xlsx-file.js';

export interface Wanted {
  segment?: string;
  /** Where no saved list is named. */
  conditions: Conditions;
  closed: boolean;
}

export interface NewExport extends Wanted {
  format: ExportFormat;
  columns: string[];
  reason: string;
  everyPoint: boolean;
  /** How many, as the page said. */
  count: number;
}

/** Takes people out of the register as a file: for whom a reason is given, with a mark in it, and for a time. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
  ) {}

  /**
   * Of whom the file would be, and how many they are now. Each count is written down.
   * @throws NotFound for a saved list out of sight; Invalid `territory`, `skills`; Forbidden
   */
  count(actor: GrantActor, wanted: Wanted): Promise<{ conditions: Conditions; count: number }> {
    mustSeeEverybody(actor);
    return this.work.run(actor, async (tx) => {
      const conditions = await this.conditions(tx, wanted);
      const count = await howMany(tx, conditions, wanted.closed);
      tx.audit('export.counted', { subject: 'export', facts: { conditions, closed: wanted.closed, count } });
      return { conditions, count };
    });
  }

  /**
   * Asks for a file; a job writes it.
   * @throws Conflict where the number is another by now, or nobody fits; Invalid by field; NotFound; Forbidden for a role
   *   that doesn't see everybody in its territory: a job would
   */
  ask(actor: GrantActor, wanted: NewExport, language: Locale): Promise<{ id: string }> {
    mustSeeEverybody(actor);
    return this.work.run(actor, async (tx) => {
      const conditions = await this.conditions(tx, wanted);
      const people = await howMany(tx, conditions, wanted.closed);
      if (!people) throw new Conflict('exports.nobody');
      if (people !== wanted.count) throw new Conflict('exports.count_changed', { typed: wanted.count, now: people });
      // A header above, the mark below.
      if (wanted.format === 'xlsx' && people > MOST_ROWS - 2) throw Invalid.field('format', 'exports.problem.too_long');
      const id = uuidv7();
      const path = actor.scope.from;
      const columns = COLUMNS.filter((name) => wanted.columns.includes(name));
      await tx.insert(Export, {
        id,
        territoryId: actor.territoryId,
        path,
        ownerId: actor.userId,
        segmentId: wanted.segment ?? null,
        conditions,
        reason: wanted.reason,
        format: wanted.format,
        columns,
        language,
        everyPoint: wanted.everyPoint,
        closed: wanted.closed,
        state: 'writing',
        people,
        expiresAt: new Date(Date.now() + this.config.exportHours * 3_600_000),
      });
      tx.audit('export.asked', {
        subject: 'export',
        subjectId: id,
        path,
        facts: {
          reason: wanted.reason,
          people,
          conditions,
          columns,
          format: wanted.format,
          every_point: wanted.everyPoint,
          closed: wanted.closed,
        },
      });
      await tx.enqueue(WriteExport, { exportId: id }, { key: `exports.write:${id}` });
      return { id };
    });
  }

  /**
   * The file, a piece at a time. With each piece that goes out it is written down who was in it.
   * @throws NotFound; Conflict while it is being written, and after its end
   */
  async file(actor: Actor, id: string): Promise<{ name: string; format: ExportFormat; bytes: AsyncGenerator<Buffer> }> {
    const { name, format, pieces } = await this.work.run(actor, async (tx) => {
      await tx.findOrFail(Export, { id });
      const file = await tx.lock(Export, { id });
      if (file.state === 'writing') throw new Conflict('exports.not_yet');
      if (!file.isReady(new Date())) throw new Conflict('exports.gone');
      file.downloads += 1;
      await tx.save(file);
      tx.audit('export.downloaded', {
        subject: 'export',
        subjectId: id,
        path: file.path,
        facts: { people: file.written, reason: file.reason, time: file.downloads },
      });
      return { name: file.fileName, format: file.format, pieces: file.progress.pieces ?? 0 };
    });
    return { name, format, bytes: this.pieces(actor, id, pieces) };
  }

  private async *pieces(actor: Actor, id: string, pieces: number): AsyncGenerator<Buffer> {
    for (let n = 0; n < pieces; n++)
      yield await this.work.run(actor, async (tx) => {
        const chunk = await tx.one<{ bytes: Buffer; people: string[]; path: string }>(
          'SELECT bytes, people, path FROM export_chunks WHERE export_id = $1 AND n = $2',
          [id, n],
        );
        // It ended while it was being fetched.
        if (!chunk) throw new NotFound();
        if (chunk.people.length)
          tx.audit('export.shown', {
            shown: true,
            subject: 'export',
            subjectId: id,
            path: chunk.path,
            people: chunk.people,
          });
        return chunk.bytes;
      });
  }

  /** The file is gone at once, written or not. @throws NotFound; Conflict for one that has ended */
  end(actor: Actor, id: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      await tx.findOrFail(Export, { id });
      const file = await tx.lock(Export, { id });
      if (file.state !== 'writing' && file.state !== 'done') throw new Conflict('exports.gone');
      await this.close(tx, file, 'cancelled');
    });
  }

  /** Files whose time is over are deleted. @returns how many */
  expire(actor: SystemActor, now: Date): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const due = await tx.query<{ id: string }>(
        `SELECT id FROM exports WHERE state IN ('writing', 'done') AND expires_at <= $1 ORDER BY id`,
        [now],
      );
      for (const { id } of due) await this.close(tx, await tx.lock(Export, { id }), 'expired');
      return due.length;
    });
  }

  private async close(tx: Transaction, file: Export, state: 'cancelled' | 'expired'): Promise<void> {
    file.state = state;
    file.finishedAt ??= new Date();
    // Nothing goes on from where it was, and whoever was last in it is nobody's to know.
    file.progress = {};
    await tx.save(file);
    await tx.execute('DELETE FROM export_chunks WHERE export_id = $1', [file.id]);
    tx.audit(state === 'expired' ? 'export.expired' : 'export.ended', {
      subject: 'export',
      subjectId: file.id,
      path: file.path,
      facts: { people: file.written, downloads: file.downloads },
    });
  }

  private async conditions(tx: Transaction, { segment, conditions }: Wanted): Promise<Conditions> {
    await mustBeKnown(tx, conditions);
    if (!segment) return conditions;
    const saved = await tx.one<{ conditions: Conditions }>(
      'SELECT conditions FROM segments WHERE id = $1 AND ended_at IS NULL',
      [segment],
    );
    if (!saved) throw new NotFound();
    return saved.conditions;
  }
}

async function howMany(tx: Transaction, conditions: Conditions, closed: boolean): Promise<number> {
  const params: unknown[] = [];
  const rule = await segmentRule(tx, conditions, params);
  const row = await tx.one<{ n: number }>(
    `SELECT count(*)::int AS n FROM people p WHERE ${rule} ${closed ? '' : `AND ${LEFT_OUT}`}`,
    params,
  );
  return row!.n;
}

/** @throws Forbidden */
function mustSeeEverybody(actor: Actor): void {
  if (!seesEverybody(actor)) throw new Forbidden('exports.whole_sight');
}
