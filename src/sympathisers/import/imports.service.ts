import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { scopeFrom, scopeOfActor, userIdOf, type Actor, type SystemActor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Forbidden, Invalid } from '../../platform/errors.js';
import { PrivacyNotices } from '../privacy-notices/privacy-notices.js';
import { saidAt } from '../consent/said-at.js';
import { FIELDS, type Field } from './columns.js';
import { FileLook } from './file-look.js';
import { ImportCounter } from './import-counter.js';
import { ImportBatch, type Declaration, type ImportState } from './import-batch.entity.js';
import { MergeImport, mergeKey, ReadImport, readKey, UndoImport } from './import-jobs.js';
import { forgetFile, forgetReading } from './import-staging.js';
import { ImportMappings } from './import-mappings.service.js';
import { StoredFile } from './stored-file.js';
import { Unreadable } from './unreadable.js';

export interface Upload {
  fileName: string;
  territory: { id: string; path: string };
  /** Where the file comes from, in words: the provenance of everybody in it. */
  source: string;
}

export interface MappingChoice {
  /** Keeps the choice by this name. */
  name?: string;
  /** `none`: the letters are what they look like. Left out: they are converted where they look like a legacy font's. */
  font?: 'none';
}

/** `here`: the caller reads and merges in its own process (the command line), so nothing is enqueued. */
export type Where = 'here' | 'job';

/** A killed program counts as a try; a large file may live through many. */
const TRIES = 60;
const TO_RESUME: Record<string, [job: typeof ReadImport, word: string]> = {
  reading: [ReadImport, 'read'],
  merging: [MergeImport, 'merge'],
  undoing: [UndoImport, 'undo'],
};
const MEBIBYTE = 1024 * 1024;

