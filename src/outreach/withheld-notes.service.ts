import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { NotFound } from '../platform/errors.js';

export interface WithheldNote {
  personId: string;
  attemptId: string;
  /** Of the person, where they are still in the writer's sight. */
  name: string | null;
  /** Of what the note spoke: its words are nowhere any more. */
  kinds: string[];
  at: Date;
}

/** Notes that a device sent later and that said what must not be kept: their writer is asked for other words. */
@Injectable()
export class WithheldNotes {
  constructor(private readonly work: UnitOfWork) {}

  /** Those of the actor, the oldest first. */
  mine(actor: Actor): Promise<WithheldNote[]> {
    return this.work.run(actor, async (tx) => {
      const notes = await tx.query<WithheldNote>(
        `SELECT w.person_id AS "personId", w.id AS "attemptId", p.full_name AS name, w.kinds, w.at
           FROM gate.my_withheld_notes() w LEFT JOIN people p ON p.id = w.person_id`,
      );
      tx.shown(
        'attempt.list',
        notes.filter(({ name }) => name !== null).map(({ personId }) => personId),
      );
      return notes;
    });
  }

  /**
   * Puts other words in place of a note that was left out, or leaves it at that (`null`).
   * @throws NotFound for an attempt of somebody else, and one without such a note
   */
  settle(actor: Actor, personId: string, attemptId: string, note: string | null): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const attempt = await tx.one<{ path: string }>('SELECT path FROM gate.settle_withheld_note($1, $2, $3)', [
        personId,
        attemptId,
        note,
      ]);
      if (!attempt) throw new NotFound();
      tx.audit('attempt.note_written', {
        subject: 'attempt',
        subjectId: attemptId,
        path: attempt.path,
        people: [personId],
        facts: { written: note !== null },
      });
    });
  }
}
