import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Conflict } from '../platform/errors.js';
import { Config } from '../platform/config/config.js';
import { Event } from './event.entity.js';
import { dayOf } from './wall-time.js';

/** What a meet-up leaves to do for those who look after its guests. */
@Injectable()
export class ClosingService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
  ) {}

  /**
   * Once, after its end: who said yes and didn't come is due the day after. A follow-up that was due earlier stays due then,
   * with the newer reason; who has been closed (declined, asked to stop) is left alone.
   * @returns how many were told on; null where it was closed before, or is cancelled
   * @throws NotFound; Conflict before its end
   */
  close(actor: Actor, eventId: string, now = new Date()): Promise<{ noShows: number } | null> {
    return this.work.run(actor, async (tx) => {
      const event = await tx.lock(Event, { id: eventId });
      if (event.state === 'cancelled' || event.closedAt) return null;
      if (event.endsAt > now) throw new Conflict('events.not_over_yet');
      event.closedAt = now;
      await tx.save(event);
      // An organiser changes nobody's queue: this one change is the gate's.
      const missed = await tx.query<{ id: string }>('SELECT id FROM gate.follow_up_no_shows($1, $2::date) id', [
        eventId,
        dayOf(event.endsAt, event.zone, 1),
      ]);
      tx.audit('event.closed', {
        subject: 'event',
        subjectId: eventId,
        path: event.path,
        people: missed.map(({ id }) => id),
        facts: { noShows: missed.length },
      });
      return { noShows: missed.length };
    });
  }

  /** Meet-ups that ended a while ago and that nobody closed. */
  ended(actor: Actor): Promise<string[]> {
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<{ id: string }>(
        `SELECT id FROM events WHERE closed_at IS NULL AND state = 'planned' AND ends_at < now() - interval '10 minutes' ORDER BY ends_at LIMIT 500`,
      );
      return rows.map((row) => row.id);
    });
  }

  /** Somebody asked to be called: today, in the queue of whoever looks after them. */
  async callBack(actor: Actor, personId: string, eventId: string): Promise<void> {
    await this.work.run(actor, async (tx) => {
      const changed = await tx.execute(
        `UPDATE people SET follow_up_on = least(follow_up_on, $2::date), follow_up_why = 'call_me', closed_at = NULL
          WHERE id = $1 AND erased_at IS NULL
            AND coalesce(contact_barrier(id, 'contact', 'phone'), '') NOT IN ('no_point', 'suppressed', 'dead_point', 'withdrawn')`,
        [personId, dayOf(new Date(), this.config.timeZone)],
      );
      tx.audit('person.call_me', {
        subject: 'event',
        subjectId: eventId,
        people: [personId],
        facts: { queued: changed > 0 },
      });
    });
  }
}
