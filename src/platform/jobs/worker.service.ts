import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import {
  Logger as WorkerLogger,
  parseCronItems,
  run,
  runOnce,
  type Runner,
  type RunnerOptions,
  type Task,
  type TaskList,
} from 'graphile-worker';
import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { Config } from '../config/config.js';
import { requestContext } from '../web/request-context.js';
import { uuidv7 } from '../database/id.js';
import type { SystemActor } from '../database/actor.js';
import { actorOf, type Envelope, type Job } from './job.js';
import { DatabaseHandle } from '../database/database-handle.js';
import { isServerGone, withPatience } from '../database/patience.js';
import { isGone, processName } from './process-name.js';
import { LOGGER } from '../log/logger.js';
import { RootScope } from '../database/root-scope.js';
import { Runs } from './runs.decorator.js';

type Handler = (actor: SystemActor, payload: object) => Promise<unknown>;

const CONCURRENCY = 2;
/** A worker that has not been heard of for so long is dead, and its jobs are free. */
const DEAD_AFTER = '12 seconds';
const HEARTBEAT_MS = 3_000;
/** Until a queue that ended begins anew; each time twice as long. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A job that stands by for another process is never further away. */
const STANDS_BY_FOR = '15 seconds';

/** Runs jobs, over a pool of the queue's own role; what a handler does goes through the program's pool, as its actor. */
@Injectable()
export class WorkerService implements OnApplicationBootstrap {
  private readonly handlers = new Map<string, { job: Job<object>; cron?: string; handle: Handler }>();
  private readonly name = `${processName()} ${uuidv7().slice(-6)}`;
  private pool?: pg.Pool;
  private runner?: Runner;
  private heartbeat?: NodeJS.Timeout;
  private stopping = false;
  /** By this name graphile-worker locks the jobs that we have in hand: it is the pool's, and no single worker's. */
  private lockedBy?: string;
  private readonly inHand = new Set<string>();
  /** Locked for us and not in hand when we last looked: most of them are about to be told that they are done. */
  private stray: string[] = [];

  constructor(
    private readonly config: Config,
    private readonly database: DatabaseHandle,
    private readonly root: RootScope,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap() {
    for (const { instance } of this.discovery.getProviders()) {
      if (!instance || typeof instance !== 'object') continue;
      const prototype = Object.getPrototypeOf(instance) as object;
      for (const method of this.scanner.getAllMethodNames(prototype)) {
        const handler = (instance as Record<string, unknown>)[method] as Handler | undefined;
        if (typeof handler !== 'function') continue;
        const runs = Reflect.getMetadata(Runs.KEY, handler) as { job: Job<object>; cron?: string } | undefined;
        if (runs) this.handlers.set(runs.job.task, { ...runs, handle: handler.bind(instance) });
      }
    }
  }

  async start(): Promise<void> {
    this.stopping = false;
    const pool = this.openPool();
    await this.beat(pool);
    this.heartbeat = setInterval(
      () => void this.beat(pool).catch((err: unknown) => this.log.warn({ err }, 'heartbeat failed')),
      HEARTBEAT_MS,
    );
    await this.begin(pool);
  }

  private async begin(pool: pg.Pool): Promise<void> {
    const crontab = [...this.handlers.values()].filter((entry) => entry.cron);
    const events = new EventEmitter() as NonNullable<RunnerOptions['events']>;
    // Jobs are locked in the name of the pool, and not of the worker in it that runs them.
    events.on('pool:create', ({ workerPool }) => void this.register(pool, workerPool.id));
    const runner = await run({
      pgPool: pool,
      taskList: this.tasks(),
      concurrency: CONCURRENCY,
      pollInterval: 1000,
      noHandleSignals: true,
      logger: this.workerLogger(),
      parsedCronItems: parseCronItems(
        crontab.map((entry) => ({ task: entry.job.task, match: entry.cron!, options: { backfillPeriod: 0 } })),
      ),
      events,
    });
    this.runner = runner;
    runner.promise.catch((err: unknown) => (this.stopping ? undefined : this.beginAnew(pool, err)));
  }

  /** graphile-worker ends where the database is gone at the moment at which it notes what became of a job. We go on, once it is back. */
  private async beginAnew(pool: pg.Pool, err: unknown): Promise<void> {
    this.log.error({ err }, 'the queue ended, and begins anew');
    for (let pause = FIRST_PAUSE_MS; !this.stopping; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        // Nothing of ours is being run: what is still locked was done, or failed, and couldn't be noted.
        await pool.query(
          `WITH ours AS (DELETE FROM queue.workers WHERE process = $1 RETURNING id)
           SELECT graphile_worker.force_unlock_workers(array_agg(id)) FROM ours HAVING count(*) > 0`,
          [this.name],
        );
        return await this.begin(pool);
      } catch (error) {
        this.log.error({ err: error }, 'the queue could not begin');
        await wait(pause);
      }
    }
  }

  /** Runs what is due, until nothing is; for the command line and tests. */
  async drain(): Promise<void> {
    await runOnce({
      pgPool: this.openPool(),
      taskList: this.tasks(),
      concurrency: CONCURRENCY,
      noHandleSignals: true,
      logger: this.workerLogger(),
    });
  }

  /** Lets the jobs in hand finish. */
  async stop(): Promise<void> {
    clearInterval(this.heartbeat);
    this.stopping = true;
    await this.runner?.stop();
    this.runner = undefined;
    await this.pool?.query('DELETE FROM queue.workers WHERE process = $1', [this.name]).catch(() => undefined);
    await this.pool?.end();
    this.pool = undefined;
  }

