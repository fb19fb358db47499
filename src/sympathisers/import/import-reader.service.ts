import { Injectable } from '@nestjs/common';
import { parse, CsvError } from 'csv-parse';
import { pipeline, Readable } from 'node:stream';
import type { Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict } from '../../platform/errors.js';
import { KeyedHashes } from '../../platform/security/keyed-hashes.js';
import { csvOptions, decoded } from './csv-text.js';
import { ImportBatch } from './import-batch.entity.js';
import { forgetFile } from './import-staging.js';
import { ReadingContext, type Reading } from './reading-context.js';
import { RowMatcher } from './row-matcher.js';
import { stage, type StagedKey, type StagedRow } from './staged-row.js';
import { ImportCounter } from './import-counter.js';

/** Figures of a running job: of bytes while reading, of rows while merging. */
export type OnProgress = (phase: 'reading' | 'matching' | 'merging', done: number, total: number) => void;

/** Rows that are staged in one unit of work. Small, because reading them holds up everything else of this process. */
const SLICE = 1_000;

/** Thrown inside to leave quietly: somebody cancelled, or another process was faster. */
class Overtaken extends Error {}

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
    private readonly counter: ImportCounter,
    private readonly hashes: KeyedHashes,
  ) {}

  /** @returns false where there was nothing (more) to read: cancelled, or done already */
  async read(actor: Actor, id: string, onProgress?: OnProgress): Promise<boolean> {
    const begun = await this.begin(actor, id);
    if (!begun) return false;
    const { batch, staged, reading } = begun;
    try {
      await this.stageAll(actor, batch, staged, reading, onProgress);
      onProgress?.('matching', 0, 0);
      await this.work.run(actor, (tx) => this.preview(tx, batch, reading));
      return true;
    } catch (error) {
      if (error instanceof Overtaken) return false;
      if (error instanceof CsvError) return this.unreadable(actor, id);
      throw error;
    }
  }

  private begin(actor: Actor, id: string) {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.find(ImportBatch, { id });
      if (batch?.state !== 'reading') return null;
      const last = await tx.one<{ n: number | null }>('SELECT max(row_no) AS n FROM import_rows WHERE batch_id = $1', [
        id,
      ]);
      const reading = await this.context.load(tx, new Date(`${batch.readOn}T00:00:00Z`));
      return { batch, staged: last?.n ?? 1, reading };
    });
  }

  private async stageAll(actor: Actor, batch: ImportBatch, staged: number, reading: Reading, onProgress?: OnProgress) {
    const { delimiter, encoding, fields } = batch.mapping;
    const importing = {
      mapping: fields,
      territory: { id: batch.territoryId, path: batch.path },
      reading,
      hashes: this.hashes,
    };
    const bytes = { seen: 0 };
    const parser = parse({ ...csvOptions(delimiter), bom: true });
    pipeline(Readable.from(decoded(this.pieces(actor, batch.id, bytes), encoding)), parser, () => undefined);
    let slice: { rows: StagedRow[]; keys: StagedKey[] } = { rows: [], keys: [] };
    // While the database takes one slice the next is read; never more than these two are in memory.
    let writing: Promise<void> = Promise.resolve();
    const flush = async () => {
      const full = slice;
      const seen = bytes.seen;
      slice = { rows: [], keys: [] };
      await writing;
      writing = this.work
        .run(actor, (tx) => this.write(tx, batch, full.rows, full.keys, seen))
        .then(() => onProgress?.('reading', seen, Number(batch.bytes)));
      // Told by the await of the next round.
      writing.catch(() => undefined);
    };
    // As a spreadsheet counts: the headers are row 1, and a blank line is a row, too.
    let rowNo = 0;
    for await (const line of parser as AsyncIterable<string[]>) {
      rowNo += 1;
      if (rowNo <= staged || line.every((cell) => !cell.trim())) continue;
      const { row, keys } = stage(line, rowNo, importing);
      slice.rows.push(row);
      slice.keys.push(...keys);
      if (slice.rows.length >= SLICE) await flush();
    }
    await flush();
    await writing;
  }

  /** The stored file, piece by piece. */
  private async *pieces(actor: Actor, id: string, bytes: { seen: number }): AsyncGenerator<Buffer> {
    for (let n = 0; ; n++) {
      const piece = await this.work.run(actor, (tx) =>
        tx.one<{ bytes: Buffer }>('SELECT bytes FROM import_chunks WHERE batch_id = $1 AND n = $2', [id, n]),
      );
      if (!piece) return;
      bytes.seen += piece.bytes.length;
      yield piece.bytes;
    }
  }

  private async write(tx: Transaction, batch: ImportBatch, rows: StagedRow[], keys: StagedKey[], seen: number) {
    const mine = await tx.execute(
      `UPDATE import_batches SET rows = rows + $2, done = $3, touched_at = now()
        WHERE id = $1 AND state = 'reading' AND phase_at = $4
          AND NOT EXISTS (SELECT FROM import_rows WHERE batch_id = $1 AND row_no >= $5)`,
      [batch.id, rows.length, seen, batch.phaseAt, rows[0]?.row_no ?? 2_147_483_647],
    );
    if (!mine) throw new Overtaken();
    if (!rows.length) return;
    await tx.execute(INSERT_ROWS, [batch.id, batch.path, JSON.stringify(rows)]);
    await tx.execute(INSERT_KEYS, [batch.id, batch.path, JSON.stringify(keys)]);
  }

  private async preview(tx: Transaction, read: ImportBatch, reading: Reading) {
    const batch = await tx.lock(ImportBatch, { id: read.id });
    if (batch.state !== 'reading' || Number(batch.phaseAt) !== Number(read.phaseAt)) throw new Overtaken();
    await this.matcher.match(tx, batch, reading.homes);
    await this.counter.count(tx, batch);
    batch.show(new Date());
    await tx.save(batch);
    const { rows, created, changed, same, rejected, warnings } = batch;
    tx.audit('import.read', {
      subject: 'import',
      subjectId: batch.id,
      path: batch.path,
      facts: { rows, created, changed, same, rejected, warnings },
    });
  }

  private unreadable(actor: Actor, id: string): Promise<boolean> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      try {
        batch.fail('imports.problem.unreadable', new Date());
      } catch (error) {
        if (error instanceof Conflict) return false;
        throw error;
      }
      await tx.save(batch);
      await forgetFile(tx, id);
      tx.audit('import.failed', { subject: 'import', subjectId: id, path: batch.path });
      return false;
    });
  }
}

