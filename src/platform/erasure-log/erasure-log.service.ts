import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Config } from '../config/config.js';
import type { SystemActor } from '../database/actor.js';
import { uuidv7 } from '../database/id.js';
import { RootScope } from '../database/root-scope.js';
import type { Transaction } from '../database/transaction.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { LOGGER } from '../log/logger.js';
import { KeyedHashes } from '../security/keyed-hashes.js';
import { ErasureLogFile, ErasureLogProblem, type ErasureEntry, type LogEnd } from './erasure-log-file.js';

/** Entries that are written at a time. */
const SLICE = 5_000;

/** Where the log is: outside the database, so that what is restored from a backup doesn't take it back in time. */
export const erasureLogPath = (config: Config): string | null =>
  config.erasureLogFile ?? (config.embedded ? join(config.dataDir, 'erasures.log') : null);

/**
 * What a restored backup must do again, kept outside the database: who was erased, who stopped, what is suppressed. Keyed
 * hashes only. An act notes its entries in its own unit of work; the worker writes them to the file, at once and every minute.
 */
@Injectable()
export class ErasureLog implements OnModuleDestroy {
  private opened?: Promise<ErasureLogFile>;
  private writing?: Promise<unknown>;
  /** Something was noted since the round in hand began. */
  private again = false;

