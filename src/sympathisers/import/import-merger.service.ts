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
import { ImportComparer, type OnProgress } from './import-comparer.service.js';
import { forgetFile } from './import-staging.js';
import { BRINGS, MERGE, MOVES } from './merge-sql.js';
import { planByHash } from './plan-by-hash.js';
import { Refusals } from './refusals.service.js';
import { StagedHashes } from './staged-hashes.js';
import { NOTE_SEEN } from './undo-sql.js';

export interface MergeOptions {
  onProgress?: OnProgress;
  /** When the rows were compared with the register, if that was a moment ago; else they are compared anew. */
  comparedAt?: Date;
}

/** Persons that go into the register in one unit of work: few enough to lock for a second at most. */
const SLICE = 10_000;
/** Slices that go in at the same time, a core each; they end in their order. */
const LANES = 2;
/** What a crash sends back at most. */
export const PERSONS_IN_HAND = SLICE * LANES;
/** So many new rows change what the planner should think; autovacuum would look only after a minute. */
const MANY = 500;
/** So long after a crash the comparison from before still holds: as long as between two slices of a busy hour. */
const STILL_FRESH_MS = 10 * 60_000;
/** unique_violation, foreign_key_violation. */
const OVERTAKEN = ['23505', '23503'];
/** deadlock_detected; lock_not_available: of two slices the second waits for the first here, which no database sees. */
const MET = ['40P01', '55P03'];
const TRIES = 5;

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

