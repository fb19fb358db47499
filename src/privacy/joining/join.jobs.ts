import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { AnswerSignUp, EraseUnconfirmed } from './join-jobs.js';
import { JoinRequests } from './join-requests.js';
import { AnsweringService } from './answering.service.js';

@Injectable()
export class JoinJobs {
  constructor(
    private readonly answering: AnsweringService,
    private readonly requests: JoinRequests,
  ) {}

  @Runs({ job: AnswerSignUp })
  answer(actor: SystemActor, { requestId }: { requestId: string }) {
    return this.answering.answer(actor, requestId);
  }

  @Runs({ job: EraseUnconfirmed, cron: '40 21 * * *' })
  async erase(actor: SystemActor) {
    await this.requests.eraseOld(actor);
  }
}
