import { Injectable } from '@nestjs/common';
import { userIdOf, type Actor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Invalid } from '../../platform/errors.js';
import { pageOf, readCursor, type Page } from '../../platform/web/keyset.js';
import { PeopleMover, type Moved } from '../../territories/people-mover.js';
import { ImportBatch } from './import-batch.entity.js';
import { UndoImport } from './import-jobs.js';
import { FORESEEN, KEEP, MOVE_BACK } from './undo-sql.js';

export interface Foreseen {
  /** People whom the batch brought; people we had whom it changed. */
  brought: number;
  changed: number;
  /** Of both, those who stay as they are. */
  kept: number;
  reasons: { why: string; people: number }[];
}

export interface Kept {
  id: string;
  name: string;
  why: string[];
}

/** People dealt with in one unit of work. */
const SLICE = 2_000;

/** Beyond so many people their number is typed before they go. */
export const MANY_TO_UNDO = 1000;

/** How many people an undo touches. */
export const goesBy = ({ brought, changed, kept }: Pick<Foreseen, 'brought' | 'changed' | 'kept'>): number =>
  brought + changed - kept;

/**
 * Takes a whole batch back, weeks later as well: people whom only it brought go, and of people we had what it added. What
 * was changed since stays, and is listed.
 */
@Injectable()
export class ImportUndo {
  constructor(
    private readonly work: UnitOfWork,
    private readonly mover: PeopleMover,
  ) {}

  /** What it would do. @throws NotFound */
  foresee(actor: Actor, id: string): Promise<{ batch: ImportBatch; foreseen: Foreseen }> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.findOrFail(ImportBatch, { id });
      return { batch, foreseen: (await tx.one<Foreseen>(FORESEEN, [id, batch.confirmedAt]))! };
    });
  }

  /**
   * Starts it; said twice, it is taken back once. So many people are nobody's slip: then their number is given as it was shown.
   * @param count how many it takes back
   * @throws Conflict for a batch that isn't in the register, or where it would be another number by now; Invalid `count`
   */
  begin(actor: Actor, id: string, count?: number): Promise<ImportBatch> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      if (batch.state === 'undoing') return batch;
      // A row that changes nobody may leave a remark or a differing value, and these are taken back, too.
      if (batch.state === 'done' && batch.created + batch.changed + batch.same > MANY_TO_UNDO) {
        const now = goesBy((await tx.one<Foreseen>(FORESEEN, [id, batch.confirmedAt]))!);
        if (now > MANY_TO_UNDO && count === undefined) throw Invalid.field('count', 'imports.undo.count_needed');
        if (now > MANY_TO_UNDO && count !== now)
          throw new Conflict('imports.undo.count_changed', { typed: count!, now });
      }
      batch.undo(userIdOf(actor), new Date());
      await tx.save(batch);
      tx.audit('import.undo_started', { subject: 'import', subjectId: id, path: batch.path });
      await tx.enqueue(UndoImport, { importId: id }, { key: `undo ${id}`, maxAttempts: 60 });
      return batch;
    });
  }

  /** Does it, in slices; safe to run twice, and goes on after a crash. */
  async run(actor: Actor, id: string): Promise<void> {
    const begun = await this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      if (batch.state !== 'undoing') return false;
      await tx.execute(KEEP, [id, batch.confirmedAt]);
      return true;
    });
    if (!begun) return;
    while (await this.moveBack(actor, id));
    const gone = await this.slices(actor, id, 'undo_people');
    const changed = await this.slices(actor, id, 'undo_changes');
    await this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      if (batch.state !== 'undoing') return;
      batch.undone(new Date());
      await tx.save(batch);
      const kept = (await tx.one<{ n: number }>('SELECT count(*)::int AS n FROM import_kept WHERE batch_id = $1', [
        id,
      ]))!.n;
      tx.audit('import.undone', { subject: 'import', subjectId: id, path: batch.path, facts: { gone, changed, kept } });
    });
  }

  /** Who stayed, and why, by pages. @throws NotFound */
  kept(actor: Actor, id: string, query: { limit?: number; cursor?: string }): Promise<Page<Kept>> {
    const limit = query.limit ?? 50;
    const after = readCursor(query.cursor, 1);
    return this.work.run(actor, async (tx) => {
      await tx.findOrFail(ImportBatch, { id });
      const rows = await tx.query<Kept>(
        `SELECT p.id, p.full_name AS name, k.why FROM import_kept k JOIN people p ON p.id = k.person_id
          WHERE k.batch_id = $1 AND ($2::uuid IS NULL OR k.person_id > $2) ORDER BY k.person_id LIMIT $3`,
        [id, after?.[0] ?? null, limit + 1],
      );
      const page = pageOf(rows, limit, (row) => [row.id]);
      tx.shown(
        'import.kept_shown',
        page.items.map((row) => row.id),
      );
      return page;
    });
  }

  private moveBack(actor: Actor, id: string): Promise<boolean> {
    return this.work.run(actor, async (tx) => {
      const moved = await tx.query<Moved>(MOVE_BACK, [id, SLICE]);
      if (moved.length) await this.mover.follow(tx, uuidv7(), 'people.sent_up', moved, { undone: id });
      return moved.length > 0;
    });
  }

  private async slices(actor: Actor, id: string, what: 'undo_people' | 'undo_changes'): Promise<number> {
    let all = 0;
    for (;;) {
      const n = await this.work.run(actor, async (tx) => {
        const some = (await tx.one<{ n: number }>(`SELECT gate.${what}($1, $2) AS n`, [id, SLICE]))!.n;
        await tx.execute('UPDATE import_batches SET done = done + $2, touched_at = now() WHERE id = $1', [id, some]);
        return some;
      });
      if (!n) return all;
      all += n;
    }
  }
}
