import { uuidv7 } from '../../src/platform/database/id.js';
import type { Sampark } from '../support/sampark.js';

interface Wanted {
  /** Code of the territory. */
  in: string;
  titleEn?: string | null;
  titleHi?: string | null;
  /** Hours from now; two hours long. */
  inHours?: number;
  capacity?: number | null;
  zone?: string;
  place?: string;
  /** A user's id. */
  by?: string;
}

/** A meet-up straight in the tables: tomorrow unless told. */
export async function anEvent(sampark: Sampark, wanted: Wanted): Promise<{ id: string }> {
  const id = uuidv7();
  const starts = new Date(Date.now() + (wanted.inHours ?? 24) * 3_600_000);
  starts.setUTCSeconds(0, 0);
  const rows = await sampark.sql(
    `INSERT INTO events (id, territory_id, path, kind, title_en, title_hi, words_en, words_hi, place, starts_at, ends_at, zone, capacity, created_by)
     SELECT $1, t.id, t.path, 'meet_up', $3, $4, 'Tea and a talk.', 'चाय और बातचीत।', $5, $6, $7, $8, $9, $10 FROM territories t WHERE t.code = $2 RETURNING id`,
    [
      id,
      wanted.in,
      wanted.titleEn === undefined ? 'Volunteers meet' : wanted.titleEn,
      wanted.titleHi === undefined ? 'कार्यकर्ता मिलन' : wanted.titleHi,
      wanted.place ?? 'सुभाष पार्क, आगरा',
      starts,
      new Date(starts.getTime() + 2 * 3_600_000),
      wanted.zone ?? 'Asia/Kolkata',
      wanted.capacity ?? null,
      wanted.by ?? null,
    ],
  );
  if (!rows.length) throw new Error(`There is no territory "${wanted.in}".`);
  return { id };
}

/** Somebody asked to a meet-up, as if the mail had gone out. */
export async function anInvitation(sampark: Sampark, eventId: string, personId: string): Promise<{ id: string }> {
  const id = uuidv7();
  await sampark.sql(
    `INSERT INTO invitations (person_id, id, event_id, path, state, language, sent_at)
     SELECT p.id, $2, $3, p.path, 'sent', coalesce(p.language, 'hi'), now() FROM people p WHERE p.id = $1`,
    [personId, id, eventId],
  );
  return { id };
}
