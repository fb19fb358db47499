import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import type { SystemActor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { uuidv7 } from '../platform/database/id.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface Guest {
  person_id: string;
  path: string;
  language: string;
}

/** A meet-up that took place nine days ago: asked, answered, and who really came. */
@Injectable()
export class DemoMeetUps {
  constructor(private readonly work: UnitOfWork) {}

  /** @returns the event's id */
  past(actor: SystemActor, territoryId: string, organiserId: string, random: () => number, now: Date): Promise<string> {
    const startsAt = new Date(now.getTime() - 9 * DAY_MS);
    startsAt.setUTCHours(11, 30, 0, 0);
    return this.work.run(actor, async (tx) => {
      const id = uuidv7();
      await tx.query(
        `INSERT INTO events (id, territory_id, path, kind, title_en, title_hi, words_en, words_hi, place, starts_at, ends_at,
                             zone, capacity, created_by, created_at, closed_at)
         SELECT $1, t.id, t.path, 'meet_up', $3, $4, $5, $6, $7, $8, $9, 'Asia/Kolkata', 60, $10, $8::timestamptz - interval '12 days',
                $9::timestamptz + interval '1 day'
           FROM territories t WHERE t.id = $2`,
        [
          id,
          territoryId,
          'Digital volunteers meet',
          'डिजिटल कार्यकर्ता मिलन',
          'Tea, and an hour about making short videos.',
          'चाय, और छोटे वीडियो बनाने पर एक घंटा।',
          'गांधी भवन, क़ैसरबाग़, लखनऊ',
          startsAt,
          new Date(startsAt.getTime() + 2 * HOUR_MS),
          organiserId,
        ],
      );
      const guests = await tx.query<Guest>(
        `SELECT p.id AS person_id, p.path, coalesce(p.language, 'hi') AS language FROM people p
           JOIN territories t ON t.id = $1
          WHERE p.path >= t.path AND p.path < t.path || '~' AND contact_barrier(p.id, 'invitations', 'email') IS NULL
          ORDER BY p.id LIMIT 90`,
        [territoryId],
      );
      await this.ask(tx, id, organiserId, guests, random, startsAt);
      await this.come(tx, id, organiserId, random);
      tx.audit('demo.meet_up', { subject: 'event', subjectId: id, facts: { asked: guests.length } });
      return id;
    });
  }

  /** Answers from about half of those asked to a coming meet-up, as if they had opened their mails. */
  answers(actor: SystemActor, eventId: string, random: () => number): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const asked = await tx.query<{ person_id: string; id: string; path: string }>(
        `SELECT person_id, id, path FROM invitations WHERE event_id = $1 AND answer IS NULL ORDER BY person_id`,
        [eventId],
      );
      const answered = asked
        .filter(() => random() < 0.55)
        .map((one) => ({ ...one, ...answer(random), rsvp_id: uuidv7() }));
      await this.write(tx, eventId, answered, new Date());
      return answered.length;
    });
  }

  private async ask(
    tx: Transaction,
    eventId: string,
    by: string,
    guests: Guest[],
    random: () => number,
    startsAt: Date,
  ) {
    const askedAt = new Date(startsAt.getTime() - 8 * DAY_MS);
    await tx.query('SELECT gate.ask($1, NULL, NULL, NULL, NULL, NULL, $2, NULL, $3, $4, $5)', [
      eventId,
      guests.map((guest) => guest.person_id),
      guests.map(() => v7({ msecs: askedAt.getTime() })),
      ['hi', 'en'],
      'hi',
    ]);
    await tx.query(`UPDATE mails SET state = 'sent', sent_at = $2 WHERE event_id = $1`, [eventId, askedAt]);
    await tx.execute(
      `UPDATE invitations SET state = 'sent', asked_by = $2, asked_at = $3, sent_at = $3 WHERE event_id = $1`,
      [eventId, by, askedAt],
    );
    const rows = await tx.query<Guest & { id: string }>(
      'SELECT person_id, id, path, language FROM invitations WHERE event_id = $1 ORDER BY person_id',
      [eventId],
    );
    const answeredAt = new Date(askedAt.getTime() + DAY_MS);
    const answered = rows
      .filter(() => random() < 0.68)
      .map((row) => ({ ...row, ...answer(random), rsvp_id: v7({ msecs: answeredAt.getTime() }) }));
    await this.write(tx, eventId, answered, answeredAt);
  }

  private async write(
    tx: Transaction,
    eventId: string,
    answered: { person_id: string; id: string; path: string; answer: string; guests: number; rsvp_id: string }[],
    at: Date,
  ) {
    const rows = JSON.stringify(answered);
    const columns = 'person_id uuid, id uuid, path text, answer text, guests int, rsvp_id uuid';
    await tx.query(
      `UPDATE public.invitations i
          SET state = 'answered', answer = a.answer, guests = a.guests, answered_at = $2, answered_how = 'link',
              standing = CASE a.answer WHEN 'yes' THEN 'in' END
         FROM jsonb_to_recordset($1::jsonb) AS a(${columns}) WHERE i.person_id = a.person_id AND i.id = a.id`,
      [rows, at],
    );
    await tx.query(
      `INSERT INTO public.rsvps (person_id, id, invitation_id, event_id, path, answer, guests, standing, how, at)
       SELECT a.person_id, a.rsvp_id, a.id, $2, a.path, a.answer, a.guests, CASE a.answer WHEN 'yes' THEN 'in' END, 'link', $3
         FROM jsonb_to_recordset($1::jsonb) AS a(${columns})`,
      [rows, eventId, at],
    );
    await tx.query(
      `UPDATE events e SET heads = (SELECT coalesce(sum(1 + i.guests), 0) FROM invitations i WHERE i.event_id = e.id AND i.standing = 'in')
        WHERE e.id = $1`,
      [eventId],
    );
  }

  private async come(tx: Transaction, eventId: string, by: string, random: () => number) {
    const yes = await tx.query<{ person_id: string; path: string; guests: number }>(
      `SELECT person_id, path, guests FROM invitations WHERE event_id = $1 AND answer = 'yes' ORDER BY person_id`,
      [eventId],
    );
    const came = yes.filter(() => random() < 0.72).map((one) => ({ ...one, id: uuidv7() }));
    await tx.query(
      `INSERT INTO public.attendances (person_id, event_id, id, path, how, guests, device_at, server_at, by_user, territory_id, at_path)
       SELECT c.person_id, e.id, c.id, c.path, 'list', c.guests, e.starts_at, e.starts_at, $3, e.territory_id, e.path
         FROM jsonb_to_recordset($1::jsonb) AS c(person_id uuid, id uuid, path text, guests int) JOIN events e ON e.id = $2`,
      [JSON.stringify(came), eventId, by],
    );
    await tx.query(
      `UPDATE people p SET follow_up_on = (e.starts_at + interval '9 days')::date, follow_up_why = 'no_show'
         FROM invitations i JOIN events e ON e.id = i.event_id
        WHERE i.event_id = $1 AND i.person_id = p.id AND i.answer = 'yes'
          AND NOT EXISTS (SELECT FROM attendances a WHERE a.person_id = p.id AND a.event_id = $1)`,
      [eventId],
    );
  }
}

function answer(random: () => number): { answer: string; guests: number } {
  const r = random();
  if (r < 0.62) return { answer: 'yes', guests: random() < 0.2 ? 1 : 0 };
  return { answer: r < 0.8 ? 'maybe' : 'no', guests: 0 };
}
