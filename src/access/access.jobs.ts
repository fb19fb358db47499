import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../platform/database/actor.js';
import { Runs } from '../platform/jobs/runs.decorator.js';
import { InvitationLetters } from './invitation-letters.service.js';
import { InviteUser } from './invite-user.job.js';

@Injectable()
export class AccessJobs {
  constructor(private readonly letters: InvitationLetters) {}

  @Runs({ job: InviteUser })
  invite(actor: SystemActor, { userId }: { userId: string }) {
    return this.letters.send(actor, userId);
  }
}
