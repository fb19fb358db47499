import { Injectable } from '@nestjs/common';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict } from '../../platform/errors.js';
import { CallBack } from '../event-jobs.js';
import type { AnswerLink } from './answer-links.js';
import { seatsHeld, seatsWanted, type Answer, type Standing, type Standings } from './seats.js';

export interface Answered {
  answer: Answer;
  guests: number;
  standing: Standing;
  /** They have places, asked for more, and there weren't enough: the answer before stands. */
  kept: boolean;
}

/** Takes the answers of those who hold a link. Asking is a GET and changes nothing; each of these is a POST. */
@Injectable()
export class RsvpService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * The newest answer counts, the history stays. Seats are taken by one conditional UPDATE, guests included: a party that
   * doesn't fit waits as a whole; one that has seats and asks for more than there are keeps what it has.
   * @throws Conflict once the meet-up is over or cancelled
   */
  answer(link: AnswerLink, answer: Answer, wantedGuests: number): Promise<Answered> {
    const guests = answer === 'yes' ? wantedGuests : 0;
    return this.work.run(link, async (tx) => {
      const said = await this.lockAnswer(tx, link);
      const [held, wanted] = [seatsHeld(said), seatsWanted(answer, guests)];
      const fits = await this.takeSeats(tx, link, wanted - held);
      const kept = !fits && held > 0;
      const standing: Standing = answer !== 'yes' ? null : fits ? 'in' : 'waiting';
      await tx.execute(
        `INSERT INTO rsvps (person_id, id, invitation_id, event_id, path, answer, guests, standing, how)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'link')`,
        [
          link.personId,
          uuidv7(),
          link.invitationId,
          link.eventId,
          said.path,
          answer,
          guests,
          kept ? 'did_not_fit' : standing,
        ],
      );
      if (!kept)
        await tx.execute(
          `UPDATE invitations SET state = 'answered', answer = $3, guests = $4, standing = $5, answered_at = now(), answered_how = 'link',
                  not_me_at = NULL
            WHERE person_id = $1 AND id = $2`,
          [link.personId, link.invitationId, answer, guests, standing],
        );
      tx.audit('invitation.answered', {
        subject: 'invitation',
        subjectId: link.invitationId,
        path: said.event_path,
        people: [link.personId],
        facts: { event: link.eventId, how: 'link' },
        before: { answer: said.answer, guests: said.guests, standing: said.standing },
        after: { answer, guests, standing: kept ? 'did_not_fit' : standing },
      });
      return kept ? { answer: 'yes', guests: said.guests, standing: 'in', kept } : { answer, guests, standing, kept };
    });
  }

  /** Whoever got this mail is somebody else: no reminders for it any more. Nothing else is retired. */
  async notMe(link: AnswerLink): Promise<void> {
    await this.work.run(link, async (tx) => {
      const said = await this.lockAnswer(tx, link);
      await tx.execute(
        'UPDATE invitations SET not_me_at = coalesce(not_me_at, now()) WHERE person_id = $1 AND id = $2',
        [link.personId, link.invitationId],
      );
      tx.audit('invitation.not_me', note(link, said.event_path));
    });
  }

  /** Wants to be called: whoever looks after them has it in their queue today. */
  async callMe(link: AnswerLink): Promise<void> {
    await this.work.run(link, async (tx) => {
      const said = await this.lockAnswer(tx, link);
      await tx.execute('UPDATE invitations SET call_me_at = now() WHERE person_id = $1 AND id = $2', [
        link.personId,
        link.invitationId,
      ]);
      tx.audit('invitation.call_me', note(link, said.event_path));
      // A link sees one invitation; the queue is the job's to change.
      await tx.enqueue(CallBack, { personId: link.personId, eventId: link.eventId });
    });
  }

  /** Two answers of one person at a time come one after the other. */
  private async lockAnswer(
    tx: Transaction,
    link: AnswerLink,
  ): Promise<Standings & { path: string; event_path: string }> {
    const said = (await tx.one<Standings & { path: string }>(
      'SELECT answer, guests, standing, path FROM invitations WHERE person_id = $1 AND id = $2 FOR UPDATE',
      [link.personId, link.invitationId],
    ))!;
    const event = (await tx.one<{ path: string; state: string; over: boolean }>(
      'SELECT path, state, ends_at <= now() AS over FROM events WHERE id = $1',
      [link.eventId],
    ))!;
    if (event.state === 'cancelled') throw new Conflict('rsvp.cancelled');
    if (event.over) throw new Conflict('rsvp.over');
    return { ...said, event_path: event.path };
  }

  /** One statement, whose condition is the capacity: counting first and writing then would sell a place twice. */
  private async takeSeats(tx: Transaction, link: AnswerLink, change: number): Promise<boolean> {
    if (change === 0) return true;
    const taken = await tx.execute(
      `UPDATE events SET heads = heads + $2
        WHERE id = $1 AND state = 'planned' AND ($2 < 0 OR capacity IS NULL OR heads + $2 <= capacity)`,
      [link.eventId, change],
    );
    return taken === 1;
  }
}

const note = (link: AnswerLink, path: string) => ({
  subject: 'invitation',
  subjectId: link.invitationId,
  path,
  people: [link.personId],
  facts: { event: link.eventId },
});
