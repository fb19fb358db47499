import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../database/actor.js';
import { declareJob } from '../jobs/job.js';
import { Runs } from '../jobs/runs.decorator.js';
import { ErasureLog } from './erasure-log.service.js';

const WriteErasureLog = declareJob('erasure-log.write');

@Injectable()
export class ErasureLogJobs {
  constructor(private readonly log: ErasureLog) {}

  /** What another process noted, or what could not be written before. */
  @Runs({ job: WriteErasureLog, cron: '* * * * *' })
  async write(actor: SystemActor) {
    if (this.log.writes) await this.log.flush(actor);
  }
}
