import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { sqlStateOf } from '../../platform/database/sql-state.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { PeopleMover, type Moved } from '../../territories/people-mover.js';
import { FindDuplicatesOfImport } from '../duplicates/duplicate-jobs.js';
import { ImportBatch } from './import-batch.entity.js';
import { ImportCounter } from './import-counter.js';
import type { OnProgress } from './import-reader.service.js';
import { forgetFile } from './import-staging.js';
import {
  BRINGS,
  CHANGED,
  CLAIMS,
  CONSENTS,
  DIFFERENT,
  FILLS,
  IDENTITIES,
  MOVES,
  NOTES,
  PEOPLE,
  POINTS,
  SIMILAR,
} from './merge-sql.js';
import { ReadingContext } from './reading-context.js';
import { Refusals } from './refusals.service.js';
import { RowMatcher } from './row-matcher.js';

export interface MergeOptions {
  onProgress?: OnProgress;
  /** When the rows were compared with the register, if that was a moment ago; else they are compared anew. */
  comparedAt?: Date;
}

/** Persons that go into the register in one unit of work: few enough to lock for a second at most. */
const SLICE = 10_000;
/** So many new rows change what the planner should think; autovacuum would look only after a minute. */
const MANY = 500;
/** So long after a crash the comparison from before still holds: as long as between two slices of a busy hour. */
const STILL_FRESH_MS = 10 * 60_000;
/** unique_violation, foreign_key_violation. */
const OVERTAKEN = ['23505', '23503'];
const TRIES = 5;

/**
 * Puts a confirmed batch into the register, in slices. Safe to run twice: a slice and the note that it is done are one
 * unit of work, and what is left is compared with the register anew before it goes on.
 */
@Injectable()
export class ImportMerger {
  constructor(
    private readonly work: UnitOfWork,
    private readonly context: ReadingContext,
    private readonly matcher: RowMatcher,
    private readonly counter: ImportCounter,
    private readonly refusals: Refusals,
    private readonly mover: PeopleMover,
  ) {}

  /** @returns false where there was nothing (more) to merge */
  async merge(actor: Actor, id: string, { onProgress, comparedAt }: MergeOptions = {}): Promise<boolean> {
    const batch = await this.work.run(actor, (tx) => tx.find(ImportBatch, { id }));
    if (batch?.state !== 'merging') return false;
    await this.refusals.apply(actor, id);
    let compared: Date | null = comparedAt ?? resumable(batch) ?? (await this.compare(actor, id));
    for (let tries = 0, slices = 1; ; slices += 1) {
      try {
        // A register that grows so fast has other statistics by now, and its look-ups other plans: after 1, 4, 16, 64 slices.
        if (slices > 1 && Number.isInteger(Math.log2(slices - 1) / 2))
          await this.work.run(actor, (tx) => tx.query('SELECT analyze_register()'));
        const left = await this.work.run(actor, (tx) => this.slice(tx, id, compared, onProgress));
        if (left === 'over') return false;
        if (left === 'done') break;
        if (left === 'stale') {
          await this.compare(actor, id);
          // The next slice goes in without this question: of two imports side by side both must get on.
          compared = null;
        } else compared ??= left;
        tries = 0;
      } catch (error) {
        // Somebody else took a handle since we looked, or somebody was erased: look again.
        if (!OVERTAKEN.includes(sqlStateOf(error) ?? '') || ++tries >= TRIES) throw error;
        compared = await this.compare(actor, id);
      }
    }
    return this.work.run(actor, (tx) => this.finish(tx, id));
  }

