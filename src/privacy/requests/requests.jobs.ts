import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { RemindOfficer, RemindOfRequests, SendRequestLetter } from './request-jobs.js';
import { RequestLetters } from './request-letters.service.js';

@Injectable()
export class RequestsJobs {
  constructor(private readonly letters: RequestLetters) {}

  @Runs({ job: SendRequestLetter })
  async send(actor: SystemActor, { requestId, entryId }: { requestId: string; entryId: string }) {
    await this.letters.send(actor, requestId, entryId);
  }

  /** At half past eight in the morning, in India. */
  @Runs({ job: RemindOfRequests, cron: '0 3 * * *' })
  async remind(actor: SystemActor) {
    await this.letters.remind(actor);
  }

  @Runs({ job: RemindOfficer })
  async tell(actor: SystemActor, payload: { userId: string; day: string; overdue: number; soon: number }) {
    await this.letters.tell(actor, payload);
  }
}
