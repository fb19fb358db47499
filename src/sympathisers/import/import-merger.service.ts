import { Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import type { Actor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import {
  DEADLOCK_DETECTED,
  FOREIGN_KEY_VIOLATION,
  LOCK_NOT_AVAILABLE,
  sqlStateOf,
  UNIQUE_VIOLATION,
} from '../../platform/database/sql-state.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { PeopleMover, type Moved } from '../../territories/people-mover.js';
import { FindDuplicatesOfImport } from '../duplicates/duplicate-jobs.js';
import { ImportBatch } from './import-batch.entity.js';
import { ImportCounter } from './import-counter.js';
import { ImportComparer, type OnProgress } from './import-comparer.service.js';
import { forgetFile } from './import-staging.js';
import { BRINGS, GONE, MERGE, MOVES } from './merge-sql.js';
import { planByHash } from './plan-by-hash.js';
import { Refusals } from './refusals.service.js';
import { StagedHashes } from './staged-hashes.js';
import { NOTE_SEEN } from './undo-sql.js';

export interface MergeOptions {
  onProgress?: OnProgress;
  /** The rows were compared with the register a moment ago, while they were read; else they are compared anew. */
  fresh?: boolean;
  /** Persons that go into the register in one unit of work. */
  slice?: number;
}

/** Few enough to lock for a second at most. */
const SLICE = 10_000;
/** Slices that go in at the same time, a core each; they end in their order. */
const LANES = 2;
/** What a crash sends back at most. */
export const PERSONS_IN_HAND = SLICE * LANES;
/** So many new rows change what the planner should think; autovacuum would look only after a minute. */
const MANY = 500;
/** So long after a crash the comparison from before still holds: as long as between two slices of a busy hour. */
const STILL_FRESH_MS = 10 * 60_000;
/** Somebody else took a handle since we looked, or somebody is gone. */
const OVERTAKEN = [UNIQUE_VIOLATION, FOREIGN_KEY_VIOLATION];
/** Of two slices the second waits for the first here, which no database sees. */
const MET = [DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE];
const TRIES = 5;
/** So often in a row the register changed under the very rows that come next: something else is wrong then. */
const MOST_STALE = 20;
/** Whoever waits for another import looks so often whether it is through. */
const LOOK_EVERY_MS = 500;
/** Nobody adds to the suppression list while its end is waited for. */
const CLOSE_TIMEOUT = '2s';
const CLOSE_TRIES = 60;

/** Persons above one group and up to another, with so many rows. */
interface Slice {
  above: number;
  upto: number;
  rows: number;
}

interface Round {
  slices: Slice[];
  /** No other import is on its way. */
  alone: boolean;
}

interface Hand extends Slice, MergeOptions {
  alone: boolean;
  compared: Date;
  /** When the slice before is in. */
  before?: Promise<void>;
}

/** Thrown inside to leave a slice: the register changed under its rows, or the slice before didn't go in. */
class Stale extends Error {}
class Overtaken extends Error {}

/**
 * Puts a confirmed batch into the register, in slices. Safe to run twice: a slice and the note that it is done are one
 * unit of work, and what is left is compared with the register anew before it goes on.
 *
 * Two slices are in hand at a time, as a slice is one statement after the other, and a machine has more than one core. They
 * hold other persons, and the second ends only behind the first, so that `merged_to` says all at any moment.
 */
@Injectable()
export class ImportMerger {
  constructor(
    private readonly work: UnitOfWork,
    private readonly comparer: ImportComparer,
    private readonly counter: ImportCounter,
    private readonly refusals: Refusals,
    private readonly mover: PeopleMover,
    private readonly staged: StagedHashes,
  ) {}

  /** @returns false where there was nothing (more) to merge */
  async merge(actor: Actor, id: string, options: MergeOptions = {}): Promise<boolean> {
    const { onProgress, fresh, slice = SLICE } = options;
    const batch = await this.work.run(actor, (tx) => tx.find(ImportBatch, { id }));
    if (batch?.state !== 'merging') return false;
    const renewed = await this.work.run(actor, (tx) => this.staged.renew(tx, id));
    await this.refusals.apply(actor, id);
    const before = renewed ? null : fresh && batch.phase === 'merging' ? batch.comparedAt : resumable(batch);
    let compared = before ?? (await this.compare(actor, id, onProgress));
    for (let [tries, stale, lanes] = [0, 0, LANES]; ;) {
      try {
        const most = lanes;
        const round = await this.work.run(actor, (tx) => this.next(tx, id, { lanes: most, slice, compared }));
        if (round === 'over') return false;
        if (!round.slices.length) break;
        await this.round(actor, id, round, compared, options);
        [tries, stale, lanes] = [0, 0, LANES];
      } catch (error) {
        if (error instanceof Stale) {
          if (++stale > MOST_STALE)
            throw new Error('What comes next was compared again and again, and is never as it was.');
          await this.letOthersGoAhead(actor, id);
          compared = await this.compare(actor, id, onProgress);
          continue;
        }
        // Another process is at it, or two slices met: what isn't in is looked at again.
        const met = error instanceof Overtaken || MET.includes(sqlStateOf(error) ?? '');
        if (met) lanes = 1;
        // Somebody else took a handle since we looked, or somebody was erased: look again.
        if ((!met && !OVERTAKEN.includes(sqlStateOf(error) ?? '')) || ++tries >= TRIES) throw error;
        if (!met) compared = await this.compare(actor, id, onProgress);
      }
    }
    await this.closeStopped(actor, id, batch.confirmedAt ?? compared);
    return this.work.run(actor, (tx) => this.finish(tx, id));
  }

  /** @returns when it began, which after a crash may be earlier */
  private async compare(actor: Actor, id: string, onProgress?: OnProgress): Promise<Date> {
    await this.comparer.anew(actor, id, onProgress);
    return this.work.run(actor, async (tx) => (await tx.findOrFail(ImportBatch, { id })).comparedAt ?? new Date());
  }

  /**
   * Two imports of the same people would compare themselves anew after each slice of the other one. So the one that was
   * confirmed later lets the other one through first, as long as somebody is at that; the first never waits.
   */
  private async letOthersGoAhead(actor: Actor, id: string): Promise<void> {
    for (;;) {
      const row = await this.work.run(actor, (tx) => tx.one<{ ahead: boolean }>(WAIT, [id]));
      if (!row?.ahead) return;
      await wait(LOOK_EVERY_MS);
    }
  }

  /** The next slices; none where all is in, or somebody stopped it. @throws Stale */
  private async next(
    tx: Transaction,
    id: string,
    { lanes, slice, compared }: { lanes: number; slice: number; compared: Date },
  ): Promise<Round | 'over'> {
    const batch = await tx.lock(ImportBatch, { id });
    if (batch.state !== 'merging') return 'over';
    if (batch.phase === 'matching') throw new Stale();
    const alone = !(await othersMerging(tx, id));
    const slices: Slice[] = [];
    for (let above = batch.mergedTo; !batch.stopAt && slices.length < (alone ? lanes : 1);) {
      const next = await tx.one<{ upto: number | null; rows: number }>(NEXT, [id, above, slice]);
      if (!next || next.upto === null) break;
      slices.push({ above, upto: next.upto, rows: next.rows });
      above = next.upto;
    }
    if (!slices.length && !batch.stopAt) await this.refuseGone(tx, id, batch.mergedTo, ALL, compared);
    return { slices, alone };
  }

  /** @throws what the first that failed did; those before it are in */
  private async round(actor: Actor, id: string, round: Round, compared: Date, options: MergeOptions): Promise<void> {
    const ends: Promise<void>[] = [];
    for (const slice of round.slices) {
      const hand: Hand = { ...slice, ...options, alone: round.alone, compared, before: ends.at(-1) };
      ends.push(this.work.run(actor, (tx) => this.slice(tx, id, hand)));
    }
    const results = await Promise.allSettled(ends);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** @throws Stale, Overtaken */
  private async slice(tx: Transaction, id: string, of: Hand): Promise<void> {
    const { above, upto, rows, compared } = of;
    const read = await tx.findOrFail(ImportBatch, { id });
    // Slices of one import go together where it is alone. Of several imports one slice goes in after the other, in whatever
    // territory, and so each sees what the others brought.
    if (of.alone) await tx.query(`SET LOCAL lock_timeout = '20s'`);
    await tx.query('SELECT gate.take_import_turn($1)', [of.alone]);
    if (of.alone && (await othersMerging(tx, id))) throw new Overtaken();
    const { since } = (await tx.one<{ since: boolean }>(SINCE, [compared, id, above, upto]))!;
    if (since) throw new Stale();
    await this.refuseGone(tx, id, above, upto, compared);
    await this.put(tx, read, above, upto);
    await of.before?.catch(() => {
      throw new Overtaken();
    });
    const batch = await tx.lock(ImportBatch, { id });
    // While it is compared anew `done` says how far that is, and what this slice was read from is gone.
    if (batch.phase !== 'merging' || batch.mergedTo !== above) throw new Overtaken();
    batch.mergedTo = upto;
    batch.done = String(Math.min(Number(batch.done) + rows, batch.rows));
    await tx.save(batch);
    // The clock, not the start of this unit of work, which may have waited for another import.
    await tx.execute('UPDATE import_batches SET touched_at = clock_timestamp() WHERE id = $1', [id]);
    tx.onCommit(() => of.onProgress?.('merging', Number(batch.done), batch.rows));
  }

  /** @throws Stale where a row says what we have of somebody whom an undo of another import has taken out */
  private async refuseGone(tx: Transaction, id: string, above: number, upto: number, compared: Date): Promise<void> {
    const { undone } = (await tx.one<{ undone: boolean }>('SELECT gate.undone_since($1) AS undone', [compared]))!;
    if (undone && (await tx.one(GONE, [id, above, upto]))) throw new Stale();
  }

  /** @throws Stale where the register changed under these rows */
  private async put(tx: Transaction, batch: ImportBatch, above: number, upto: number): Promise<void> {
    const values = [batch.id, above, upto, batch.confirmedBy];
    await tx.query(
      `SET LOCAL jit = off; SET LOCAL work_mem = '32MB'; SET LOCAL enable_seqscan = off; SET LOCAL lock_timeout = '20s'`,
    );
    const [row] = await planByHash(tx, () => tx.query<{ anew: string[]; overtaken: boolean }>(MERGE, values));
    if (row!.overtaken) throw new Stale();
    if (row!.anew.length) await tx.query('SELECT gate.keep_reach($1)', [row!.anew]);
    const move = uuidv7();
    const moved = await tx.query<Moved>(MOVES, [...values, move]);
    if (moved.length) await this.mover.follow(tx, move, 'people.placed', moved, { import: batch.id });
  }

  /** What was stopped by a unit of work that overlapped with a slice, when neither saw the other. */
  private async closeStopped(actor: Actor, id: string, since: Date): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.work.run(actor, async (tx) => {
          // Whoever stops something else waits with us, so we don't wait for long.
          await tx.query(`SET LOCAL lock_timeout = '${CLOSE_TIMEOUT}'`);
          const closed = await tx.one<{ n: number }>('SELECT gate.close_brought($1, $2) AS n', [id, since]);
          if (closed!.n) tx.audit('import.closed_stopped', { subject: 'import', subjectId: id, facts: { values: closed!.n } }); // prettier-ignore
        });
        return;
      } catch (error) {
        if (!MET.includes(sqlStateOf(error) ?? '') || tries >= CLOSE_TRIES) throw error;
        await wait(LOOK_EVERY_MS);
      }
    }
  }

  private async finish(tx: Transaction, id: string): Promise<boolean> {
    const batch = await tx.lock(ImportBatch, { id });
    if (batch.state !== 'merging') return false;
    // What all rows come to was counted when they were compared.
    if (batch.stopAt) await this.counter.count(tx, batch, batch.mergedTo);
    // Should another import be taken back, these people were in this one as well.
    await tx.query(`SET LOCAL jit = off; SET LOCAL work_mem = '64MB'`);
    await tx.execute(NOTE_SEEN, [id, batch.path, batch.stopAt ? batch.mergedTo : 2 ** 31 - 1]);
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

/** Some thousand persons that bring something, and how many rows they and those between them have. */
const NEXT = `
  SELECT n.upto, (SELECT count(*)::int FROM import_outcomes o WHERE o.batch_id = $1 AND o.group_no > $2 AND o.group_no <= n.upto) AS rows
    FROM (SELECT max(group_no) AS upto
            FROM (SELECT o.group_no FROM import_outcomes o WHERE o.batch_id = $1 AND o.group_no > $2 AND ${BRINGS}
                   ORDER BY o.group_no LIMIT $3) s) n`;

/** Beyond any row. */
const ALL = 2_147_483_647;

/** Whether somebody was erased since, or something of these persons stopped. */
const SINCE = 'SELECT gate.erased_since($1) OR gate.stopped_in_slice($2, $3, $4, $1) AS since';

/** Whoever waits shows that they are there. */
const WAIT = `
  WITH here AS (UPDATE import_batches SET touched_at = clock_timestamp()
                 WHERE id = $1 AND state = 'merging' AND stop_at IS NULL RETURNING id)
  SELECT gate.imports_ahead(id) AS ahead FROM here`;

/** Another import is on its way, in sight or not. */
async function othersMerging(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.one<{ others: boolean }>('SELECT gate.others_merging($1) AS others', [id]))!.others;
}

/** Goes on where a crash ended it a moment ago: what is left was compared before. @returns since when that holds */
function resumable({ phase, mergedTo, touchedAt, comparedAt, confirmedAt }: ImportBatch): Date | null {
  // It ended in the middle of comparing.
  if (phase === 'matching' || !comparedAt) return null;
  const sinceConfirmed = confirmedAt && comparedAt >= confirmedAt ? comparedAt : null;
  const last = mergedTo > 0 ? touchedAt : sinceConfirmed;
  return last && Date.now() - last.getTime() < STILL_FRESH_MS ? comparedAt : null;
}
