import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Event } from '../events/event.entity.js';
import { SendMails, sendKey } from './mailing-jobs.js';

/** Queues the mails that tell guests of a change or a cancellation. Who gets one is decided when it is sent (T8). */
@Injectable()
export class TellingService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * For everybody who has had an invitation, except who said it isn't for them. Run twice, it queues once: the kind of a
   * change carries the calendar's sequence.
   */
  async tell(actor: Actor, eventId: string, what: 'change' | 'cancellation'): Promise<void> {
    await this.work.run(actor, async (tx) => {
      const event = await tx.findOrFail(Event, { id: eventId });
      // Cancelled after it was changed: the cancellation alone says it.
      if (what === 'change' && event.state === 'cancelled') return;
      const kind = what === 'change' ? `change.${event.sequence}` : what;
      const queued = await tx.query<{ person_id: string }>('SELECT person_id FROM gate.tell_guests($1, $2) person_id', [
        eventId,
        kind,
      ]);
      if (!queued.length) return;
      tx.audit('event.guests_told', {
        subject: 'event',
        subjectId: eventId,
        path: event.path,
        people: queued.map((row) => row.person_id),
        facts: { kind, queued: queued.length },
      });
      await tx.enqueue(SendMails, { eventId }, { key: sendKey(eventId) });
    });
  }
}
