import { Injectable } from '@nestjs/common';
import { setImmediate as others } from 'node:timers/promises';
import type { Actor } from '../../platform/database/actor.js';
import { copyIn, CopyRows } from '../../platform/database/copy.js';
import { sqlStateOf, UNIQUE_VIOLATION } from '../../platform/database/sql-state.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict } from '../../platform/errors.js';
import { KeyedHashes } from '../../platform/security/keyed-hashes.js';
import { platformOfHeader } from './columns.js';
import { ImportBatch } from './import-batch.entity.js';
import { ImportComparer, type OnProgress } from './import-comparer.service.js';
import { forgetFile } from './import-staging.js';
import { Letters } from './letters.js';
import { ReadingContext, type Reading } from './reading-context.js';
import { RowMatcher } from './row-matcher.js';
import { rowsOfFile } from './rows-of-file.js';
import { StagedHashes } from './staged-hashes.js';
import { KEY_COLUMNS, ROW_COLUMNS, stage } from './staged-row.js';
import { StoredFile } from './stored-file.js';
import { Unreadable } from './unreadable.js';

/** Rows that are staged in one unit of work. */
const SLICE = 10_000;
/** Or so many bytes, where rows are long: a few of them are in memory. */
const LARGEST_SLICE = 8 * 1024 * 1024;
/** Slices that are staged at the same time, on a core each. */
const LANES = 2;
/** Rows that are read before anybody else in this process gets a turn: a few milliseconds. */
const TURN = 250;

/** Thrown inside to leave quietly: somebody cancelled, or another process was faster. */
class Overtaken extends Error {}

interface Slice {
  /** Rows of the sheet above and up to these numbers. */
  above: number;
  upto: number;
  rows: number;
  text: CopyRows;
  keys: CopyRows;
}

/** Another process stages the same rows. */
const overtakenWhereStaged = (error: unknown): never => {
  throw sqlStateOf(error) === UNIQUE_VIOLATION ? new Overtaken() : error;
};

const sliceAbove = (row: number): Slice => ({
  above: row,
  upto: row,
  rows: 0,
  text: new CopyRows(),
  keys: new CopyRows(),
});

/**
 * Reads an uploaded file into the staging and says what would come of it; nothing goes into the register. Constant
 * memory, whatever the size. Safe to run twice, and after a crash it goes on behind the last row it had staged.
 */
