import { Injectable } from '@nestjs/common';
import { scopeOfActor, userIdOf, type Actor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Invalid } from '../../platform/errors.js';
import { pageOf, readCursor, type Page } from '../../platform/web/keyset.js';
import { PeopleMover, type Moved } from '../../territories/people-mover.js';
import { isWithin } from '../../territories/path.js';
import { ImportBatch } from './import-batch.entity.js';
import { UndoImport } from './import-jobs.js';
import { FORESEEN, MOVE_BACK } from './undo-sql.js';

export interface Foreseen {
  /** People whom the batch brought; people we had whom it changed. */
  brought: number;
  changed: number;
  /** Of both, those who stay as they are, or keep something. */
  kept: number;
  /** It touched people out of the sight of whoever asks, who acts in less than the territory it came in by: not theirs to undo. */
  beyond: boolean;
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
 * somebody changed since stays, up to the moment in which each goes, and is listed; what jobs did by themselves keeps nobody.
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
      return { batch, foreseen: await this.figures(tx, batch) };
    });
  }

  /**
   * Starts it; said twice, it is taken back once. So many people are nobody's slip: then their number is given as it was shown.
   * @param count how many it takes back
   * @throws Conflict for a batch that isn't in the register, where it would be another number by now, or where it touched people
   *   out of the actor's sight; Invalid `count`
   */
  begin(actor: Actor, id: string, count?: number): Promise<ImportBatch> {
    const scope = scopeOfActor(actor);
    if (!scope) throw new Forbidden();
    return this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      if (batch.state === 'undoing') return batch;
      if (batch.state === 'done') {
        const foreseen = await this.figures(tx, batch);
        const now = goesBy(foreseen);
        if (foreseen.beyond) throw new Conflict('imports.undo.beyond');
        if (now > MANY_TO_UNDO && count === undefined) throw Invalid.field('count', 'imports.undo.count_needed');
        if (now > MANY_TO_UNDO && count !== now)
          throw new Conflict('imports.undo.count_changed', { typed: count!, now });
      }
      batch.undo(userIdOf(actor), scope.from, new Date());
      await tx.save(batch);
      tx.audit('import.undo_started', { subject: 'import', subjectId: id, path: batch.path });
      await tx.enqueue(UndoImport, { importId: id }, { key: `undo ${id}`, maxAttempts: 60 });
      return batch;
    });
  }

  /** Does it, in slices; safe to run twice, and goes on after a crash. */
  async run(actor: Actor, id: string): Promise<void> {
    const batch = await this.work.run(actor, (tx) => tx.find(ImportBatch, { id }));
    if (batch?.state !== 'undoing') return;
    while (await this.moveBack(actor, id));
    const gone = await this.slices(actor, id, 'undo_people');
    const changed = await this.slices(actor, id, 'undo_changes');
    await this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      if (batch.state !== 'undoing') return;
      const beyond = (await tx.one<{ n: number }>('SELECT gate.undo_list_beyond($1) AS n', [id]))!.n;
      await tx.execute('DELETE FROM import_seen WHERE batch_id = $1', [id]);
      batch.undone(new Date());
      await tx.save(batch);
      const here = (await tx.one<{ n: number }>('SELECT count(*)::int AS n FROM import_kept WHERE batch_id = $1', [
        id,
      ]))!.n;
      tx.audit('import.undone', {
        subject: 'import',
        subjectId: id,
        path: batch.path,
        facts: { gone, changed, kept: here + beyond },
      });
    });
  }

  /**
   * Who stayed, and why, by pages; and how many more stand on the list whom other offices have.
   * @throws NotFound
   */
  kept(actor: Actor, id: string, query: { limit?: number; cursor?: string }): Promise<Page<Kept> & { beyond: number }> {
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
      const beyond = (await tx.one<{ n: number }>('SELECT gate.kept_beyond($1) AS n', [id]))!.n;
      return { ...page, beyond };
    });
  }

  /** A narrower office than the one that brought it in may undo it where nothing of it lies out of its sight. */
  private async figures(tx: Transaction, { id, scope }: ImportBatch): Promise<Foreseen> {
    const foreseen = (await tx.one<Foreseen>(FORESEEN, [id]))!;
    const own = scopeOfActor(tx.actor);
    if (!foreseen.beyond || (own && isWithin(scope, own))) return { ...foreseen, beyond: false };
    // How many they are is for whoever sees them.
    return { brought: 0, changed: 0, kept: 0, reasons: [], beyond: true };
  }

  private moveBack(actor: Actor, id: string): Promise<boolean> {
    return this.work.run(actor, async (tx) => {
      const moved = await tx.query<Moved>(MOVE_BACK, [id, SLICE]);
      if (moved.length) await this.mover.follow(tx, uuidv7(), 'people.sent_up', moved, { undone: id });
      return moved.length > 0;
    });
  }

  /** @returns how many went, or lost what it had added */
  private async slices(actor: Actor, id: string, what: 'undo_people' | 'undo_changes'): Promise<number> {
    let all = 0;
    for (;;) {
      const { seen, gone } = await this.work.run(actor, async (tx) => {
        const some = (await tx.one<{ seen: number; gone: number }>(`SELECT * FROM gate.${what}($1, $2)`, [id, SLICE]))!;
        await tx.execute('UPDATE import_batches SET done = done + $2, touched_at = now() WHERE id = $1', [
          id,
          some.seen,
        ]);
        return some;
      });
      if (!seen) return all;
      all += gone;
    }
  }
}
