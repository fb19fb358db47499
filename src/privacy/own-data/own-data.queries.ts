import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Locale } from '../../platform/i18n/locale.js';

type Values = Record<string, string | number | boolean | string[] | Date | null>;

/**
 * The parts of what we hold about somebody, each a list of rows. Names of parts and fields are the file's, too, and told in
 * docs/own-data.md and in the words `own_data.part.*` and `own_data.field.*`: once given out they don't change.
 */
export const PARTS = [
  'person',
  'source',
  'points',
  'handles',
  'skills',
  'notes',
  'differing',
  'consents',
  'stops',
  'hands',
  'contacts',
  'meet_ups',
  'answers',
  'mails',
  'uses',
  'nominee',
] as const;
export type Part = (typeof PARTS)[number];
export type OwnData = Record<Part, Values[]>;

const inLanguage = (alias: string) => `CASE WHEN $2 = 'hi' THEN ${alias}.name_hi ELSE ${alias}.name_en END`;
const title = (alias: string) =>
  `CASE WHEN $2 = 'hi' THEN coalesce(${alias}.title_hi, ${alias}.title_en) ELSE coalesce(${alias}.title_en, ${alias}.title_hi) END`;

/** $1 the person, $2 the reader's language. The tables are held to the person by the row policies of their link. */
const SQL: Record<Part, string> = {
  person: `
    SELECT p.full_name AS name, p.language, p.also_speaks, p.birth_year, p.pin, ${inLanguage('d')} AS district,
           ${inLanguage('t')} AS home, p.contact_times, p.contact_order, p.contact_only,
           p.contact_not_before::text AS contact_not_before, p.follow_up_on::text AS follow_up_on, p.last_attempt_at, p.closed_at
      FROM people p JOIN territories t ON t.id = p.territory_id
      LEFT JOIN revenue_districts d ON d.lgd_code = p.district_lgd WHERE p.id = $1 AND $2 <> ''`,
  source: `
    SELECT p.came_by, p.source, p.batch_row AS row_of_file, p.created_at AS at FROM people p WHERE p.id = $1 AND $2 <> ''`,
  points: `
    SELECT c.id, c.kind, c.value, c.preferred, c.created_at AS at, c.dead_at AS ended_at, c.dead_why AS ended_why, c.suppressed_at AS stopped_at
      FROM contact_points c WHERE c.person_id = $1 AND $2 <> '' ORDER BY c.dead_at IS NOT NULL, c.kind DESC, c.created_at, c.id`,
  handles: `
    SELECT i.id, i.platform, i.handle, i.platform_uid AS platform_id, i.from_at AS at, i.to_at AS ended_at, i.ended_why,
           i.verified_at, i.seen, i.suppressed_at AS stopped_at
      FROM person_identities i WHERE i.person_id = $1 AND $2 <> '' ORDER BY i.to_at IS NOT NULL, i.platform, i.id`,
  skills: `
    SELECT ${inLanguage('s')} AS skill, k.source, k.noted_at AS at FROM person_skills k JOIN skills s ON s.code = k.code
     WHERE k.person_id = $1 ORDER BY 1`,
  notes: `SELECT n.text, n.at FROM person_notes n WHERE n.person_id = $1 AND $2 <> '' ORDER BY n.id`,
  differing: `
    SELECT s.field, s.value, s.at FROM person_suggestions s
     WHERE s.person_id = $1 AND $2 <> '' AND s.value IS NOT NULL AND s.other_id IS NULL ORDER BY s.id`,
  consents: `
    SELECT c.purpose, c.channel, c.state, c.how, c.notice, c.language, c.at FROM consents c
     WHERE c.person_id = $1 AND $2 <> '' ORDER BY c.id`,
  stops: `SELECT s.how, s.at, s.undone_at FROM stops s WHERE s.person_id = $1 AND $2 <> '' ORDER BY s.id`,
  hands: `
    SELECT a.at, a.closed_at AS ended_at, a.user_id IS NOT NULL AS given_to_a_member FROM assignments a
     WHERE a.person_id = $1 AND $2 <> '' ORDER BY a.id`,
  contacts: `
    SELECT a.at, a.channel, a.disposition AS result, a.note, ${inLanguage('a')} AS team, a.post FROM gate.own_contacts($1) a`,
  meet_ups: `
    SELECT ${title('e')} AS title, e.starts_at, i.asked_at, i.sent_at, i.state, i.answer, i.guests, i.answered_at,
           a.server_at AS attended_at, a.how AS attended_how
      FROM gate.own_events($1) e LEFT JOIN invitations i ON i.person_id = $1 AND i.event_id = e.event_id
      LEFT JOIN attendances a ON a.person_id = $1 AND a.event_id = e.event_id AND a.undone_at IS NULL ORDER BY e.starts_at DESC`,
  answers: `
    SELECT ${title('e')} AS title, r.answer, r.guests, r.how, r.at FROM rsvps r LEFT JOIN gate.own_events($1) e ON e.event_id = r.event_id
     WHERE r.person_id = $1 ORDER BY r.id`,
  mails: `
    SELECT m.kind, ${title('e')} AS title, m.state, m.queued_at AS at, m.sent_at FROM mails m LEFT JOIN gate.own_events($1) e ON e.event_id = m.event_id
     WHERE m.person_id = $1 ORDER BY m.id`,
  uses: `SELECT u.what, u.n AS times, u.newest AS last_at FROM gate.own_uses($1) u WHERE $2 <> '' ORDER BY u.what`,
  nominee: `
    SELECT n.name, n.phone, n.mail, n.named_at AS at FROM nominations n WHERE n.person_id = $1 AND $2 <> '' ORDER BY n.named_at DESC, n.id DESC`,
};

/** What we hold about one person, as the holder of the link to it sees it. */
@Injectable()
export class OwnDataQueries {
  async all(tx: Transaction, personId: string, locale: Locale): Promise<OwnData> {
    const data = {} as OwnData;
    for (const part of PARTS) data[part] = await tx.query<Values>(SQL[part], [personId, locale]);
    return data;
  }

  /** The team that looks after them, by its territory; null where none does. */
  async team(tx: Transaction, personId: string, locale: Locale): Promise<string | null> {
    const row = await tx.one<{ name_en: string; name_hi: string }>('SELECT * FROM gate.own_team($1)', [personId]);
    return row && (locale === 'hi' ? row.name_hi : row.name_en);
  }

  /** The newest word per purpose and channel, and the channels they have a point for that is alive. */
  async choices(tx: Transaction, personId: string) {
    const channels = await tx.query<{ channel: string }>(
      `SELECT kind AS channel FROM contact_points WHERE person_id = $1 AND dead_at IS NULL
       UNION SELECT platform FROM person_identities WHERE person_id = $1 AND to_at IS NULL ORDER BY 1`,
      [personId],
    );
    const newest = await tx.query<{ purpose: string; channel: string; state: string }>(
      `SELECT DISTINCT ON (purpose, channel) purpose, channel, state FROM consents
        WHERE person_id = $1 ORDER BY purpose, channel, at DESC, id DESC`,
      [personId],
    );
    return { channels: channels.map(({ channel }) => channel), newest };
  }
}
