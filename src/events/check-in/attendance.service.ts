import { Injectable } from '@nestjs/common';
import { userIdOf, type Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, NotFound } from '../../platform/errors.js';
import { Event } from '../event.entity.js';

export interface Tap {
  /** Made by the device, or by the server where it made none. */
  id: string;
  deviceAt: Date | null;
}

/** Who is there. Presence is set and taken back, never toggled: two helpers who tap the same person agree. */
@Injectable()
export class AttendanceService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * @returns whether this tap made the difference, and how many are there now
   * @throws NotFound; Conflict for a cancelled meet-up
   */
  mark(actor: Actor, eventId: string, personId: string, tap: Tap, how: 'list' | 'walk_in' = 'list') {
    return this.work.run(actor, async (tx) => {
      const event = await tx.findOrFail(Event, { id: eventId });
      if (event.state === 'cancelled') throw new Conflict('events.is_cancelled');
      const person = await tx.one<{ path: string }>('SELECT path FROM people WHERE id = $1 AND erased_at IS NULL', [
        personId,
      ]);
      if (!person) throw new NotFound();
      // A tap that comes late or twice carries its old id: it doesn't set again what was taken back since.
      const changed = await tx.execute(
        `INSERT INTO attendances AS a (person_id, event_id, id, path, how, device_at, by_user, territory_id, at_path)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (person_id, event_id) DO UPDATE
            SET id = excluded.id, how = excluded.how, device_at = excluded.device_at, server_at = now(), by_user = excluded.by_user,
                undone_at = NULL, undone_by = NULL
          WHERE a.undone_at IS NOT NULL AND a.id <> excluded.id`,
        [personId, eventId, tap.id, person.path, how, tap.deviceAt, userIdOf(actor), event.territoryId, event.path],
      );
      if (changed) {
        tx.audit('attendance.marked', {
          subject: 'event',
          subjectId: eventId,
          path: event.path,
          people: [personId],
          facts: { how },
        });
        // Told on as missing already, and here after all (a device that was offline).
        if (event.closedAt) await tx.query('SELECT gate.came_after_all($1, $2)', [personId, eventId]);
      }
      return {
        personId,
        present: await isPresent(tx, eventId, personId),
        changed: changed > 0,
        came: await countOf(tx, eventId),
      };
    });
  }

  /**
   * Takes a tap back. Doing it twice is doing it once.
   * @throws NotFound for somebody who was never marked there
   */
  undo(actor: Actor, eventId: string, personId: string) {
    return this.work.run(actor, async (tx) => {
      const event = await tx.findOrFail(Event, { id: eventId });
      const there = await tx.one('SELECT 1 FROM attendances WHERE person_id = $1 AND event_id = $2', [
        personId,
        eventId,
      ]);
      if (!there) throw new NotFound();
      const changed = await tx.execute(
        `UPDATE attendances SET undone_at = now(), undone_by = $3 WHERE person_id = $1 AND event_id = $2 AND undone_at IS NULL`,
        [personId, eventId, userIdOf(actor)],
      );
      if (changed)
        tx.audit('attendance.undone', { subject: 'event', subjectId: eventId, path: event.path, people: [personId] });
      return { personId, present: false, changed: changed > 0, came: await countOf(tx, eventId) };
    });
  }
}

const countOf = async (tx: Transaction, eventId: string): Promise<number> =>
  (await tx.one<{ n: number }>('SELECT count(*)::int AS n FROM attendances WHERE event_id = $1 AND undone_at IS NULL', [
    eventId,
  ]))!.n;

const isPresent = async (tx: Transaction, eventId: string, personId: string): Promise<boolean> =>
  Boolean(
    await tx.one('SELECT 1 FROM attendances WHERE person_id = $2 AND event_id = $1 AND undone_at IS NULL', [
      eventId,
      personId,
    ]),
  );
