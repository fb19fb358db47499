import { DiscoveryService } from '@nestjs/core';
import type { Job } from './job.js';

export interface RunsOptions {
  job: Job<object>;
  /** A crontab line (five fields, UTC) for jobs that come round by themselves. */
  cron?: string;
}

/** Marks the method of a `*.jobs.ts` class that runs a kind of job: `(actor: SystemActor, payload) => Promise<void>`. */
export const Runs = DiscoveryService.createDecorator<RunsOptions>();
