import type { Transaction } from '../platform/database/transaction.js';
import { isClaimed, type ReadIdentity } from './read-points.js';

/** Somebody in the actor's sight who has what was typed. */
export interface Match {
  id: string;
  name: string;
  field: 'phones' | 'emails' | 'handle';
  /** The phone, mail or handle in common. */
  value: string;
}

/**
 * People in sight with the same name and the same phone or mail: probably the one who is being added. The same phone
 * under another name is a family, and nobody's business.
 */
export async function lookAlikes(
  tx: Transaction,
  who: { nameKey: string; phones: string[]; emails: string[] },
): Promise<Match[]> {
  if (!who.nameKey || !(who.phones.length + who.emails.length)) return [];
  return tx.query<Match>(
    `SELECT DISTINCT ON (p.id) p.id, p.full_name AS name, CASE c.kind WHEN 'phone' THEN 'phones' ELSE 'emails' END AS field, c.value
       FROM unnest($2::text[], $3::text[]) AS q(kind, value)
       JOIN contact_points c ON c.kind = q.kind AND c.value = q.value
       JOIN people p ON p.id = c.person_id
      WHERE p.name_key = $1
      ORDER BY p.id LIMIT 5`,
    [who.nameKey, [...who.phones.map(() => 'phone'), ...who.emails.map(() => 'email')], [...who.phones, ...who.emails]],
  );
}

/**
 * Who holds these identities already: people in sight by name, and for those out of sight only that somebody does (T26).
 * `but`: the person it is asked for.
 */
export async function holders(
  tx: Transaction,
  identities: ReadIdentity[],
  but: string,
): Promise<{ here: Match[]; elsewhere: string[] }> {
  const asked = identities.filter(isClaimed);
  if (!asked.length) return { here: [], elsewhere: [] };
  const params = [asked.map(({ platform }) => platform), asked.map(({ handle }) => handle)];
  const here = await tx.query<Match>(
    `SELECT p.id, p.full_name AS name, 'handle' AS field, c.handle AS value
       FROM unnest($1::text[], $2::text[]) AS q(platform, handle)
       JOIN identity_claims c ON c.platform = q.platform AND c.handle = q.handle
       JOIN people p ON p.id = c.person_id
      WHERE p.id <> $3`,
    [...params, but],
  );
  const rows = await tx.query<{ n: number }>('SELECT n FROM gate.held_elsewhere($1, $2) n', params);
  return { here, elsewhere: rows.map(({ n }) => asked[n - 1]!.handle) };
}
