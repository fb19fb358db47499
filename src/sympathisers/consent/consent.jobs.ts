import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { MendReach } from './mend-reach.job.js';
import { ReachMending } from './reach-mending.service.js';

@Injectable()
export class ConsentJobs {
  constructor(private readonly mending: ReachMending) {}

  /** In the night (02:55 in India), after records were merged. */
  @Runs({ job: MendReach, cron: '25 21 * * *' })
  async mend(actor: SystemActor): Promise<void> {
    await this.mending.mend(actor);
  }
}
