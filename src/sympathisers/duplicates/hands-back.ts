import { isClaimed } from '../read-points.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Two } from './resolutions.js';

/**
 * Each handle is claimed for the record it is used in; where both use it, it stays. A handle that somebody else holds by now isn't
 * theirs any more, whatever their record said (T20).
 * @param paths where the two lie
 */
export async function claimsBack(tx: Transaction, { winner, loser }: Two, paths: Record<keyof Two, string>) {
  await tx.execute(
    `UPDATE identity_claims c SET person_id = $2, path = $3
       FROM person_identities i
      WHERE c.person_id = $1 AND i.person_id = $2 AND i.platform = c.platform AND i.handle = c.handle AND i.to_at IS NULL
        AND NOT EXISTS (SELECT FROM person_identities w WHERE w.person_id = $1 AND w.platform = c.platform AND w.handle = c.handle AND w.to_at IS NULL)`,
    [winner, loser, paths.loser],
  );
  for (const [id, path] of [
    [winner, paths.winner],
    [loser, paths.loser],
  ] as const) {
    const unclaimed = await tx.query<{ id: string; platform: string; handle: string }>(
      `SELECT i.id, i.platform, i.handle FROM person_identities i
        WHERE i.person_id = $1 AND i.to_at IS NULL
          AND NOT EXISTS (SELECT FROM identity_claims c WHERE c.platform = i.platform AND c.handle = i.handle AND c.person_id = $1)`,
      [id],
    );
    for (const identity of unclaimed.filter(isClaimed)) {
      const free = await tx.execute(
        'INSERT INTO identity_claims (platform, handle, person_id, path) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [identity.platform, identity.handle, id, path],
      );
      if (!free) await tx.query('SELECT gate.end_point($1, $2, $3)', [id, identity.id, 'changed_hands']);
    }
  }
}

/** Whoever came back is in the hands that their open assignment says, or in nobody's. */
export const lookedAfterBy = (tx: Transaction, id: string): Promise<number> =>
  tx.execute(
    `UPDATE people p SET team_id = a.team_id, assigned_to = a.user_id,
            assigned_at = CASE WHEN a.user_id IS NULL THEN NULL ELSE coalesce(p.assigned_at, a.at) END
       FROM people q LEFT JOIN assignments a ON a.person_id = q.id AND a.closed_at IS NULL
      WHERE p.id = $1 AND q.id = $1 AND (p.assigned_to IS DISTINCT FROM a.user_id OR p.team_id IS DISTINCT FROM a.team_id)`,
    [id],
  );
