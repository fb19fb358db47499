import type { Transaction } from '../platform/database/transaction.js';
import type { Locale } from '../platform/i18n/locale.js';
import { contactBarrier, type Barrier } from './consent/contact-barrier.js';
import { NEWEST_FIRST, type ConsentState, type Purpose } from './consent/purposes.js';
import { STOP_STANDS } from './consent/stop-stands.js';

/** A phone, mail or handle with what speaks against it. `channel`: phone, email or a platform's code. */
export interface Point {
  id: string;
  channel: string;
  value: string;
  dead: boolean;
  suppressed: boolean;
  /** The platform's own id of a handle, where it is known. */
  uid: string | null;
  /** What they like best. */
  preferred: boolean;
  /** When we last had reason to believe that a handle is theirs: taken down, verified, or reached by it (T20). */
  sureAt: Date | null;
}

/** What a list and a page show of somebody. */
export interface PersonCard {
  id: string;
  name: string;
  territory: { id: string; code: string; name: string; name_en: string; name_hi: string };
  address: { pin: string | null; district: number | null };
  /** E.164, WhatsApp numbers included. */
  phones: string[];
  emails: string[];
  identities: { platform: string; handle: string }[];
  language: string | null;
  waiting: boolean;
  assignedTo: { id: string; name: string } | null;
  lastAttemptAt: Date | null;
  /** Per channel of theirs: why it may not be used to contact them; null where it may. */
  barriers: Record<string, Barrier | null>;
  /** The points that may be used now. */
  open: OpenPoint[];
  /** They asked not to be contacted before this day. */
  pausedUntil: string | null;
}

/** A point that may be used, in the order they like. */
export interface OpenPoint {
  channel: string;
  value: string;
  /** The platform's own id of a handle, where it is known. */
  uid: string | null;
  sureAt: Date | null;
}

export interface CardRow {
  id: string;
  name: string;
  path: string;
  language: string | null;
  pin: string | null;
  district: number | null;
  waiting: boolean;
  last_attempt_at: Date | null;
  paused_until: string | null;
  contact_only: string | null;
  contact_order: string[];
  /** A stop of theirs stands: whatever the ledger says, they withdrew. */
  stopped: boolean;
  assigned_to: string | null;
  assigned_name: string | null;
  territory_id: string;
  code: string;
  name_en: string;
  name_hi: string;
}

/** A handle's last sign of being theirs; phones have none ("+" begins a WhatsApp number, which is one). */
const SURE_AT = `CASE WHEN i.handle NOT LIKE '+%' THEN greatest(i.from_at, i.verified_at,
  (SELECT max(a.server_at) FROM attempts a WHERE a.person_id = i.person_id AND a.channel = i.platform AND a.disposition = 'reached')) END`;

/** The columns of a CardRow, out of people p, territories t and user_names u. */
export const CARD_COLUMNS = `p.id, p.full_name AS name, p.path, p.language, p.pin, p.district_lgd AS district, p.waiting,
  p.last_attempt_at, CASE WHEN p.contact_not_before > current_date THEN p.contact_not_before::text END AS paused_until,
  p.contact_only, p.contact_order, ${STOP_STANDS} AS stopped, p.assigned_to, u.full_name AS assigned_name, t.id AS territory_id, t.code, t.name_en, t.name_hi`;
export const CARD_TABLES = `people p JOIN territories t ON t.id = p.territory_id LEFT JOIN user_names u ON u.id = p.assigned_to`;

/** How these people can be reached, in one query for all of them. */
export async function pointsOf(tx: Transaction, ids: string[]): Promise<Map<string, Point[]>> {
  const rows = await tx.query<Point & { person_id: string }>(
    `SELECT person_id, id, kind AS channel, value, dead_at IS NOT NULL AS dead, suppressed_at IS NOT NULL AS suppressed,
            preferred, NULL AS uid, NULL::timestamptz AS "sureAt"
       FROM contact_points WHERE person_id = ANY ($1)
     UNION ALL
     SELECT i.person_id, i.id, i.platform, i.handle, i.to_at IS NOT NULL, i.suppressed_at IS NOT NULL, i.preferred, i.platform_uid, ${SURE_AT}
       FROM person_identities i WHERE i.person_id = ANY ($1)
      ORDER BY dead, preferred DESC, id`,
    [ids],
  );
  return Map.groupBy(rows, (row) => row.person_id);
}

