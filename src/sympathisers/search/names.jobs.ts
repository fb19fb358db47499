import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { RekeyNames } from './rekey-names.job.js';
import { RekeyingService } from './rekeying.service.js';

@Injectable()
export class NamesJobs {
  constructor(private readonly rekeying: RekeyingService) {}

  /** In the night after an upgrade (01:40 in India); any other night it looks and goes. */
  @Runs({ job: RekeyNames, cron: '10 20 * * *' })
  async rekey(actor: SystemActor): Promise<void> {
    if (!(await this.rekeying.current(actor))) await this.rekeying.rekey(actor);
  }
}
