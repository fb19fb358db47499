import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { CountBreach, TellOfClock, WatchClocks } from './breach-jobs.js';
import { BreachesService } from './breaches.service.js';
import { ClockLetters } from './clock-letters.service.js';

@Injectable()
export class BreachJobs {
  constructor(
    private readonly breaches: BreachesService,
    private readonly letters: ClockLetters,
  ) {}

  @Runs({ job: CountBreach })
  async count(actor: SystemActor, { breachId }: { breachId: string }) {
    await this.breaches.count(actor, breachId);
  }

  @Runs({ job: WatchClocks, cron: '*/10 * * * *' })
  async watch(actor: SystemActor) {
    await this.breaches.watchClocks(actor, new Date());
  }

  @Runs({ job: TellOfClock })
  async tell(actor: SystemActor, told: { breachId: string; userId: string; stage: 'last_call' | 'over' }) {
    await this.letters.send(actor, told);
  }
}
