import { Injectable } from '@nestjs/common';
import { GrantEnded } from '../access/grant-ended.job.js';
import type { SystemActor } from '../platform/database/actor.js';
import { Runs } from '../platform/jobs/runs.decorator.js';
import { Conflict } from '../platform/errors.js';
import { TeamsQueries } from './teams.queries.js';
import { TeamsService } from './teams.service.js';

@Injectable()
export class TeamsJobs {
  constructor(
    private readonly teams: TeamsService,
    private readonly queries: TeamsQueries,
  ) {}

  /** A post goes with its role: nobody holds a seat in a team whose people they no longer see. */
  @Runs({ job: GrantEnded })
  async vacate(actor: SystemActor, { grantId }: { grantId: string }): Promise<void> {
    for (const { postId, why } of await this.queries.postsOfGrant(actor, grantId)) {
      try {
        await this.teams.vacate(actor, postId, why ?? 'role_ended');
      } catch (error) {
        // Somebody vacated it by hand meanwhile.
        if (!(error instanceof Conflict)) throw error;
      }
    }
  }
}