  private compare(actor: Actor, id: string): Promise<Date> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      const { homes } = await this.context.load(tx, new Date(`${batch.readOn}T00:00:00Z`));
      await this.matcher.match(tx, batch, homes);
      await tx.execute('UPDATE import_batches SET touched_at = clock_timestamp(), compared_at = now() WHERE id = $1', [
        id,
      ]);
      return (await tx.one<{ now: Date }>('SELECT now() AS now'))!.now;
    });
  }

  /** @returns how it went; the time of a slice that is in */
  private async slice(
    tx: Transaction,
    id: string,
    compared: Date | null,
    onProgress?: OnProgress,
  ): Promise<'over' | 'stale' | 'done' | Date> {
    const batch = await tx.lock(ImportBatch, { id });
    if (batch.state !== 'merging') return 'over';
    // Imports into one territory go one after the other; what another one added since is compared first.
    await tx.query('SELECT id FROM territories WHERE id = $1 FOR NO KEY UPDATE', [batch.territoryId]);
    const other = await tx.one(
      `SELECT id FROM import_batches WHERE id <> $1 AND merged_to > 0 AND touched_at > $2 LIMIT 1`,
      [id, compared],
    );
    if (other) return 'stale';
    const erased = compared && (await tx.one<{ since: boolean }>('SELECT gate.erased_since($1) AS since', [compared]));
    if (erased?.since) return 'stale';
    const next = await tx.one<{ upto: number | null }>(NEXT, [id, batch.mergedTo, SLICE]);
    const upto = batch.stopAt ? null : (next?.upto ?? null);
    if (upto === null) return 'done';
    await this.put(tx, batch, upto);
    const done = await tx.one<{ rows: number }>(
      'SELECT count(*)::int AS rows FROM import_outcomes WHERE batch_id = $1 AND group_no > $2 AND group_no <= $3',
      [id, batch.mergedTo, upto],
    );
    batch.mergedTo = upto;
    batch.done = String(Math.min(Number(batch.done) + done!.rows, batch.rows));
    await tx.save(batch);
    // The clock, not the start of this unit of work, which may have waited for another import.
    const touched = await tx.one<{ at: Date }>(
      'WITH touched AS (UPDATE import_batches SET touched_at = clock_timestamp() WHERE id = $1 RETURNING touched_at) SELECT touched_at AS at FROM touched',
      [id],
    );
    tx.onCommit(() => onProgress?.('merging', Number(batch.done), batch.rows));
    return touched!.at;
  }

  private async put(tx: Transaction, batch: ImportBatch, upto: number): Promise<void> {
    const values = [batch.id, batch.mergedTo, upto, batch.confirmedBy];
    await tx.query(`SET LOCAL jit = off; SET LOCAL work_mem = '32MB'`);
    for (const statement of [PEOPLE, FILLS, CLAIMS, IDENTITIES, POINTS, CONSENTS, NOTES, DIFFERENT, SIMILAR, CHANGED])
      await tx.execute(statement, values.slice(0, statement.includes('$4') ? 4 : 3));
    const move = uuidv7();
    const moved = await tx.query<Moved>(MOVES, [...values, move]);
    if (moved.length) await this.mover.follow(tx, move, 'people.placed', moved, { import: batch.id });
  }

  private async finish(tx: Transaction, id: string): Promise<boolean> {
    const batch = await tx.lock(ImportBatch, { id });
    if (batch.state !== 'merging') return false;
    if (batch.stopAt) await this.counter.count(tx, batch, batch.mergedTo);
    else await this.counter.count(tx, batch);
    batch.finish(new Date());
    await tx.save(batch);
    await forgetFile(tx, id);
    if (batch.created || batch.changed) await tx.enqueue(FindDuplicatesOfImport, { importId: id });
    if (batch.created + batch.changed >= MANY) await tx.query('SELECT analyze_register()');
    const { rows, created, changed, same, rejected, warnings } = batch;
    tx.audit('import.merged', {
      subject: 'import',
      subjectId: id,
      path: batch.path,
      facts: { rows, created, changed, same, rejected, warnings },
    });
    return true;
  }
}

/** Some thousand persons that bring something. */
const NEXT = `
  SELECT max(group_no) AS upto
    FROM (SELECT o.group_no FROM import_outcomes o WHERE o.batch_id = $1 AND o.group_no > $2 AND ${BRINGS}
           ORDER BY o.group_no LIMIT $3) s`;

/** Goes on where a crash ended it a moment ago: what is left was compared before, and another import's rows are asked for. */
function resumable({ mergedTo, touchedAt, comparedAt, confirmedAt }: ImportBatch): Date | null {
  const sinceConfirmed = comparedAt && confirmedAt && comparedAt >= confirmedAt ? comparedAt : null;
  const last = mergedTo > 0 ? touchedAt : sinceConfirmed;
  return last && Date.now() - last.getTime() < STILL_FRESH_MS ? last : null;
}
