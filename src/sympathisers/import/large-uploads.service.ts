import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { scopeOfActor, userIdOf, type Actor } from '../../platform/database/actor.js';
import { sqlStateOf, UNIQUE_VIOLATION } from '../../platform/database/sql-state.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Invalid } from '../../platform/errors.js';
import { FileLook } from './file-look.js';
import { ImportBatch, type ImportState } from './import-batch.entity.js';
import { LookAtImport, ReadImport, readKey } from './import-jobs.js';
import { ImportMappings } from './import-mappings.service.js';
import { forgetFile } from './import-staging.js';
import { StoredFile } from './stored-file.js';
import { Unreadable } from './unreadable.js';

export interface Announced {
  /** Made by the client: announcing it again is the same upload. */
  id: string;
  fileName: string;
  territory: { id: string; path: string };
  source: string;
  bytes: number;
}

export interface UploadState {
  id: string;
  /** Bytes that are here: where to go on. */
  offset: number;
  expected: number;
  complete: boolean;
}

const MEBIBYTE = 1024 * 1024;

/**
 * A file that comes in pieces over a patchy line: announced once, then piece by piece, each safe to send again. Whoever
 * closes the browser asks where it was and goes on.
 */
@Injectable()
export class LargeUploads {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
    private readonly file: StoredFile,
    private readonly mappings: ImportMappings,
  ) {}

  /** @throws Invalid `size` for a file that is too large, NotFound for somebody else's id */
  announce(actor: Actor, { id, fileName, territory, source, bytes }: Announced): Promise<UploadState> {
    const scope = scopeOfActor(actor);
    if (!scope) throw new Forbidden();
    if (bytes > this.config.importLargestMb * MEBIBYTE)
      throw Invalid.field('size', 'imports.error.larger_than', { mb: this.config.importLargestMb });
    return this.work
      .run(actor, async (tx) => {
        const known = await tx.find(ImportBatch, { id });
        if (known) return stateOf(known);
        await tx.insert(ImportBatch, {
          id,
          territoryId: territory.id,
          path: territory.path,
          scope: scope.from,
          state: 'uploading' as ImportState,
          fileName,
          source,
          sha256: '',
          expected: String(bytes),
          mapping: { encoding: 'utf-8', delimiter: ',', columns: [], fields: [] },
          createdBy: userIdOf(actor),
        });
        tx.audit('import.announced', {
          subject: 'import',
          subjectId: id,
          path: territory.path,
          facts: { bytes, territory: territory.id },
          after: { file: fileName, source },
        });
        return { id, offset: 0, expected: bytes, complete: false };
      })
      .catch((error: unknown) => {
        if (sqlStateOf(error) !== UNIQUE_VIOLATION) throw error;
        // Announced twice at a time; or it is out of sight, and then it isn't there.
        return this.state(actor, id);
      });
  }

  /** Where to go on. @throws NotFound */
  state(actor: Actor, id: string): Promise<UploadState> {
    return this.work.run(actor, async (tx) => stateOf(await tx.findOrFail(ImportBatch, { id })));
  }

  /**
   * Takes the piece that begins at an offset. One that is here already is passed over: its answer got lost.
   * @throws Conflict for a piece that leaves a gap or is behind the end, Invalid `file` for what is no table
   */
  take(actor: Actor, id: string, offset: number, piece: Buffer): Promise<UploadState> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      const here = Number(batch.bytes);
      if (batch.state !== 'uploading' || offset + piece.length <= here) return stateOf(batch);
      if (offset !== here || here + piece.length > Number(batch.expected) || !piece.length)
        throw new Conflict('imports.error.wrong_piece', { offset: here });
      if (!here) refusedEarly(piece);
      await tx.execute(
        `INSERT INTO import_chunks (batch_id, n, path, bytes)
         SELECT $1, coalesce(max(n) + 1, 0), $2, $3 FROM import_chunks WHERE batch_id = $1`,
        [id, batch.path, piece],
      );
      batch.bytes = String(here + piece.length);
      batch.touchedAt = new Date();
      await tx.save(batch);
      const state = stateOf(batch);
      if (state.complete) await tx.enqueue(LookAtImport, { importId: id }, { key: `look ${id}`, maxAttempts: 60 });
      return state;
    });
  }

  /** Once all of it is here: what it is, and what its columns are. Reading starts where they tell enough. */
  async look(actor: Actor, id: string): Promise<void> {
    const found = await this.work.run(actor, (tx) => tx.findOrFail(ImportBatch, { id }));
    if (found.state !== 'uploading' || !stateOf(found).complete) return;
    const look = new FileLook();
    const pieces = () => this.file.pieces(actor, id);
    try {
      for await (const piece of pieces()) look.see(piece);
      const sheet = await look.sheet(pieces);
      await this.work.run(actor, async (tx) => {
        const batch = await tx.lock(ImportBatch, { id });
        if (batch.state !== 'uploading') return;
        batch.sha256 = look.sha256();
        batch.mapping = await this.mappings.recall(tx, batch.territoryId, sheet);
        batch.arrived(new Date());
        await tx.save(batch);
        tx.audit('import.uploaded', {
          subject: 'import',
          subjectId: id,
          path: batch.path,
          facts: { sha256: batch.sha256, bytes: look.bytes, territory: batch.territoryId },
          after: { file: batch.fileName, source: batch.source },
        });
        if (batch.usable) await tx.enqueue(ReadImport, { importId: id }, { key: readKey(id), maxAttempts: 60 });
      });
    } catch (error) {
      if (error instanceof Unreadable) await this.refuse(actor, id, error.key, error.row, error.detail);
      else if (error instanceof Invalid) await this.refuse(actor, id, error.problems[0]?.key ?? error.key, null);
      else throw error;
    }
  }

  private refuse(actor: Actor, id: string, problem: string, row: number | null, font: string | null = null) {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      if (batch.state !== 'uploading') return;
      batch.fail(problem, new Date(), row);
      if (font) batch.mapping = { ...batch.mapping, unknownFont: font };
      await tx.save(batch);
      await forgetFile(tx, id);
      tx.audit('import.failed', { subject: 'import', subjectId: id, path: batch.path, facts: { problem, row } });
    });
  }
}

function stateOf({ id, bytes, expected, state }: ImportBatch): UploadState {
  const [offset, all] = [Number(bytes), Number(expected ?? bytes)];
  return { id, offset, expected: all, complete: state !== 'uploading' || offset >= all };
}

/** The first bytes tell a picture or a locked workbook: nobody should send two gigabytes of it. */
function refusedEarly(piece: Buffer): void {
  try {
    new FileLook().see(piece);
  } catch (error) {
    if (error instanceof Unreadable) throw Invalid.field('file', error.key, { row: error.row ?? 0, font: '' });
    throw error;
  }
}