@Injectable()
export class ImportReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly context: ReadingContext,
    private readonly matcher: RowMatcher,
    private readonly comparer: ImportComparer,
    private readonly hashes: KeyedHashes,
    private readonly file: StoredFile,
    private readonly staged: StagedHashes,
  ) {}

  /** @returns false where there was nothing (more) to read: cancelled, or done already */
  async read(actor: Actor, id: string, onProgress?: OnProgress): Promise<boolean> {
    const begun = await this.begin(actor, id);
    if (!begun) return false;
    const { batch, staged, reading } = begun;
    try {
      if (batch.phase === 'reading') {
        const letters = new Letters(batch.mapping);
        await this.stageAll(actor, batch, staged, reading, letters, onProgress);
        const { done, total } = await this.work.run(actor, (tx) => this.endReading(tx, batch, letters));
        onProgress?.('matching', Number(done), Number(total));
      }
      return await this.comparer.goOn(actor, id, onProgress, reading.homes);
    } catch (error) {
      if (error instanceof Overtaken) return false;
      if (error instanceof Unreadable) return this.unreadable(actor, id, error);
      throw error;
    }
  }

  private begin(actor: Actor, id: string) {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.find(ImportBatch, { id });
      if (batch?.state !== 'reading') return null;
      // Its slices are compared as they are read. After a crash the first of them are as old as they are.
      await tx.execute('UPDATE import_batches SET compared_at = coalesce(compared_at, now()) WHERE id = $1', [id]);
      const last = await tx.one<{ n: number | null }>('SELECT max(row_no) AS n FROM import_rows WHERE batch_id = $1', [
        id,
      ]);
      await this.staged.renew(tx, id);
      const reading = await this.context.load(tx, new Date(`${batch.readOn}T00:00:00Z`), {
        fields: batch.mapping.fields,
        territory: { id: batch.territoryId, path: batch.path },
      });
      return { batch, staged: last?.n ?? batch.mapping.headerRow ?? 1, reading };
    });
  }

  private async stageAll(
    actor: Actor,
    batch: ImportBatch,
    staged: number,
    reading: Reading,
    letters: Letters,
    onProgress?: OnProgress,
  ) {
    const importing = {
      batchId: batch.id,
      mapping: batch.mapping.fields,
      platforms: batch.mapping.columns.map(platformOfHeader),
      territory: { id: batch.territoryId, path: batch.path },
      reading,
      hashes: this.hashes,
    };
    const bytes = { seen: 0 };
    const headerRow = batch.mapping.headerRow ?? 1;
    let slice = sliceAbove(staged);
    // While the database takes slices the next is read; never more than these are in memory. They end in their order.
    const writing: Promise<void>[] = [];
    const flush = async () => {
      const full = slice;
      const seen = bytes.seen;
      slice = sliceAbove(full.upto);
      if (writing.length === LANES) await writing.shift();
      const before = writing.at(-1);
      const written = this.work
        .run(actor, (tx) => this.write(tx, batch, full, seen, before))
        .then(() => onProgress?.('reading', seen, Number(batch.bytes)));
      // Told by the await of a later round.
      written.catch(() => undefined);
      writing.push(written);
    };
    try {
      // As a spreadsheet counts: what stands above the headers are rows, and a blank line is one, too.
      let rowNo = 0;
      const pieces = () => this.file.pieces(actor, batch.id, bytes);
      for await (const lines of rowsOfFile(batch.mapping, pieces)) {
        for (const line of lines) {
          rowNo += 1;
          if (rowNo <= headerRow) continue;
          const cells = letters.read(line);
          if (rowNo <= staged || line.every((cell) => !cell.trim())) continue;
          const { row, keys } = stage(cells, rowNo, importing, letters.doubtful);
          slice.text.add(row);
          if (keys) slice.keys.add(keys);
          slice.upto = rowNo;
          slice.rows += 1;
          if (slice.rows % TURN === 0) await others();
          if (slice.rows >= SLICE || slice.text.size >= LARGEST_SLICE) await flush();
        }
      }
      await flush();
      await Promise.all(writing);
    } finally {
      // Whoever begins anew looks how far it is: nothing may come in behind that look.
      await Promise.allSettled(writing);
    }
  }

  private async write(tx: Transaction, batch: ImportBatch, slice: Slice, seen: number, before?: Promise<void>) {
    const { above, upto, rows } = slice;
    if (rows) {
      await copyIn(tx, `staging.import_rows (${ROW_COLUMNS})`, slice.text).catch(overtakenWhereStaged);
      await copyIn(tx, `staging.import_keys (${KEY_COLUMNS})`, slice.keys);
      await this.matcher.slice(tx, batch, above, upto);
      // By the statistics of the batch before there are no rows of this one, and any way to them is as good as another.
      if (!before) await tx.query('SELECT analyze_staging()');
    }
    await before;
    const mine = await tx.execute(
      `UPDATE import_batches SET rows = rows + $2, done = $3, touched_at = clock_timestamp()
        WHERE id = $1 AND state = 'reading' AND phase = 'reading' AND date_trunc('milliseconds', phase_at) = $4`,
      [batch.id, rows, seen, batch.phaseAt],
    );
    if (!mine) throw new Overtaken();
  }

  /** All is staged: after a crash the file isn't read again. */
  private async endReading(tx: Transaction, read: ImportBatch, letters: Letters): Promise<ImportBatch> {
    const batch = await tx.lock(ImportBatch, { id: read.id });
    if (batch.state !== 'reading' || Number(batch.phaseAt) !== Number(read.phaseAt)) throw new Overtaken();
    // A column may have turned to another font on its way; who looks at the counts can say that it didn't.
    const fonts = letters.fonts();
    if (fonts.some(Boolean)) batch.mapping = { ...batch.mapping, fonts };
    if (batch.phase === 'reading') await this.comparer.enter(tx, batch);
    return batch;
  }

  private unreadable(actor: Actor, id: string, problem: Unreadable): Promise<boolean> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      try {
        batch.fail(problem.key, new Date(), problem.row);
      } catch (error) {
        if (error instanceof Conflict) return false;
        throw error;
      }
      await tx.save(batch);
      await forgetFile(tx, id);
      tx.audit('import.failed', {
        subject: 'import',
        subjectId: id,
        path: batch.path,
        facts: { problem: problem.problem, row: problem.row },
      });
      return false;
    });
  }
}
