import { uuidv7 } from '../../src/platform/database/id.js';
import { hashToken, randomToken } from '../../src/platform/security/tokens.js';
import type { Sampark } from '../support/sampark.js';

/** A token of a user within their first grant, straight in the table. */
export async function aToken(
  sampark: Sampark,
  user: { id: string; grantId: string },
  options: { permissions?: string[]; days?: number; name?: string } = {},
): Promise<{ id: string; token: string }> {
  const [id, token] = [uuidv7(), randomToken()];
  await sampark.sql(
    `INSERT INTO api_tokens (id, token_hash, user_id, grant_id, name, permissions, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7))`,
    [
      id,
      hashToken(token),
      user.id,
      user.grantId,
      options.name ?? 'a program of the test',
      options.permissions ?? ['event.read'],
      options.days ?? 30,
    ],
  );
  return { id, token };
}