  constructor(
    private readonly work: UnitOfWork,
    private readonly root: RootScope,
    private readonly config: Config,
    private readonly hashes: KeyedHashes,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** An entry about a person. @param kind e.g. `person.erased` */
  ofPerson(kind: string, personId: string): ErasureEntry {
    return { kind, ...this.hashes.newest('person', personId) };
  }

  /** Notes entries with the act itself: they are written once it is committed, and only then. */
  async note(tx: Transaction, entries: readonly ErasureEntry[]): Promise<void> {
    if (!entries.length) return;
    await tx.query('SELECT gate.note_erasures($1, $2, $3, $4)', [
      entries.map(() => uuidv7()),
      entries.map(({ kind }) => kind),
      entries.map(({ hash }) => hash),
      entries.map(({ keyName }) => keyName),
    ]);
    tx.onCommit(() => this.soon());
  }

  /**
   * Writes entries of an act that is committed already. What can't be written to the file now stays noted, and is written by
   * the next round.
   * @throws ErasureLogProblem, or the file system's error, where it can't
   */
  async append(entries: readonly ErasureEntry[]): Promise<void> {
    const actor = await this.actor();
    await this.work.run(actor, (tx) => this.note(tx, entries));
    if (this.writes) await this.flush(actor);
  }

  /** After a commit: writes in a moment, where this process writes at all. Lost in a crash, and done by the next start or round. */
  soon(): void {
    if (!this.writes) return;
    this.again = true;
    this.writing ??= this.writeAll()
      .catch((err: unknown) => this.log.error({ err }, 'the erasure log could not be written'))
      .finally(() => (this.writing = undefined));
  }

  private async writeAll(): Promise<void> {
    const actor = await this.actor();
    while (this.again) {
      this.again = false;
      await this.flush(actor);
    }
  }

  /**
   * Writes what waits. One process at a time: the row of the log's end is locked until the file is on the disk.
   * @returns how many entries
   */
  async flush(actor: SystemActor): Promise<number> {
    const file = await this.file(actor);
    for (let all = 0; ;) {
      const n = await this.work.run(actor, (tx) => this.flushSome(tx, file));
      all += n;
      if (n < SLICE) return all;
    }
  }

  /** The log's file, to be read. */
  file(actor: SystemActor): Promise<ErasureLogFile> {
    return (this.opened ??= this.work.run(actor, async (tx) => {
      const row = await tx.one<{ id: string }>('SELECT gate.installation_id() AS id');
      const path = erasureLogPath(this.config);
      if (!path) throw new ErasureLogProblem('ERASURE_LOG_FILE: is needed to read the erasure log');
      return new ErasureLogFile(path, row!.id, this.hashes);
    }));
  }

  /** Where the database says that the log ends. */
  async end(tx: Transaction): Promise<{ seq: number; mac: Buffer | null }> {
    const row = await tx.one<{ seq: string; mac: Buffer | null }>('SELECT seq, mac FROM erasure_log_head');
    return { seq: Number(row!.seq), mac: row!.mac };
  }

  /** From here on the database takes the log to end there. */
  async settle(tx: Transaction, { seq, mac }: LogEnd): Promise<void> {
    await tx.execute('UPDATE erasure_log_head SET seq = $1, mac = $2, at = now()', [seq, mac]);
  }

  /**
   * Before this process serves: the log must be there, whole, and ours. A new installation gets an empty one.
   * @throws ErasureLogProblem that says what is wrong
   */
  async require(): Promise<void> {
    if (!this.writes) return;
    const actor = await this.actor();
    const file = await this.file(actor);
    const known = await this.work.run(actor, (tx) => this.end(tx));
    if (!known.seq) await file.make();
    await file.append(known, []);
    // What a process that was killed had no time to write.
    this.soon();
  }

  /**
   * Gives up a log that is lost or broken, on somebody's word: what was erased since a backup can't be erased again from it. A
   * new file begins, with all suppressions in it; a broken one is kept beside it.
   * @param why in words, for the trail
   */
  async beginAnew(actor: SystemActor, why: string): Promise<void> {
    const file = await this.file(actor);
    await this.work.run(actor, async (tx) => {
      await tx.query('SELECT 1 FROM erasure_log_head FOR UPDATE');
      const { seq } = await this.end(tx);
      await file.setAside(new Date());
      await file.make();
      await tx.query('SELECT gate.relog_suppressions()');
      await tx.execute('UPDATE erasure_log_head SET seq = 0, mac = NULL, at = now()');
      tx.audit('erasure_log.given_up', { facts: { entries: seq, why } });
    });
    await this.flush(actor);
  }

  /**
   * Drops what no backup needs any more. @param before the oldest backup that is kept was made then, or later
   * @returns how many entries went
   */
  async prune(actor: SystemActor, before: Date): Promise<number> {
    const file = await this.file(actor);
    return this.work.run(actor, async (tx) => {
      await tx.query('SELECT 1 FROM erasure_log_head FOR UPDATE');
      const dropped = await file.prune(before);
      if (dropped) tx.audit('erasure_log.pruned', { facts: { entries: dropped, before: before.toISOString() } });
      return dropped;
    });
  }

  /** What is being written is written before the process ends. */
  async onModuleDestroy(): Promise<void> {
    await this.writing;
  }

  /** The web process alone writes nothing, nor does a command on a machine that isn't told where: they need not have the file. */
  get writes(): boolean {
    return this.config.process !== 'web' && erasureLogPath(this.config) !== null;
  }

  private async actor(): Promise<SystemActor> {
    return { kind: 'system', name: 'system:erasure-log', scope: await this.root.scope() };
  }

  private async flushSome(tx: Transaction, file: ErasureLogFile): Promise<number> {
    await tx.query('SELECT 1 FROM erasure_log_head FOR UPDATE');
    const noted = await tx.query<ErasureEntry & { at: Date }>(
      `WITH gone AS (
         DELETE FROM erasure_log_pending WHERE id IN (SELECT id FROM erasure_log_pending ORDER BY id LIMIT $1) RETURNING *
       ) SELECT kind, hash, key_name AS "keyName", at FROM gone ORDER BY id`,
      [SLICE],
    );
    const suppressed = await tx.query<ErasureEntry & { at: Date; why: string; named: boolean }>(
      `SELECT kind, hash, key_name AS "keyName", why, named, at FROM gate.take_unlogged_suppressions($1)`,
      [SLICE],
    );
    const entries: (ErasureEntry & { at: Date })[] = [
      ...suppressed.map(({ kind, why, named, ...rest }) => ({
        ...rest,
        kind: `suppressed:${kind}:${why}${named ? ':named' : ''}`,
      })),
      ...noted,
    ].sort((a, b) => Number(a.at) - Number(b.at));
    if (!entries.length) return 0;
    const end = await this.end(tx);
    if (!end.seq) await file.make();
    await this.settle(tx, await file.append(end, entries));
    return entries.length;
  }
}
