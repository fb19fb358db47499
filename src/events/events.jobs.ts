import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../platform/database/actor.js';
import { Conflict } from '../platform/errors.js';
import { Runs } from '../platform/jobs/runs.decorator.js';
import { ClosingService } from './closing.service.js';
import { CallBack, CloseEnded, CloseEvent } from './event-jobs.js';

@Injectable()
export class EventsJobs {
  constructor(private readonly closing: ClosingService) {}

  @Runs({ job: CloseEvent })
  async close(actor: SystemActor, { eventId }: { eventId: string }) {
    await this.closing.close(actor, eventId).catch((error: unknown) => {
      // It was moved on after this job had been taken: the new end has a job of its own.
      if (!(error instanceof Conflict)) throw error;
    });
  }

  @Runs({ job: CloseEnded, cron: '17 * * * *' })
  async closeEnded(actor: SystemActor) {
    for (const id of await this.closing.ended(actor)) await this.closing.close(actor, id);
  }

  @Runs({ job: CallBack })
  async callBack(actor: SystemActor, { personId, eventId }: { personId: string; eventId: string }) {
    await this.closing.callBack(actor, personId, eventId);
  }
}