/** The intentions around an import; reading and merging themselves are ImportReader's and ImportMerger's. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly file: StoredFile,
    private readonly mappings: ImportMappings,
    private readonly config: Config,
    private readonly notices: PrivacyNotices,
    private readonly counter: ImportCounter,
  ) {}

  /**
   * Stores a file as it streams by. Where its columns tell a name and a way to reach people, reading starts at once;
   * else it waits until somebody says what the columns are.
   * @param about asked once the file is there, as a program may send the fields behind it
   * @throws Invalid `file`
   */
  upload(
    actor: Actor,
    bytes: AsyncIterable<Uint8Array>,
    about: () => Promise<Upload>,
    where: Where = 'job',
  ): Promise<ImportBatch> {
    const scope = scopeOfActor(actor);
    if (!scope) throw new Forbidden();
    return this.work.run(actor, async (tx) => {
      const id = uuidv7();
      const stored = await this.store(tx, id, scope.from, bytes).catch(refused);
      const { fileName, territory, source } = await about();
      const batch = Object.assign(new ImportBatch(), {
        id,
        territoryId: territory.id,
        path: territory.path,
        scope: scope.from,
        state: 'uploaded' as ImportState,
        fileName,
        source,
        sha256: stored.sha256,
        bytes: String(stored.bytes),
        mapping: await this.mappings.recall(tx, territory.id, stored.mapping),
        createdBy: userIdOf(actor),
      });
      if (batch.usable) batch.startReading(new Date());
      await tx.insert(ImportBatch, batch);
      await tx.execute('UPDATE import_chunks SET path = $2 WHERE batch_id = $1 AND path <> $2', [id, territory.path]);
      tx.audit('import.uploaded', {
        subject: 'import',
        subjectId: id,
        path: territory.path,
        facts: { sha256: stored.sha256, bytes: stored.bytes, territory: territory.id },
        after: { file: fileName, source },
      });
      if (batch.state === 'reading' && where === 'job')
        await tx.enqueue(ReadImport, { importId: id }, { key: readKey(id), maxAttempts: TRIES });
      return batch;
    });
  }

  /**
   * Says what the columns are, where we took them for something else; the file is read anew.
   * @param fields one per column of the file, null for a column to leave out
   * @throws Invalid `fields`, Conflict once merging has begun
   */
  map(
    actor: Actor,
    id: string,
    fields: readonly (string | null)[],
    { name, font }: MappingChoice = {},
    where: Where = 'job',
  ): Promise<ImportBatch> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      const columns = batch.mapping.columns.map((_, i) => fields[i] || null);
      const unknown = columns.find((field) => field !== null && !FIELDS.includes(field as Field));
      if (unknown) throw Invalid.field('fields', 'imports.error.unknown_field', { field: unknown });
      const before = batch.mapping.fields;
      batch.mapping = {
        ...batch.mapping,
        fields: columns as (Field | null)[],
        asItLooks: font === 'none' || undefined,
      };
      if (!batch.usable) throw Invalid.field('fields', 'imports.error.needs_name_and_way');
      await this.mappings.remember(tx, batch, name);
      batch.startReading(new Date());
      await forgetReading(tx, id);
      await tx.save(batch);
      tx.audit('import.mapped', {
        subject: 'import',
        subjectId: id,
        path: batch.path,
        facts: { before, fields: columns },
      });
      if (where === 'job') await tx.enqueue(ReadImport, { importId: id }, { key: readKey(id), maxAttempts: TRIES });
      return batch;
    });
  }

  /** The same by a choice that was kept by a name. @throws NotFound, as map() */
  mapAsKept(actor: Actor, id: string, mappingId: string): Promise<ImportBatch> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.findOrFail(ImportBatch, { id });
      return this.map(actor, id, await this.mappings.fields(tx, batch.mapping, mappingId));
    });
  }

  /**
   * Goes ahead with what the preview showed; said twice, it goes once.
   * @param declared what the office answers for; without it people come in, and nobody's yes in the file is taken
   * @throws Conflict unless there is a preview; Invalid `agreedOn` for a day to come
   */
  confirm(actor: Actor, id: string, where: Where = 'job', declared?: Declaration): Promise<ImportBatch> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      if (batch.state === 'merging') return batch;
      batch.confirm(userIdOf(actor), new Date());
      if (declared) {
        saidAt(declared.agreedOn, 'given', this.config.timeZone, 'agreedOn');
        const notices = await this.notices.ids(tx);
        batch.declare(declared, notices, userIdOf(actor), new Date());
        tx.audit('import.declared', {
          subject: 'import',
          subjectId: id,
          path: batch.path,
          facts: { notice: notices.register, agreed_on: declared.agreedOn },
          after: { originals: declared.originals },
        });
      }
      // A job compares and counts all of it once more.
      if (batch.undeclared && batch.counts.agreeing && where === 'here') await this.counter.count(tx, batch);
      await tx.save(batch);
      const { rows, created, changed, same, rejected } = batch;
      tx.audit('import.confirmed', {
        subject: 'import',
        subjectId: id,
        path: batch.path,
        facts: { rows, created, changed, same, rejected },
      });
      if (where === 'job') await tx.enqueue(MergeImport, { importId: id }, { key: mergeKey(id), maxAttempts: TRIES });
      return batch;
    });
  }

  /** Leaves it be: the file and what was read go. @throws Conflict once merging has begun */
  cancel(actor: Actor, id: string): Promise<ImportBatch> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      if (batch.state !== 'cancelled') await this.end(tx, batch, 'import.cancelled');
      return batch;
    });
  }

  /** Stops it on its way into the register, with the slice in hand. @throws Conflict where it isn't on its way */
  stop(actor: Actor, id: string): Promise<ImportBatch> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      batch.stop(userIdOf(actor), new Date());
      await tx.save(batch);
      tx.audit('import.stopped', { subject: 'import', subjectId: id, path: batch.path, facts: { merged: batch.done } });
      return batch;
    });
  }

  /**
   * Somebody in the file was erased: it ends, and goes with what was read of it; one on its way in ends with the slice in
   * hand. Whoever uploaded it can do so again: that person is left out then.
   * @returns whether it has ended
   */
  endWithSomebodyErased(actor: SystemActor, id: string): Promise<boolean> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.lock(ImportBatch, { id });
      if (batch.state === 'merging') {
        if (!batch.stopAt) batch.stop(null, new Date());
        await tx.save(batch);
        return false;
      }
      if (!['uploading', 'uploaded', 'reading', 'previewed'].includes(batch.state)) return true;
      batch.fail('imports.error.somebody_erased', new Date());
      await tx.save(batch);
      await forgetReading(tx, id);
      await forgetFile(tx, id);
      tx.audit('import.failed', { subject: 'import', subjectId: id, path: batch.path, facts: { problem: 'somebody_erased' } }); // prettier-ignore
      return true;
    });
  }

  /** Daily: rejected rows older than so many days go, and so do uploads that nobody confirmed for as long. */
  cleanUp(actor: SystemActor, days: number): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const gone = await tx.execute(
        `DELETE FROM import_rejects r USING import_batches b
          WHERE b.id = r.batch_id AND b.finished_at < now() - make_interval(days => $1)`,
        [days],
      );
      if (gone) tx.audit('import.rejects_deleted', { facts: { rows: gone, days } });
      const forgotten = await tx.query<{ id: string }>(
        `SELECT id FROM import_batches
          WHERE state IN ('uploading', 'uploaded', 'reading', 'previewed') AND touched_at < now() - make_interval(days => $1)`,
        [days],
      );
      for (const { id } of forgotten) await this.end(tx, await tx.lock(ImportBatch, { id }), 'import.expired');
    });
  }

  /** What a crash left behind (a command that was killed, a job that ran out of tries) is taken up again. */
  async resume(actor: SystemActor): Promise<void> {
    const idle = await this.work.run(actor, (tx) =>
      tx.query<{ id: string; state: string; scope: string; by: string | null }>(
        `SELECT id, state, CASE state WHEN 'undoing' THEN coalesce(undo_scope, scope) ELSE scope END AS scope,
                CASE state WHEN 'undoing' THEN undone_by ELSE coalesce(confirmed_by, created_by) END AS by
           FROM import_batches
          WHERE state IN ('reading', 'merging', 'undoing') AND touched_at < now() - interval '10 minutes'`,
      ),
    );
    for (const { id, state, scope, by } of idle) {
      // In the sight of whoever uploaded it, or takes it back, not in ours.
      const owner: SystemActor = { ...actor, scope: scopeFrom(scope), causedBy: by ?? undefined };
      const [job, word] = TO_RESUME[state]!;
      await this.work.run(owner, (tx) =>
        tx.enqueue(job, { importId: id }, { key: `${word} ${id}`, maxAttempts: TRIES }),
      );
    }
  }

  private async end(tx: Transaction, batch: ImportBatch, action: string): Promise<void> {
    batch.cancel(new Date());
    await tx.save(batch);
    await forgetReading(tx, batch.id);
    await forgetFile(tx, batch.id);
    tx.audit(action, { subject: 'import', subjectId: batch.id, path: batch.path });
  }

  private async store(tx: Transaction, id: string, path: string, source: AsyncIterable<Uint8Array>) {
    const look = new FileLook();
    let n = 0;
    for await (const piece of inPieces(source)) {
      look.see(piece);
      await tx.execute('INSERT INTO import_chunks (batch_id, n, path, bytes) VALUES ($1, $2, $3, $4)', [
        id,
        n++,
        path,
        piece,
      ]);
    }
    const mapping = await look.sheet(() => this.file.within(tx, id));
    return { mapping, bytes: look.bytes, sha256: look.sha256() };
  }
}

/** What is wrong with a file, at the field of the form. */
function refused(error: unknown): never {
  if (error instanceof Unreadable)
    throw Invalid.field('file', error.key, { row: error.row ?? 0, font: error.detail ?? '' });
  throw error;
}

/** The same bytes in pieces of one MiB. */
async function* inPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < MEBIBYTE) continue;
    const all = Buffer.concat(waiting);
    let at = 0;
    for (; all.length - at >= MEBIBYTE; at += MEBIBYTE) yield all.subarray(at, at + MEBIBYTE);
    waiting = at < all.length ? [all.subarray(at)] : [];
    size = all.length - at;
  }
  if (size) yield Buffer.concat(waiting);
}
