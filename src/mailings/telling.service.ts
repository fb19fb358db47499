import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
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
      const people = await tx.query<{ person_id: string; id: string; path: string }>(
        `SELECT i.person_id, i.id, i.path FROM invitations i
          WHERE i.event_id = $1 AND i.not_me_at IS NULL
            AND (i.sent_at IS NOT NULL OR EXISTS (SELECT FROM mails m WHERE m.person_id = i.person_id AND m.id = i.id AND m.state = 'unsure'))`,
        [eventId],
      );
      const queued = await tx.query<{ person_id: string }>(
        `INSERT INTO mails (person_id, id, path, kind, event_id, invitation_id)
         SELECT q.person_id, q.id, q.path, $1, $2, q.invitation_id
           FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::uuid[]) AS q(person_id, id, path, invitation_id)
         ON CONFLICT (person_id, event_id, kind) DO NOTHING RETURNING person_id`,
        [
          kind,
          eventId,
          people.map((row) => row.person_id),
          people.map(() => uuidv7()),
          people.map((row) => row.path),
          people.map((row) => row.id),
        ],
      );
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
