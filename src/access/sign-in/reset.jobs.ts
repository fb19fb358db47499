import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { AnswerReset, TellPasswordChanged } from './reset-jobs.js';
import { ResetLetters } from './reset-letters.service.js';

@Injectable()
export class ResetJobs {
  constructor(private readonly letters: ResetLetters) {}

  @Runs({ job: AnswerReset })
  answer(actor: SystemActor, { requestId }: { requestId: string }) {
    return this.letters.answer(actor, requestId);
  }

  @Runs({ job: TellPasswordChanged })
  tellChanged(actor: SystemActor, { userId }: { userId: string }) {
    return this.letters.tellChanged(actor, userId);
  }
}
