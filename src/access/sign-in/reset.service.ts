import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { RootScope } from '../../platform/database/root-scope.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { uuidv7 } from '../../platform/database/id.js';
import { NotFound } from '../../platform/errors.js';
import { SecretBox } from '../../platform/security/secret-box.js';
import { SignedLinks } from '../../platform/security/signed-links.js';
import { normaliseLogin } from '../login.js';
import { PasswordsService, type Invited, type NewPassword } from './passwords.service.js';
import { RequestLimits } from './request-limits.service.js';
import { AnswerReset } from './reset-jobs.js';

/** Purpose of the links that set a new password: they name the user and the request. */
export const RESET = 'r';
/** What a login that somebody typed is sealed for. */
export const RESET_LOGIN = 'reset-login';

/** Asked for in a quarter of an hour: more mails than these help nobody, and an office has one address. */
export const RESETS_PER_ACCOUNT = 3;
export const RESETS_PER_ADDRESS = 20;

/** A new password for who has forgotten theirs. Asking tells nobody who is a user here, neither in words nor in time. */
@Injectable()
export class ResetService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly limits: RequestLimits,
    private readonly box: SecretBox,
    private readonly links: SignedLinks,
    private readonly passwords: PasswordsService,
    private readonly root: RootScope,
    private readonly work: UnitOfWork,
  ) {}

  /**
   * Takes down that somebody asked: the same statements for everybody, known or not. Who it is, and whether there is
   * anything to mail, a job finds out later.
   * @throws TooMany for the address it is asked from
   */
  async ask(typed: string, address: string): Promise<void> {
    const login = normaliseLogin(typed);
    const allowed = { account: RESETS_PER_ACCOUNT, address: RESETS_PER_ADDRESS };
    if (!(await this.limits.admit('reset', login, address, allowed))) return;
    const scope = await this.root.scope();
    await this.work.run({ kind: 'system', name: 'system:forgotten', scope }, async (tx) => {
      const requestId = uuidv7();
      await tx.query('SELECT gate.ask_reset($1, $2)', [requestId, this.box.seal(RESET_LOGIN, requestId, login)]);
      await tx.enqueue(AnswerReset, { requestId });
    });
  }

  /**
   * Who a reset link is for.
   * @throws NotFound for one that was used, replaced, has run out or was never ours
   */
  async holder(token: string): Promise<Invited> {
    return (await this.claim(token)).user;
  }

  /**
   * Sets the password of whoever the link is for; it works this once, and all their sessions end.
   * @throws NotFound as `holder`
   * @throws Invalid `password`, `password_repeat`
   */
  async reset(token: string, wanted: NewPassword): Promise<Invited> {
    const { user, version } = await this.claim(token);
    if (!(await this.passwords.setByLink(user, version, 'reset', wanted))) throw linkGone();
    return user;
  }

  private async claim(token: string): Promise<{ user: Invited; version: number }> {
    const claim = this.links.read(RESET, token);
    if (!claim) throw linkGone();
    const [userId, requestId] = claim.ids;
    const [row] = await this.dataSource.query<
      {
        user_id: string;
        full_name: string;
        login: string;
        path: string;
        link_version: number;
        request_id: string;
        live: boolean;
      }[]
    >('SELECT * FROM gate.reset_link($1)', [userId]);
    if (!row?.live || row.request_id !== requestId || !this.links.holds(claim, row.link_version)) throw linkGone();
    return {
      user: { id: row.user_id, name: row.full_name, login: row.login, path: row.path },
      version: row.link_version,
    };
  }
}

const linkGone = () => new NotFound('passwords.link_gone');
