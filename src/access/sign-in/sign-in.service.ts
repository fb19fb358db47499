import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Config } from '../../platform/config/config.js';
import { RootScope } from '../../platform/database/root-scope.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Signer } from '../../platform/security/tokens.js';
import { normaliseLogin } from '../login.js';
import { mayUsePassword } from '../oidc/by-password.js';
import { checkPassword } from '../passwords.js';
import { SessionsService, type SessionMethod, type SignedIn } from '../sessions.service.js';
import { AttemptsService } from './attempts.service.js';
import { readCode } from './one-use-code.js';

interface Candidate {
  user_id: string;
  full_name: string;
  path: string;
  password_hash: string | null;
  code_hash: string | null;
  disabled: boolean;
}

export interface FreshSession {
  /** For the cookie; kept only as a hash. */
  token: string;
  userId: string;
  name: string;
  byCode: boolean;
}

/** Lets people in, by password or by a one-use code, and writes down that they came. */
@Injectable()
export class SignInService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly attempts: AttemptsService,
    private readonly sessions: SessionsService,
    private readonly signer: Signer,
    private readonly root: RootScope,
    private readonly work: UnitOfWork,
    private readonly config: Config,
  ) {}

  /**
   * The same answer, after the same work, whether the login is nobody's, the secret is wrong or the user is disabled.
   * @param oldToken of the session this browser had: it ends
   * @returns null where they don't fit
   * @throws TooMany
   */
  async signIn(
    typed: { login: string; secret: string },
    from: { address: string; oldToken?: string },
  ): Promise<FreshSession | null> {
    const login = normaliseLogin(typed.login);
    const found = await this.attempts.limit(login, from.address, () => this.judge(login, typed.secret));
    return (
      found &&
      this.startFor({ id: found.user_id, name: found.full_name, path: found.path }, from.oldToken, {
        method: found.byCode ? 'code' : 'password',
      })
    );
  }

  /**
   * A session for somebody who has just proved who they are.
   * @param oldToken of the session this browser had: it ends, so that whoever planted it is left outside
   * @param how by a mailed link, where not told; `proved` where that was a second factor, too
   */
  async startFor(
    user: { id: string; name: string; path: string },
    oldToken?: string,
    how: { method: SessionMethod; proved?: boolean } = { method: 'link' },
  ): Promise<FreshSession> {
    if (oldToken) await this.sessions.end(oldToken);
    const token = await this.sessions.start(user.id, how);
    const scope = await this.root.scope();
    await this.work.run({ kind: 'system', name: 'system:sign-in', scope, causedBy: user.id }, async (tx) => {
      tx.audit('session.started', {
        subject: 'user',
        subjectId: user.id,
        path: user.path,
        facts: { by: how.method, ...(how.proved && { proved: true }) },
      });
    });
    return { token, userId: user.id, name: user.name, byCode: how.method === 'code' };
  }

  /** Signs out; a session that is over already stays so. */
  async leave(token: string): Promise<void> {
    const session = await this.sessions.find(token);
    await this.sessions.end(token);
    if (session) await this.note(session, 'session.left', {});
  }

  /** Acts within another of one's grants from now on; false where it is not one's own or not in force. */
  async actWithin(token: string, grantId: string): Promise<boolean> {
    if (!(await this.sessions.chooseGrant(token, grantId))) return false;
    const session = await this.sessions.find(token);
    if (session) await this.note(session, 'session.role_chosen', { grant: grantId });
    return true;
  }

  private async note(session: SignedIn, action: string, facts: Record<string, unknown>): Promise<void> {
    const scope = await this.root.scope();
    const path = session.grants.find(({ grant_id: id }) => id === session.current)?.path ?? scope.from;
    await this.work.run({ kind: 'system', name: 'system:sign-in', scope, causedBy: session.userId }, async (tx) => {
      tx.audit(action, { subject: 'user', subjectId: session.userId, path, facts });
    });
  }

  /** The hash under which a code is kept: by a key outside the database, and for this user alone. */
  codeHash(userId: string, digits: string): string {
    return this.signer.mac('one-use-code', `${userId}.${digits}`);
  }

  private async judge(login: string, secret: string): Promise<(Candidate & { byCode: boolean }) | null> {
    const [found] = await this.dataSource.query<Candidate[]>('SELECT * FROM gate.sign_in($1)', [login]);
    const roles = await this.dataSource.query<{ role: string }[]>('SELECT role FROM gate.grants_of($1)', [
      found?.user_id ?? null,
    ]);
    const byPassword = await checkPassword(found?.password_hash ?? null, secret);
    const codeHash = this.codeHash(found?.user_id ?? 'nobody', readCode(secret) ?? '');
    const byCode = sameText(codeHash, found?.code_hash ?? '');
    if (!found || found.disabled || !(byPassword || byCode) || !mayUsePassword(this.config, roles)) return null;
    if (!byPassword) {
      const [used] = await this.dataSource.query<{ ok: boolean | null }[]>('SELECT gate.use_code($1, $2) AS ok', [
        found.user_id,
        codeHash,
      ]);
      // Somebody was faster with the same code.
      if (used?.ok !== true) return null;
    }
    return { ...found, byCode: !byPassword };
  }
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
