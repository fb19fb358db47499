import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../platform/database/actor.js';
import { Runs } from '../platform/jobs/runs.decorator.js';
import { TellGuests } from '../events/tell-guests.job.js';
import { SendMails, SweepMails } from './mailing-jobs.js';
import { SecondLookService } from './second-look.service.js';
import { SendingService } from './sending.service.js';
import { TellingService } from './telling.service.js';

@Injectable()
export class MailingsJobs {
  constructor(
    private readonly sending: SendingService,
    private readonly telling: TellingService,
    private readonly secondLook: SecondLookService,
  ) {}

  @Runs({ job: SendMails })
  async send(actor: SystemActor, { eventId }: { eventId: string }) {
    await this.sending.sendDue(actor, eventId);
  }

  @Runs({ job: TellGuests })
  async tell(actor: SystemActor, { eventId, what }: { eventId: string; what: 'change' | 'cancellation' }) {
    await this.telling.tell(actor, eventId, what);
  }

  @Runs({ job: SweepMails, cron: '*/5 * * * *' })
  async sweep(actor: SystemActor) {
    await this.secondLook.sweep(actor);
  }
}
