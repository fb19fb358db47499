import { Injectable } from '@nestjs/common';
import {
  isGrantActor,
  userIdOf,
  type Actor,
  type GrantActor,
  type SystemActor,
} from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Invalid, NotFound } from '../../platform/errors.js';
import { hashToken, randomToken } from '../../platform/security/tokens.js';
import { GrantsService } from '../grants.service.js';
import { normaliseLogin } from '../login.js';
import { carriedByToken } from '../roles/permissions.js';

export interface NewToken {
  name: string;
  /** What it may do, of what the grant allows; only a command leaves it open: everything. */
  permissions: readonly string[] | null;
  days: number;
}

export interface MadeToken {
  id: string;
  /** Shown this once: only its hash is kept. */
  token: string;
  expiresAt: Date;
}

/** Tokens for programs: random, kept only as hashes, acting within one grant and a part of what it allows. */
@Injectable()
export class TokensService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly grants: GrantsService,
  ) {}

  /**
   * A token of one's own, within the grant in use.
   * @throws Forbidden for a program: a token makes no tokens
   * @throws Invalid `permissions` for what the grant doesn't allow, or no token carries
   */
  make(actor: Actor, wanted: NewToken & { permissions: readonly string[] }): Promise<MadeToken> {
    if (actor.kind !== 'user') throw new Forbidden('tokens.not_by_token');
    return this.work.run(actor, (tx) => {
      checkCarried(wanted.permissions, actor.permissions);
      return this.write(tx, actor.userId, actor.grantId, wanted);
    });
  }

  /**
   * A token for somebody, by a command.
   * @throws NotFound where nobody signs in so
   * @throws Invalid `grant` where the user has several grants (the words list them), none, or not this one; `permissions`
   */
  makeFor(actor: SystemActor, wanted: NewToken & { login: string; grantId?: string }): Promise<MadeToken> {
    return this.work.run(actor, async (tx) => {
      const userId = await this.userIdOf(tx, wanted.login);
      const grants = await tx.query<{ grant_id: string; role: string; name_en: string; permissions: string[] }>(
        'SELECT grant_id, role, name_en, permissions FROM gate.grants_of($1)',
        [userId],
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
      if (wanted.permissions) checkCarried(wanted.permissions, new Set(chosen.permissions));
      return this.write(tx, userId, chosen.grant_id, wanted);
    });
  }

  /** Who signs in so, for commands. @throws NotFound */
  async userIdOf(tx: Transaction, login: string): Promise<string> {
    const user = await tx.one<{ id: string }>(
      'SELECT id FROM users WHERE (email = $1 OR phone = $1) AND disabled_at IS NULL',
      [normaliseLogin(login)],
    );
    if (!user) throw new NotFound('access.no_such_user');
    return user.id;
  }

  /**
   * Ends a token, from its next request on: one's own, or that of a user whom the actor manages. A program ends none but
   * its own.
   * @returns whose it was
   * @throws NotFound where it is out of sight
   * @throws Forbidden for somebody beyond the actor
   * @throws Conflict where it is over
   */
  end(actor: GrantActor | SystemActor, tokenId: string): Promise<{ userId: string }> {
    return this.work.run(actor, async (tx) => {
      const owner = await tx.one<{ user_id: string; path: string; ended: boolean }>(
        'SELECT * FROM gate.owner_of_token($1)',
        [tokenId],
      );
      if (!owner) throw new NotFound();
      if (actor.kind === 'token' && actor.tokenId !== tokenId) throw new Forbidden('tokens.not_by_token');
      if (isGrantActor(actor) && owner.user_id !== actor.userId) {
        if (!actor.permissions.has('user.disable')) throw new Forbidden();
        await this.grants.mustManage(tx, owner.user_id);
      }
      if (owner.ended) throw new Conflict('tokens.over');
      await tx.query('SELECT gate.end_token($1, $2)', [tokenId, userIdOf(actor)]);
      tx.audit('token.ended', {
        subject: 'token',
        subjectId: tokenId,
        path: owner.path,
        facts: { user: owner.user_id },
      });
      return { userId: owner.user_id };
    });
  }

  private async write(tx: Transaction, userId: string, grantId: string, wanted: NewToken): Promise<MadeToken> {
    const { name, permissions, days } = wanted;
    const [id, token] = [uuidv7(), randomToken()];
    const expiresAt = new Date(Date.now() + days * 86_400_000);
    const made = await tx.one<{ ok: boolean | null }>('SELECT gate.make_token($1, $2, $3, $4, $5, $6, $7) AS ok', [
      id,
      hashToken(token),
      userId,
      grantId,
      name,
      expiresAt,
      permissions,
    ]);
    if (made?.ok !== true) throw new Forbidden();
    tx.audit('token.made', {
      subject: 'token',
      subjectId: id,
      facts: { user: userId, grant: grantId, days, permissions: permissions ?? 'all' },
    });
    return { id, token, expiresAt };
  }
}

function checkCarried(wanted: readonly string[], held: ReadonlySet<string>): void {
  if (!wanted.length) throw Invalid.field('permissions', 'tokens.choose_some');
  const possible: readonly string[] = carriedByToken(held);
  const list = wanted.filter((permission) => !possible.includes(permission));
  if (list.length) throw Invalid.field('permissions', 'tokens.not_carried', { list: list.join(', ') });
}
