import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { declareJob } from '../platform/jobs/job.js';
import { UserEnded } from '../access/user-ended.job.js';
import { Conflict, NotFound } from '../platform/errors.js';
import { Runs } from '../platform/jobs/runs.decorator.js';
import { PostVacated } from '../teams/post-vacated.job.js';
import { AssignmentsQueries } from './assignments.queries.js';
import { AssignmentsService } from './assignments.service.js';

/** Every night: a job for each team that has members and unassigned people. */
export const SpreadAll = declareJob<Record<string, never>>('assignments.spread-all');
export const SpreadTeam = declareJob<{ teamId: string }>('assignments.spread-team');

@Injectable()
export class AssignmentsJobs {
  constructor(
    private readonly work: UnitOfWork,
    private readonly assignments: AssignmentsService,
    private readonly queries: AssignmentsQueries,
  ) {}

  @Runs({ job: SpreadAll, cron: '30 20 * * *' })
  async spreadAll(actor: SystemActor): Promise<void> {
    const teams = await this.queries.teamsWithWork(actor);
    await this.work.run(actor, async (tx) => {
      for (const teamId of teams) await tx.enqueue(SpreadTeam, { teamId }, { key: `spread:${teamId}` });
    });
  }

  @Runs({ job: SpreadTeam })
  async spreadTeam(actor: SystemActor, { teamId }: { teamId: string }): Promise<void> {
    try {
      await this.assignments.spread(actor, teamId);
    } catch (error) {
      // The last member left, or the team was closed, since the evening.
      if (!(error instanceof Conflict || error instanceof NotFound)) throw error;
    }
  }

  /** Somebody left: whom they looked after goes back to the unassigned (T27). */
  @Runs({ job: UserEnded })
  async giveOn(actor: SystemActor, { userId }: { userId: string }): Promise<void> {
    await this.assignments.closeAllOf(actor, userId, 'left');
  }

  /** The same where somebody only left one team. */
  @Runs({ job: PostVacated })
  async giveOnInTeam(actor: SystemActor, { teamId, userId }: { teamId: string; userId: string }): Promise<void> {
    await this.assignments.closeAllOf(actor, userId, 'left', teamId);
  }
}
