import type { Transaction } from '../platform/database/transaction.js';
import { isClaimed, type ReadIdentity } from './read-points.js';

/** Somebody in the actor's sight who has what was typed. */
export interface Match {
  id: string;
  name: string;
  field: 'phones' | 'emails' | 'handle';
  /** The phone, mail or handle in common. */
  value: string;
  /** It is the very account, by the platform's own id: one person, whatever the handle. */
  account?: boolean;
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
 * Who holds these identities already, by handle or by the platform's own id (T20): people in sight by name, and for those
 * out of sight only that somebody does (T26). `but`: the person it is asked for.
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
  const accounts = await sameAccount(tx, asked, but);
  const same = new Set(accounts.here.map(({ id }) => id));
  return {
    here: [...accounts.here, ...here.filter(({ id }) => !same.has(id))],
    elsewhere: [...new Set([...rows.map(({ n }) => asked[n - 1]!.handle), ...accounts.elsewhere])],
  };
}

/**
 * Whose accounts these are by the platform's own ids, whatever they are called there now. Where a link with the id was all
 * that was known, the id stands as the handle.
 */
export async function sameAccount(
  tx: Transaction,
  identities: ReadIdentity[],
  but: string,
): Promise<{ here: Match[]; elsewhere: string[] }> {
  const asked = identities.filter(({ platformUid }) => platformUid !== null);
  if (!asked.length) return { here: [], elsewhere: [] };
  const accounts = [asked.map(({ platform }) => platform), asked.map(({ platformUid }) => platformUid)];
  const here = await tx.query<Match>(
    `SELECT DISTINCT ON (p.id) p.id, p.full_name AS name, 'handle' AS field, q.handle AS value, true AS account
       FROM unnest($1::text[], $2::text[], $3::text[]) AS q(platform, uid, handle)
      CROSS JOIN LATERAL (
        SELECT i.person_id FROM person_identities i WHERE i.platform_uid = q.uid AND i.platform = q.platform AND i.to_at IS NULL
        UNION ALL
        SELECT i.person_id FROM person_identities i WHERE i.handle = lower(q.uid) AND i.platform = q.platform AND i.to_at IS NULL) i
       JOIN people p ON p.id = i.person_id
      WHERE p.id <> $4 ORDER BY p.id LIMIT 5`,
    [...accounts, asked.map(({ handle }) => handle), but],
  );
  const rows = await tx.query<{ n: number }>('SELECT n FROM gate.accounts_elsewhere($1, $2, $3) n', [but, ...accounts]);
  return { here, elsewhere: rows.map(({ n }) => asked[n - 1]!.handle) };
}