const INSERT_ROWS = `
  INSERT INTO import_rows (batch_id, row_no, path, line, name, name_key, language, pin, district_lgd, tehsil_lgd, hint_id,
         birth_year, noted_on, source, remarks, consent, minor, warnings, own_code, own_field, home_id, home_path,
         home_waiting, code, field, secret, group_no)
  SELECT $1, row_no, $2, line, name, name_key, language, pin, district_lgd, tehsil_lgd, hint_id,
         birth_year, noted_on, source, remarks, consent, minor, warnings, own_code, own_field, home_id, home_path,
         home_waiting, own_code, own_field, line IS NULL, row_no
    FROM json_to_recordset($3::json) AS r(row_no integer, line text[], name text, name_key text, language text, pin text,
         district_lgd integer, tehsil_lgd integer, hint_id uuid, birth_year smallint, noted_on date, source text,
         remarks text, consent text, minor boolean, warnings jsonb, own_code text, own_field text, home_id uuid,
         home_path text, home_waiting boolean)`;

const INSERT_KEYS = `
  INSERT INTO import_keys (batch_id, path, row_no, kind, value, proof, platform_uid, hashes)
  SELECT $1, $2, row_no, kind, value, proof, platform_uid, hashes
    FROM json_to_recordset($3::json) AS k(row_no integer, kind text, value text, proof text, platform_uid text, hashes bytea[])`;
