import type { EntityManager, EntityTarget, FindOneOptions, FindManyOptions, ObjectLiteral, QueryRunner } from 'typeorm';
import { NotFound } from '../errors.js';
import type { Job, JobOptions } from '../jobs/job.js';
import { enqueueSql } from '../jobs/job.js';
import type { Actor } from './actor.js';
import type { RequestContext } from '../web/request-context.js';
import { asNotes, asToldInContext, writeAudit, type AuditDetails, type AuditNote } from './audit-writer.js';

/** What happens inside one unit of work: everything of it is committed, or nothing. */
export class Transaction {
  private readonly notes: AuditNote[] = [];
  private readonly afterCommit: (() => void)[] = [];

  constructor(
    readonly actor: Actor,
    private readonly runner: QueryRunner,
    private readonly context: RequestContext | undefined,
  ) {}

  private get manager(): EntityManager {
    return this.runner.manager;
  }

  /** One entity within the actor's sight, or null. */
  find<E extends ObjectLiteral>(entity: EntityTarget<E>, where: FindOneOptions<E>['where']): Promise<E | null> {
    return this.manager.findOne(entity, { where });
  }

  findAll<E extends ObjectLiteral>(entity: EntityTarget<E>, options: FindManyOptions<E>): Promise<E[]> {
    return this.manager.find(entity, options);
  }

  /** @throws NotFound when it is not there or outside the actor's sight */
  async findOrFail<E extends ObjectLiteral>(entity: EntityTarget<E>, where: FindOneOptions<E>['where']): Promise<E> {
    const found = await this.find(entity, where);
    if (!found) throw new NotFound();
    return found;
  }

  /** Locks the row until the unit of work ends; only for reference tables or with the person in the condition. */
  async lock<E extends ObjectLiteral>(entity: EntityTarget<E>, where: FindOneOptions<E>['where']): Promise<E> {
    const found = await this.manager.findOne(entity, { where, lock: { mode: 'for_no_key_update' } });
    if (!found) throw new NotFound();
    return found;
  }

  /** Inserts a new row: no look at what is there, so that roles that may write but not read can. */
  async insert<E extends ObjectLiteral>(entity: EntityTarget<E>, values: Partial<E> | Partial<E>[]): Promise<void> {
    const list = Array.isArray(values) ? values : [values];
    if (!list.length) return;
    await this.manager
      .createQueryBuilder()
      .insert()
      .into(entity)
      .values(list as never)
      .updateEntity(false)
      .execute();
  }

  /** Inserts a new row, unless one of its key is there, in sight or not. @returns whether it was inserted */
  async insertOnce<E extends ObjectLiteral>(entity: EntityTarget<E>, values: Partial<E>): Promise<boolean> {
    const { raw } = await this.manager
      .createQueryBuilder()
      .insert()
      .into(entity)
      .values(values as never)
      .orIgnore()
      .updateEntity(false)
      .returning('*')
      .execute();
    return (raw as unknown[]).length > 0;
  }

  /** Writes an entity's changes. */
  async save<E extends ObjectLiteral>(entity: E): Promise<E> {
    return this.manager.save(entity, { transaction: false });
  }

  /** Plain SQL, plain rows. Values go in as $1, $2, …; never into the text. */
  query<Row = Record<string, unknown>>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return this.runner.query(sql, params) as Promise<Row[]>;
  }

  /** The first row of a query, or null. */
  async one<Row = Record<string, unknown>>(sql: string, params: unknown[] = []): Promise<Row | null> {
    const rows = await this.query<Row>(sql, params);
    return rows[0] ?? null;
  }

  /** Runs a writing statement and tells how many rows it touched. */
  async execute(sql: string, params: unknown[] = []): Promise<number> {
    const result = await this.runner.query(sql, params, true);
    return result.affected ?? 0;
  }

  /**
   * The driver's own client, inside this transaction: for COPY alone.
   * @returns a pg client (pg.PoolClient)
   */
  driver(): Promise<unknown> {
    return this.runner.connect() as Promise<unknown>;
  }

  /**
   * Writes down what this unit of work does: `action` in words like `event.cancelled`, `subject` a table-like word and
   * an id. Values (before and after) lie in an erasable row beside the entry.
   */
  audit(action: string, details: AuditDetails): void {
    this.notes.push(...asNotes(action, details));
  }

  /** Writes down that these people were shown to the actor. An empty answer shows nobody, and is not written. */
  shown(action: string, personIds: string[]): void {
    if (personIds.length) this.notes.push(...asNotes(action, { people: personIds, shown: true }));
  }

  /** Enqueues a job in this transaction: it exists if, and only if, the unit of work commits. */
  async enqueue<P extends object>(job: Job<P>, payload: P, options: JobOptions = {}): Promise<void> {
    const { sql, params } = enqueueSql(this.actor, job, payload, options);
    await this.query(sql, params);
  }

  /** Something to do once everything is committed (a hint, never a duty: a crash loses it). */
  onCommit(hint: () => void): void {
    this.afterCommit.push(hint);
  }

  /** For the unit of work: writes the audit notes, last. */
  async close(): Promise<void> {
    this.notes.push(...asToldInContext(this.context, this.notes));
    await writeAudit(this.runner, this.actor, this.context, this.notes);
  }

  committed(): void {
    if (this.context) this.context.keptAsWritten = undefined;
    for (const hint of this.afterCommit) hint();
  }
}
