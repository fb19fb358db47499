import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { uuidv7 } from '../../platform/database/id.js';
import { Invalid } from '../../platform/errors.js';
import { SecretBox } from '../../platform/security/secret-box.js';
import { AttemptsService } from '../sign-in/attempts.service.js';
import { OwnAccount, tellOf, type Oneself } from './own-account.js';
import { RecoveryCodesService } from './recovery-codes.service.js';
import { makeSecret, readTotp, stepOf } from './totp.js';

/** What the secrets are sealed for. */
const PURPOSE = 'authenticator-app';

interface App {
  id: string;
  secret: string;
}

/** The authenticator app: a secret shared with a phone, and codes made from it and the time. */
@Injectable()
export class AuthenticatorAppService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly box: SecretBox,
    private readonly attempts: AttemptsService,
    private readonly own: OwnAccount,
    private readonly recovery: RecoveryCodesService,
  ) {}

  /** A new secret, not in use before a code of it was typed; one begun earlier is forgotten. */
  async begin({ userId, sessionId }: Oneself): Promise<void> {
    await this.dataSource.query('SELECT gate.begin_authenticator_app($1, $2, $3, $4)', [
      uuidv7(),
      userId,
      sessionId,
      this.box.seal(PURPOSE, userId, makeSecret()),
    ]);
  }

  /** The secret that this very session is setting up; null where it isn't, or began over an hour ago. */
  async begun({ userId, sessionId }: Oneself): Promise<App | null> {
    return this.find(userId, sessionId);
  }

  /**
   * Takes the app into use, in place of one before.
   * @returns recovery codes where it is the first factor, to be shown this once
   * @throws Invalid `code`
   * @throws TooMany
   */
  async confirm(me: Oneself, typed: string): Promise<{ codes: string[] | null }> {
    const app = await this.begun(me);
    if (!app) throw Invalid.field('code', 'second_factor.begin_again');
    const step = await this.attempts.limitCodes(me, async () => stepIn(app, typed));
    if (step === null) throw Invalid.field('code', 'second_factor.wrong_code');
    return this.own.run(me.userId, async (tx) => {
      const first = !(await tx.one<{ has: boolean }>('SELECT gate.has_second_factor($1) AS has', [me.userId]))!.has;
      const done = await tx.one<{ ok: boolean | null }>('SELECT gate.confirm_authenticator_app($1, $2, $3) AS ok', [
        me.userId,
        app.id,
        step,
      ]);
      if (done?.ok !== true) throw Invalid.field('code', 'second_factor.begin_again');
      const codes = first ? await this.recovery.make(tx, me.userId) : null;
      await tellOf(tx, me.userId, 'app_added');
      return { codes };
    });
  }

  /** Whether the code is the app's, now, and wasn't shown before: by a condition in the database, for all processes. */
  async takes(userId: string, typed: string): Promise<boolean> {
    const app = await this.find(userId, null);
    const step = app && stepIn(app, typed);
    if (step === null) return false;
    const [used] = await this.dataSource.query<{ ok: boolean | null }[]>(
      'SELECT gate.use_authenticator_app($1, $2) AS ok',
      [app!.id, step],
    );
    return used?.ok === true;
  }

  private async find(userId: string, setUpIn: string | null): Promise<App | null> {
    const [row] = await this.dataSource.query<{ id: string; secret: Buffer }[]>(
      'SELECT * FROM gate.authenticator_app($1, $2)',
      [userId, setUpIn],
    );
    // Sealed by a key that was changed since: nothing fits it any more, and a convenor can reset it.
    const secret = row && this.box.open(PURPOSE, userId, row.secret);
    return row && secret ? { id: row.id, secret } : null;
  }
}

function stepIn(app: App, typed: string): number | null {
  const code = readTotp(typed);
  return code ? stepOf(app.secret, code, new Date()) : null;
}