/** The newest entries of these people's ledgers for one purpose, by person and channel. */
export async function newestConsents(
  tx: Transaction,
  ids: string[],
  purpose: Purpose,
): Promise<Map<string, ConsentState>> {
  const rows = await tx.query<{ person_id: string; channel: string; state: ConsentState }>(
    `SELECT DISTINCT ON (person_id, channel) person_id, channel, state FROM consents
      WHERE person_id = ANY ($1) AND purpose = $2 ORDER BY person_id, channel, ${NEWEST_FIRST}`,
    [ids, purpose],
  );
  return new Map(rows.map((row) => [`${row.person_id} ${row.channel}`, row.state]));
}

/** Rows of people with their points and what may be used of them. */
export async function cardsOf(tx: Transaction, rows: CardRow[], locale: Locale): Promise<PersonCard[]> {
  if (!rows.length) return [];
  const ids = rows.map((row) => row.id);
  const points = await pointsOf(tx, ids);
  const newest = await newestConsents(tx, ids, 'contact');
  return rows.map((row) =>
    card(row, points.get(row.id) ?? [], (channel) => newest.get(`${row.id} ${channel}`) ?? null, locale),
  );
}

export function card(
  row: CardRow,
  points: Point[],
  newest: (channel: string) => ConsentState | null,
  locale: Locale,
): PersonCard {
  const live = points.filter((point) => !point.dead);
  const of = (channel: string) => live.filter((point) => point.channel === channel).map((point) => point.value);
  const identities = live.filter((point) => point.channel !== 'phone' && point.channel !== 'email');
  const barriers = Object.fromEntries(
    [...new Set(points.map((point) => point.channel))].map((channel) => [
      channel,
      barrierOf(points, channel, row.stopped ? 'withdrawn' : newest(channel), {
        onlyBy: row.contact_only,
        paused: row.paused_until !== null,
      }),
    ]),
  );
  const numbers = of('whatsapp').filter((handle) => handle.startsWith('+'));
  return {
    id: row.id,
    name: row.name,
    territory: {
      id: row.territory_id,
      code: row.code,
      name: locale === 'hi' ? row.name_hi : row.name_en,
      name_en: row.name_en,
      name_hi: row.name_hi,
    },
    address: { pin: row.pin, district: row.district },
    phones: [...new Set([...of('phone'), ...numbers])],
    emails: of('email'),
    identities: identities.map(({ channel, value }) => ({ platform: channel, handle: value })),
    language: row.language,
    waiting: row.waiting,
    assignedTo: row.assigned_to ? { id: row.assigned_to, name: row.assigned_name ?? '' } : null,
    lastAttemptAt: row.last_attempt_at,
    barriers,
    pausedUntil: row.paused_until,
    open: row.paused_until
      ? []
      : asTheyLike(
          live.filter((point) => !point.suppressed && barriers[point.channel] === null),
          row,
        ).map(({ channel, value, uid, sureAt }) => ({ channel, value, uid, sureAt })),
  };
}

/** Only by the channel they asked for, if they did; what they like best first, then their order of channels. */
export function asTheyLike<P extends { channel: string; preferred: boolean }>(
  points: P[],
  { contact_only: only, contact_order: order }: { contact_only: string | null; contact_order: string[] },
): P[] {
  const rank = ({ channel, preferred }: P) =>
    preferred ? -1 : order.includes(channel) ? order.indexOf(channel) : order.length;
  return points.filter(({ channel }) => !only || channel === only).sort((a, b) => rank(a) - rank(b));
}

/** The rule over points at hand; an identity that ended is no point any more. */
export function barrierOf(
  points: Point[],
  channel: string,
  newest: ConsentState | null,
  wish?: { onlyBy: string | null; paused: boolean },
): Barrier | null {
  const isPlatform = channel !== 'phone' && channel !== 'email';
  const own = points.filter((point) => point.channel === channel && !(isPlatform && point.dead));
  return contactBarrier(own, newest, wish && { ...wish, channel });
}
