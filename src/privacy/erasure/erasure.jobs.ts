import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { ErasePerson, FinishErasures, ForgetSamples } from './erasure-jobs.js';
import { RegisterErasure } from './register-erasure.service.js';
import { TraceErasure } from './trace-erasure.service.js';

@Injectable()
export class ErasureJobs {
  constructor(
    private readonly register: RegisterErasure,
    private readonly traces: TraceErasure,
  ) {}

  @Runs({ job: ErasePerson })
  async erase(actor: SystemActor, { personId }: { personId: string }) {
    await this.register.erase(actor, personId);
    // Not one by one: files are searched for all of them at once.
    await this.traces.soon(actor);
  }

  @Runs({ job: FinishErasures, cron: '*/15 * * * *' })
  async finish(actor: SystemActor) {
    await this.traces.resume(actor);
    await this.traces.finishAll(actor);
  }

  @Runs({ job: ForgetSamples, cron: '50 21 * * *' })
  async forgetSamples(actor: SystemActor) {
    await this.traces.forgetSamples(actor);
  }
}
