import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../platform/config/config.js';
import { RootScope } from '../../platform/database/root-scope.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Invalid, NotFound, Unauthenticated } from '../../platform/errors.js';
import { SignedLinks } from '../../platform/security/signed-links.js';
import { mayUsePassword } from '../oidc/by-password.js';
import { PasswordCheck, type Owner } from '../password-check.service.js';
import { checkPassword, hashPassword } from '../passwords.js';
import { AttemptsService } from './attempts.service.js';
import { TellPasswordChanged } from './reset-jobs.js';

/** Purpose of the links that set a password (one word, so that no other link fits). */
export const WELCOME = 'w';
/** How long they work; whoever comes later asks for a new one. */
export const WELCOME_DAYS = 7;

export interface Invited {
  id: string;
  name: string;
  /** What they will sign in with. */
  login: string;
  path: string;
}

export interface NewPassword {
  password: string;
  password_repeat?: string;
}

/** How somebody showed that they may set the password. */
type By = 'self' | 'link' | 'reset';

/** Sets passwords: one's own, or the first one by a mailed link. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly links: SignedLinks,
    private readonly attempts: AttemptsService,
    private readonly root: RootScope,
    private readonly work: UnitOfWork,
    private readonly rules: PasswordCheck,
    private readonly config: Config,
  ) {}

  /** Whether this session must show the password until now: not one that was started by a one-use code. */
  async currentNeeded(sessionId: string): Promise<boolean> {
    return !(await this.of(sessionId)).by_code;
  }

  /**
   * Changes one's own password; every other session of the user ends.
   * @throws Invalid `current_password`, `password`, `password_repeat`
   * @throws TooMany
   */
  async change(sessionId: string, address: string, wanted: NewPassword & { current_password?: string }): Promise<void> {
    const own = await this.of(sessionId);
    await this.check(own.user_id, wanted);
    if (!own.by_code) {
      const holds = await this.attempts.limit(own.user_id, address, async () =>
        (await checkPassword(own.password_hash, wanted.current_password ?? '')) ? true : null,
      );
      if (!holds) throw Invalid.field('current_password', 'access.wrong_password');
    }
    await this.set({ id: own.user_id, path: own.path }, wanted.password, 'self', null, sessionId);
  }

  /**
   * Who a welcome link is for.
   * @throws NotFound for a link that was used, replaced, has run out or was never ours: they look the same
   */
  async invited(token: string): Promise<Invited> {
    return (await this.claim(token)).user;
  }

  /**
   * Sets the password of whoever a welcome link is for; the link works this once.
   * @throws NotFound as `invited`
   * @throws Invalid `password`, `password_repeat`
   */
  async accept(token: string, wanted: NewPassword): Promise<Invited> {
    const { user, version } = await this.claim(token);
    if (!(await this.setByLink(user, version, 'link', wanted))) throw linkGone();
    return user;
  }

  /**
   * Sets the password of somebody who holds a link of this version; it works this once.
   * @returns false where somebody was faster with it
   * @throws Invalid `password`, `password_repeat`
   */
  async setByLink(user: Invited, version: number, by: 'link' | 'reset', wanted: NewPassword): Promise<boolean> {
    await this.check(user.id, wanted);
    return this.set(user, wanted.password, by, version, null);
  }

  private async claim(token: string): Promise<{ user: Invited; version: number }> {
    const claim = this.links.read(WELCOME, token);
    if (!claim) throw linkGone();
    const [row] = await this.dataSource.query<
      {
        user_id: string;
        full_name: string;
        login: string;
        path: string;
        link_version: number;
        link_made_at: Date;
        disabled: boolean;
      }[]
    >('SELECT * FROM gate.linked_user($1)', [claim.ids[0]]);
    if (!row || row.disabled || !this.links.holds(claim, row.link_version)) throw linkGone();
    if (welcomeEnds(row.link_made_at) <= new Date()) throw linkGone();
    const roles = await this.dataSource.query<{ role: string }[]>('SELECT role FROM gate.grants_of($1)', [row.user_id]);
    if (!mayUsePassword(this.config, roles)) throw linkGone();
    return {
      user: { id: row.user_id, name: row.full_name, login: row.login, path: row.path },
      version: row.link_version,
    };
  }

  private async of(sessionId: string) {
    const [row] = await this.dataSource.query<
      { user_id: string; path: string; password_hash: string | null; by_code: boolean }[]
    >('SELECT * FROM gate.password_of($1)', [sessionId]);
    if (!row) throw new Unauthenticated();
    return row;
  }

  private async check(userId: string, wanted: NewPassword): Promise<void> {
    const [owner] = await this.dataSource.query<Owner[]>('SELECT * FROM gate.words_of($1)', [userId]);
    await this.rules.check(wanted.password, owner ?? {});
    if (wanted.password_repeat !== undefined && wanted.password_repeat !== wanted.password)
      throw Invalid.field('password_repeat', 'access.repeat_differs');
  }

  private async set(
    user: { id: string; path: string },
    password: string,
    by: By,
    version: number | null,
    session: string | null,
  ): Promise<boolean> {
    const hash = await hashPassword(password);
    const [row] = await this.dataSource.query<{ ok: boolean | null }[]>(
      'SELECT gate.set_password($1, $2, $3, $4) AS ok',
      [user.id, hash, version, session],
    );
    if (row?.ok !== true) return false;
    const scope = await this.root.scope();
    await this.work.run({ kind: 'system', name: 'system:password', scope, causedBy: user.id }, async (tx) => {
      tx.audit('user.password_set', { subject: 'user', subjectId: user.id, path: user.path, facts: { by } });
      // A first password was set by who holds the welcome; of any other its owner hears, whoever set it.
      if (by !== 'link') await tx.enqueue(TellPasswordChanged, { userId: user.id });
    });
    return true;
  }
}

/** When a welcome link made then runs out. */
export const welcomeEnds = (madeAt: Date): Date => new Date(madeAt.getTime() + WELCOME_DAYS * 86_400_000);

const linkGone = () => new NotFound('access.link_gone');
