import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { declareJob } from '../../platform/jobs/job.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { ConsentExpiry } from './consent-expiry.service.js';
import { InactivityService } from './inactivity.service.js';
import { RetentionLetters } from './retention-letters.service.js';
import { RetentionQueries } from './retention.queries.js';

const RunClocks = declareJob('retention.night');
const TellOfRetention = declareJob('retention.tell');

@Injectable()
export class RetentionJobs {
  constructor(
    private readonly inactivity: InactivityService,
    private readonly consents: ConsentExpiry,
    private readonly letters: RetentionLetters,
    private readonly queries: RetentionQueries,
  ) {}

  @Runs({ job: RunClocks, cron: '20 21 * * *' })
  async night(actor: SystemActor) {
    const now = new Date();
    await this.inactivity.act(actor);
    await this.inactivity.look(actor);
    await this.inactivity.giveNotice(actor, now);
    await this.consents.expire(actor, now);
    await this.queries.count(actor);
  }

  /** In the morning, India's: a letter at night is read as an alarm. */
  @Runs({ job: TellOfRetention, cron: '30 4 * * *' })
  async tell(actor: SystemActor) {
    await this.letters.tellPeople(actor);
    await this.letters.tellTeams(actor);
  }
}
