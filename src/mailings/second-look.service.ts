import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Conflict } from '../platform/errors.js';
import { Event } from '../events/event.entity.js';
import { SendMails, sendKey } from './mailing-jobs.js';

/** A claimed mail this old belongs to a worker that died: ten of them, each with every timeout, take less. */
const LOST_AFTER = '15 minutes';

/** Mails that went astray: found by the machine, sent again by a person only. */
@Injectable()
export class SecondLookService {
  constructor(private readonly work: UnitOfWork) {}

  /** What a dead worker left behind may have gone out: it is marked, and waits for somebody's word. */
  sweep(actor: Actor): Promise<{ unsure: number }> {
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<{ person_id: string; event_id: string }>(
        `WITH lost AS (
           UPDATE mails SET state = 'unsure', why = 'worker_died'
            WHERE state = 'sending' AND sending_at < now() - $1::interval RETURNING person_id, event_id)
         SELECT * FROM lost`,
        [LOST_AFTER],
      );
      if (rows.length)
        tx.audit('mail.unsure', { people: rows.map((row) => row.person_id), facts: { why: 'worker_died' } });
      const due = await tx.query<{ event_id: string }>(
        `SELECT DISTINCT event_id FROM mails WHERE state = 'pending' AND due_at < now() - interval '2 minutes' LIMIT 200`,
      );
      for (const { event_id: eventId } of due) await tx.enqueue(SendMails, { eventId }, { key: sendKey(eventId) });
      return { unsure: rows.length };
    });
  }

  /**
   * Sends once more what nobody knows about, or what failed: a person has looked, and takes a second copy upon themselves.
   * @returns how many
   * @throws NotFound; Conflict where there is none, or the meet-up is over
   */
  resend(actor: Actor, eventId: string, state: 'unsure' | 'failed', personId?: string): Promise<{ again: number }> {
    return this.work.run(actor, async (tx) => {
      const event = await tx.findOrFail(Event, { id: eventId });
      const rows = await tx.query<{ person_id: string }>(
        'SELECT person_id FROM gate.send_again($1, $2, $3) person_id',
        [eventId, state, personId ?? null],
      );
      if (!rows.length) throw new Conflict('mailings.nothing_to_resend');
      tx.audit('mail.sent_again', {
        subject: 'event',
        subjectId: eventId,
        path: event.path,
        people: rows.map((row) => row.person_id),
        facts: { were: state },
      });
      await tx.enqueue(SendMails, { eventId }, { key: sendKey(eventId) });
      return { again: rows.length };
    });
  }
}
