import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Homes } from '../../territories/home-finder.js';
import { ImportBatch } from './import-batch.entity.js';
import { ImportCounter } from './import-counter.js';
import { ReadingContext } from './reading-context.js';
import { RowMatcher } from './row-matcher.js';

/** Figures of a running job: of bytes while reading, of rows while comparing and merging. */
export type OnProgress = (phase: 'reading' | 'matching' | 'merging', done: number, total: number) => void;

/** Rows that are compared in one unit of work. */
const SLICE = 20_000;

/** `over`: no longer there to be compared, or not by us: cancelled, stopped, mapped anew. */
type Piece = 'more' | 'done' | 'over';

/**
 * Compares all rows of a batch, in pieces that are units of work: first slices of rows, each by itself, then the steps that
 * look at all of them. How far it came stands in the batch, and is read under its lock. So a crash loses a piece at most,
 * and two processes that are at it take turns.
 */
@Injectable()
export class ImportComparer {
  constructor(
    private readonly work: UnitOfWork,
    private readonly context: ReadingContext,
    private readonly matcher: RowMatcher,
    private readonly counter: ImportCounter,
  ) {}

  /** Inside the unit of work that found all rows staged, each compared by itself: what is left are the steps. */
  async enter(tx: Transaction, batch: ImportBatch): Promise<void> {
    const last = await lastRow(tx, batch);
    // Since when it is read stays: somebody who maps the columns anew sets another time.
    Object.assign(batch, { phase: 'matching', done: String(last), total: String(this.totalOf(last)) });
    await tx.save(batch);
  }

  /** Everything anew, of the persons who aren't in yet: the register may have changed. @returns false where it is over */
  async anew(actor: Actor, id: string, onProgress?: OnProgress): Promise<boolean> {
    await this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      if (batch.state !== 'merging' || batch.phase === 'matching') return;
      await this.matcher.forget(tx, batch);
      // By the database's clock, which what came in since is asked for by.
      const began = (await tx.one<{ now: Date }>('SELECT now() AS now'))!.now;
      // Up to there all rows are of persons who are in.
      batch.enter('matching', began, this.totalOf(await lastRow(tx, batch)), batch.mergedTo);
      await tx.save(batch);
    });
    return this.goOn(actor, id, onProgress);
  }

  /** Does what is left of it. @returns false where it is over */
  async goOn(actor: Actor, id: string, onProgress?: OnProgress, homes?: Homes): Promise<boolean> {
    for (;;) {
      const piece = await this.work.run(actor, async (tx): Promise<Piece> => {
        const batch = await tx.lock(ImportBatch, { id });
        if (batch.phase !== 'matching')
          return batch.state === 'merging' || batch.state === 'previewed' ? 'done' : 'over';
        if (batch.stopAt) return this.leave(tx, batch);
        homes ??= (await this.context.load(tx, new Date(`${batch.readOn}T00:00:00Z`))).homes;
        const left = await this.piece(tx, batch, homes);
        tx.onCommit(() => onProgress?.('matching', Number(batch.done), Number(batch.total)));
        if (left) await tx.save(Object.assign(batch, { touchedAt: new Date() }));
        return left ? 'more' : this.leave(tx, batch);
      });
      if (piece !== 'more') return piece === 'done';
    }
  }

  /** @returns whether there is more to do */
  private async piece(tx: Transaction, batch: ImportBatch, homes: Homes): Promise<boolean> {
    const [at, last] = [Number(batch.done), await lastRow(tx, batch)];
    if (at < last) {
      const upto = Math.min(at + SLICE, last);
      await this.matcher.slice(tx, batch, at, upto);
      batch.done = String(upto);
      return true;
    }
    const steps = this.matcher.steps;
    const step = Math.round((at - last) / weight(last));
    if (step < steps.length) await this.matcher.step(tx, batch, homes, step);
    batch.done = String(last + (step + 1) * weight(last));
    return step < steps.length;
  }

  /** All is compared, and counted: what is read is shown, what was confirmed goes in. */
  private async leave(tx: Transaction, batch: ImportBatch): Promise<Piece> {
    if (!batch.stopAt) await this.counter.count(tx, batch);
    if (batch.state === 'reading') {
      batch.show(new Date());
      const { rows, created, changed, same, rejected, warnings } = batch;
      tx.audit('import.read', {
        subject: 'import',
        subjectId: batch.id,
        path: batch.path,
        facts: { rows, created, changed, same, rejected, warnings },
      });
    } else {
      const begun = batch.phaseAt;
      batch.enter('merging', new Date(), batch.rows, await rowsUpTo(tx, batch));
      // What came in since it began wasn't seen by all of it.
      batch.comparedAt = begun;
    }
    await tx.save(batch);
    return 'done';
  }

  private totalOf(last: number): number {
    return last + this.matcher.steps.length * weight(last);
  }
}

/** A step over all rows takes about as long as comparing so many with the register. */
const weight = (last: number): number => Math.max(1, Math.round(last / 10));

async function lastRow(tx: Transaction, batch: ImportBatch): Promise<number> {
  const last = await tx.one<{ n: number | null }>('SELECT max(row_no) AS n FROM import_rows WHERE batch_id = $1', [
    batch.id,
  ]);
  return last?.n ?? 0;
}

async function rowsUpTo(tx: Transaction, { id, mergedTo }: ImportBatch): Promise<number> {
  if (!mergedTo) return 0;
  const done = await tx.one<{ n: number }>(
    'SELECT count(*)::int AS n FROM import_outcomes WHERE batch_id = $1 AND group_no <= $2',
    [id, mergedTo],
  );
  return done!.n;
}
