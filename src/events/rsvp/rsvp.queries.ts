import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { eventWords } from '../event-words.js';
import type { AnswerLink } from './answer-links.js';
import { maskedName } from './masked-name.js';

interface Row {
  title_en: string | null;
  title_hi: string | null;
  words_en: string | null;
  words_hi: string | null;
  place: string;
  starts_at: Date;
  ends_at: Date;
  zone: string;
  state: string;
  capacity: number | null;
  heads: number;
  territory_en: string;
  territory_hi: string;
  full_name: string;
  answer: string | null;
  guests: number;
  standing: string | null;
  answered_at: Date | null;
  not_me_at: Date | null;
  call_me_at: Date | null;
}

/** What the holder of an answer link is shown: the meet-up, their answer, and a name only its bearer recognises. */
@Injectable()
export class RsvpQueries {
  async page(tx: Transaction, link: AnswerLink, locale: Locale, now: Date) {
    const row = (await tx.one<Row>(
      `SELECT e.title_en, e.title_hi, e.words_en, e.words_hi, e.place, e.starts_at, e.ends_at, e.zone, e.state, e.capacity, e.heads,
              t.name_en AS territory_en, t.name_hi AS territory_hi, p.full_name,
              i.answer, i.guests, i.standing, i.answered_at, i.not_me_at, i.call_me_at
         FROM invitations i
         JOIN events e ON e.id = i.event_id
         JOIN territories t ON t.id = e.territory_id
         JOIN people p ON p.id = i.person_id
        WHERE i.person_id = $1 AND i.id = $2`,
      [link.personId, link.invitationId],
    ))!;
    const closed = row.state === 'cancelled' ? 'cancelled' : row.ends_at <= now ? 'over' : null;
    const placesLeft = row.capacity === null ? null : row.capacity - row.heads;
    return {
      event: {
        ...eventWords(row, locale),
        place: row.place,
        startsAt: row.starts_at.toISOString(),
        endsAt: row.ends_at.toISOString(),
        zone: row.zone,
        territory: { name_en: row.territory_en, name_hi: row.territory_hi },
        full: placesLeft === 0,
        placesLeft,
      },
      for: maskedName(row.full_name),
      answer: row.answer,
      guests: row.guests,
      standing: row.standing,
      answeredAt: row.answered_at?.toISOString() ?? null,
      notMe: row.not_me_at !== null,
      callMe: row.call_me_at !== null,
      /** Why no answer is taken any more: cancelled or over; null while answers are. */
      closed,
    };
  }
}
