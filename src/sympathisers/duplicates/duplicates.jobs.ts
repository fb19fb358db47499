import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { FindDuplicates, FindDuplicatesOfImport } from './duplicate-jobs.js';
import { MergesService } from './merges.service.js';
import { DuplicateFinder } from './duplicate-finder.service.js';

@Injectable()
export class DuplicatesJobs {
  constructor(
    private readonly finder: DuplicateFinder,
    private readonly merges: MergesService,
  ) {}

  /** In the night (02:10 in India), after the keys of names were made anew. */
  @Runs({ job: FindDuplicates, cron: '40 20 * * *' })
  async round(actor: SystemActor): Promise<void> {
    await this.merges.gather(actor);
    await this.finder.round(actor);
  }

  @Runs({ job: FindDuplicatesOfImport })
  async ofImport(actor: SystemActor, { importId }: { importId: string }): Promise<void> {
    await this.finder.ofImport(actor, importId);
  }
}
