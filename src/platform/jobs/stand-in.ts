import { Injectable } from '@nestjs/common';
import type { Actor } from '../database/actor.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { Job } from './job.js';
import { processName } from './process-name.js';

/** A job that takes over what another process was doing; `standsInFor` names that process. */
export type StandsIn<P extends object> = P & { standsInFor?: string };

/** Two of these may fail before anybody takes over. */
const EVERY_MS = 5_000;
const DUE_AFTER_MS = 14_000;

/**
 * For work that a command does itself and a worker should finish if the command is killed: a job stands by, due in some
 * seconds, and is put off as long as the command lives. A worker on the same machine sees at once that it is gone.
 */
@Injectable()
export class StandIn {
  constructor(private readonly work: UnitOfWork) {}

  /** @param key of the job, as whoever else enqueues it says; it must be safe to run where all is done */
  async whileDoing<P extends object, T>(
    actor: Actor,
    job: Job<StandsIn<P>>,
    payload: P,
    key: string,
    work: () => Promise<T>,
  ): Promise<T> {
    const putOff = (ms: number) =>
      this.work.run(actor, (tx) =>
        tx.enqueue(
          job,
          { ...payload, standsInFor: processName() },
          { key, runAt: new Date(Date.now() + ms), maxAttempts: 60 },
        ),
      );
    await putOff(DUE_AFTER_MS);
    // One that fails is made up for by the next; where the database is away, so is everybody else.
    const timer = setInterval(() => void putOff(DUE_AFTER_MS).catch(() => undefined), EVERY_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      // It finds nothing to do, or, where this failed, what is left.
      await putOff(0).catch(() => undefined);
    }
  }
}