/** Thrown inside to leave a slice: another import came in between, or the slice before didn't go in. */
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
  async merge(actor: Actor, id: string, { onProgress, comparedAt }: MergeOptions = {}): Promise<boolean> {
    const batch = await this.work.run(actor, (tx) => tx.find(ImportBatch, { id }));
    if (batch?.state !== 'merging') return false;
    const renewed = await this.work.run(actor, (tx) => this.staged.renew(tx, id));
    await this.refusals.apply(actor, id);
    const before = renewed ? null : (comparedAt ?? resumable(batch));
    let compared: Date | null = before ?? (await this.compare(actor, id, onProgress));
    for (let tries = 0, lanes = LANES; ;) {
      try {
        const most = lanes;
        const round = await this.work.run(actor, (tx) => this.next(tx, id, most));
        if (round === 'over') return false;
        if (!round.slices.length) break;
        const touched = await this.round(actor, id, round, compared, onProgress);
        compared ??= touched;
        [tries, lanes] = [0, LANES];
      } catch (error) {
        if (error instanceof Stale) {
          await this.compare(actor, id, onProgress);
          // The next slice goes in without this question: of two imports side by side both must get on.
          compared = null;
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
    return this.work.run(actor, (tx) => this.finish(tx, id));
  }

  /** @returns when it began */
  private async compare(actor: Actor, id: string, onProgress?: OnProgress): Promise<Date> {
    const began = (await this.work.run(actor, (tx) => tx.one<{ now: Date }>('SELECT now() AS now')))!.now;
    await this.comparer.anew(actor, id, onProgress);
    return began;
  }

  /** The next slices; none where all is in, or somebody stopped it. */
  private async next(tx: Transaction, id: string, lanes: number): Promise<Round | 'over'> {
    const batch = await tx.lock(ImportBatch, { id });
    if (batch.state !== 'merging') return 'over';
    if (batch.phase === 'matching') throw new Stale();
    const alone = !(await tx.one(OTHERS_ON_THEIR_WAY, [id]));
    const slices: Slice[] = [];
    for (let above = batch.mergedTo; !batch.stopAt && slices.length < (alone ? lanes : 1);) {
      const next = await tx.one<{ upto: number | null; rows: number }>(NEXT, [id, above, SLICE]);
      if (!next || next.upto === null) break;
      slices.push({ above, upto: next.upto, rows: next.rows });
      above = next.upto;
    }
    return { slices, alone };
  }

  /** @returns when the first of these slices went in. @throws what the first that failed did; those before it are in */
  private async round(actor: Actor, id: string, round: Round, compared: Date | null, onProgress?: OnProgress) {
    const ends: Promise<Date>[] = [];
    for (const slice of round.slices) {
      const before = ends.at(-1);
      ends.push(
        this.work.run(actor, (tx) =>
          this.slice(tx, id, { ...slice, alone: round.alone, compared, before, onProgress }),
        ),
      );
    }
    const results = await Promise.allSettled(ends);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return ends[0]!;
  }

  /** @returns when it was in. @throws Stale, Overtaken */
  private async slice(
    tx: Transaction,
    id: string,
    of: Slice & { alone: boolean; compared: Date | null; before?: Promise<Date>; onProgress?: OnProgress },
  ): Promise<Date> {
    const { above, upto, rows } = of;
    const read = await tx.findOrFail(ImportBatch, { id });
    // Imports into one territory go one after the other, and slices of one import together; what another one added since
    // is compared first.
    await tx.query(`SELECT id FROM territories WHERE id = $1 FOR ${of.alone ? 'SHARE' : 'NO KEY UPDATE'}`, [
      read.territoryId,
    ]);
    if (of.alone && (await tx.one(OTHERS_ON_THEIR_WAY, [id]))) throw new Overtaken();
    if (
      await tx.one('SELECT id FROM import_batches WHERE id <> $1 AND merged_to > 0 AND touched_at > $2 LIMIT 1', [
        id,
        of.compared,
      ])
    )
      throw new Stale();
    const { compared } = of;
    if (compared && (await tx.one<{ since: boolean }>('SELECT gate.erased_since($1) AS since', [compared]))?.since)
      throw new Stale();
    await this.put(tx, read, above, upto);
    if (of.before && !(await of.before.catch(() => null))) throw new Overtaken();
    const batch = await tx.lock(ImportBatch, { id });
    // While it is compared anew `done` says how far that is, and what this slice was read from is gone.
    if (batch.phase !== 'merging' || batch.mergedTo !== above) throw new Overtaken();
    batch.mergedTo = upto;
    batch.done = String(Math.min(Number(batch.done) + rows, batch.rows));
    await tx.save(batch);
    // The clock, not the start of this unit of work, which may have waited for another import.
    const touched = await tx.one<{ at: Date }>(
      'WITH touched AS (UPDATE import_batches SET touched_at = clock_timestamp() WHERE id = $1 RETURNING touched_at) SELECT touched_at AS at FROM touched',
      [id],
    );
    tx.onCommit(() => of.onProgress?.('merging', Number(batch.done), batch.rows));
    return touched!.at;
  }

  private async put(tx: Transaction, batch: ImportBatch, above: number, upto: number): Promise<void> {
    const values = [batch.id, above, upto, batch.confirmedBy];
    await tx.query(
      `SET LOCAL jit = off; SET LOCAL work_mem = '32MB'; SET LOCAL enable_seqscan = off; SET LOCAL lock_timeout = '20s'`,
    );
    const [row] = await planByHash(tx, () => tx.query<{ anew: string[] }>(MERGE, values));
    if (row!.anew.length) await tx.query('SELECT gate.keep_reach($1)', [row!.anew]);
    const move = uuidv7();
    const moved = await tx.query<Moved>(MOVES, [...values, move]);
    if (moved.length) await this.mover.follow(tx, move, 'people.placed', moved, { import: batch.id });
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

const OTHERS_ON_THEIR_WAY = `SELECT id FROM import_batches WHERE id <> $1 AND state = 'merging' LIMIT 1`;

/** Goes on where a crash ended it a moment ago: what is left was compared before, and another import's rows are asked for. */
function resumable({ phase, mergedTo, touchedAt, comparedAt, confirmedAt }: ImportBatch): Date | null {
  // It ended in the middle of comparing.
  if (phase === 'matching') return null;
  const sinceConfirmed = comparedAt && confirmedAt && comparedAt >= confirmedAt ? comparedAt : null;
  const last = mergedTo > 0 ? touchedAt : sinceConfirmed;
  return last && Date.now() - last.getTime() < STILL_FRESH_MS ? last : null;
}
