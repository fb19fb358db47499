import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { declareJob } from '../../platform/jobs/job.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { VaultService } from './vault.service.js';

const PurgeVault = declareJob('vault.purge');

@Injectable()
export class VaultJobs {
  constructor(private readonly vault: VaultService) {}

  @Runs({ job: PurgeVault, cron: '5 21 * * *' })
  async purge(actor: SystemActor) {
    await this.vault.purge(actor, new Date().toISOString().slice(0, 10));
  }
}