  private openPool(): pg.Pool {
    if (!this.pool) {
      this.pool = new pg.Pool({
        connectionString: this.database.urls.queue,
        max: CONCURRENCY + 2,
        application_name: 'sampark-queue',
      });
      const broke = (err: Error) => this.log.warn({ err }, 'a connection of the queue broke');
      this.pool.on('error', broke).on('connect', (client) => client.on('error', broke));
    }
    return this.pool;
  }

  private tasks(): TaskList {
    return Object.fromEntries(
      [...this.handlers.values()].map(({ job, handle }) => [
        job.task,
        this.holding(async (message: unknown) => {
          const envelope = (message as Partial<Envelope<object>>).scope
            ? (message as Envelope<object>)
            : { scope: await this.root.scope(), causedBy: null, payload: {} };
          envelope.scope = await this.root.scopeNow(envelope.scope);
          const startedAt = performance.now();
          await requestContext.run({ requestId: uuidv7() }, () => handle(actorOf(job, envelope), envelope.payload));
          this.log.info({ task: job.task, ms: Math.round(performance.now() - startedAt) }, 'job done');
        }),
      ]),
    );
  }

  /**
   * Knows which jobs are in hand. Where one fails because the database's server was killed, it ends when there is one again:
   * graphile-worker notes the failure without waiting for it, and what goes wrong there would be nobody's and end the program.
   */
  private holding(task: Task): Task {
    return async (message, helpers) => {
      this.inHand.add(helpers.job.id);
      try {
        await task(message, helpers);
      } catch (error) {
        if (isServerGone(error)) await withPatience(() => this.openPool().query('SELECT 1'));
        throw error;
      } finally {
        this.inHand.delete(helpers.job.id);
      }
    };
  }

  private async register(pool: pg.Pool, lockedBy: string) {
    this.lockedBy = lockedBy;
    await pool
      .query('INSERT INTO queue.workers (id, process) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET seen_at = now()', [
        lockedBy,
        this.name,
      ])
      .catch((err: unknown) => this.log.warn({ err }, 'the worker could not be registered'));
  }

  /**
   * Says that we live, and frees the jobs of workers that no longer do (graphile-worker itself waits four hours): at once
   * where it is a process of this machine that is gone, else when it hasn't been heard of.
   */
  private async beat(pool: pg.Pool) {
    await pool.query('UPDATE queue.workers SET seen_at = now() WHERE process = $1', [this.name]);
    const { rows: workers } = await pool.query<{ process: string }>('SELECT DISTINCT process FROM queue.workers');
    const gone = workers.map(({ process }) => process).filter(isGone);
    const { rows } = await pool.query<{ ids: string[] | null }>(
      `SELECT array_agg(DISTINCT j.locked_by) AS ids
         FROM graphile_worker._private_jobs j
         LEFT JOIN queue.workers w ON w.id = j.locked_by
        WHERE j.locked_by IS NOT NULL
          AND (w.process = ANY ($2) OR (w.seen_at > now() - $1::interval) IS NOT TRUE AND j.locked_at < now() - $1::interval)`,
      [DEAD_AFTER, gone],
    );
    if (rows[0]?.ids) {
      await pool.query('SELECT graphile_worker.force_unlock_workers($1::text[])', [rows[0].ids]);
      this.log.warn({ workers: rows[0].ids }, 'freed the jobs of dead workers');
    }
    if (gone.length) await pool.query('DELETE FROM queue.workers WHERE process = ANY ($1)', [gone]);
    await this.giveBack(pool);
    await this.takeOver(pool);
  }

  /** Jobs that are locked for us, and that we don't have: they were given to us, or ended, while the server was killed. */
  private async giveBack(pool: pg.Pool) {
    const { rows } = await pool.query<{ id: string }>(
      'SELECT id::text FROM graphile_worker._private_jobs WHERE locked_by = $1 AND id <> ALL ($2::bigint[])',
      [this.lockedBy ?? '', [...this.inHand]],
    );
    const stray = rows.map(({ id }) => id);
    const still = stray.filter((id) => this.stray.includes(id));
    this.stray = stray;
    if (!still.length) return;
    await pool.query(
      'UPDATE graphile_worker._private_jobs SET locked_by = NULL, locked_at = NULL WHERE locked_by = $1 AND id = ANY ($2::bigint[])',
      [this.lockedBy, still],
    );
    this.log.warn({ jobs: still }, 'freed jobs that nobody had in hand');
  }

  /** Jobs that stand by for a process of this machine that is gone (see StandIn) are due now. */
  private async takeOver(pool: pg.Pool) {
    const { rows } = await pool.query<{ id: string; name: string }>(
      `SELECT j.id::text, j.payload #>> '{payload,standsInFor}' AS name FROM graphile_worker._private_jobs j
        WHERE j.locked_by IS NULL AND j.run_at > now() AND j.run_at < now() + $1::interval AND j.payload #>> '{payload,standsInFor}' IS NOT NULL`,
      [STANDS_BY_FOR],
    );
    const due = rows.filter(({ name }) => isGone(name)).map(({ id }) => id);
    if (due.length) await pool.query('SELECT graphile_worker.reschedule_jobs($1::bigint[], run_at := now())', [due]);
  }

  private workerLogger() {
    return new WorkerLogger(() => (level, message, meta) => {
      const error = (meta as { error?: unknown } | undefined)?.error;
      if (level === 'error') this.log.error({ err: error }, message);
      else if (level === 'warning') this.log.warn(message);
      else this.log.debug(message);
    });
  }
}
