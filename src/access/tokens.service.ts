import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Invalid, NotFound } from '../platform/errors.js';
import { hashToken, randomToken } from '../platform/security/tokens.js';
import { normaliseLogin } from './login.js';

/** Tokens for programs: random, kept only as hashes, acting within one grant. */
@Injectable()
export class TokensService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * @returns the token, shown this once
   * @throws NotFound where nobody signs in so
   * @throws Invalid `grant` where the user has several grants (the words list them), none, or not this one
   */
  makeFor(
    actor: SystemActor,
    wanted: { login: string; grantId?: string; name: string; days: number },
  ): Promise<string> {
    return this.work.run(actor, async (tx) => {
      const login = normaliseLogin(wanted.login);
      const user = await tx.one<{ id: string }>(
        'SELECT id FROM users WHERE (email = $1 OR phone = $1) AND disabled_at IS NULL',
        [login],
      );
      if (!user) throw new NotFound('access.no_such_user');
      const grants = await tx.query<{ grant_id: string; role: string; name_en: string }>(
        'SELECT grant_id, role, name_en FROM gate.grants_of($1)',
        [user.id],
      );
      const chosen = wanted.grantId
        ? grants.find((grant) => grant.grant_id === wanted.grantId)
        : grants.length === 1
          ? grants[0]
          : undefined;
      if (!chosen) {
        const list = grants.map((grant) => `${grant.grant_id} (${grant.role}, ${grant.name_en})`).join('; ');
        throw Invalid.field('grant', grants.length ? 'access.choose_grant' : 'access.no_grant', { list });
      }
      const token = randomToken();
      const id = uuidv7();
      await tx.query('SELECT gate.make_token($1, $2, $3, $4, $5, now() + make_interval(days => $6))', [
        id,
        hashToken(token),
        user.id,
        chosen.grant_id,
        wanted.name,
        wanted.days,
      ]);
      tx.audit('token.made', {
        subject: 'token',
        subjectId: id,
        facts: { user: user.id, grant: chosen.grant_id, days: wanted.days },
      });
      return token;
    });
  }
}
