import { Injectable } from '@nestjs/common';
import { isGrantActor, type Actor, type SystemActor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, NotFound } from '../../platform/errors.js';
import { GrantsService } from '../grants.service.js';
import { normaliseLogin } from '../login.js';
import type { HeldGrant } from '../sessions.service.js';
import { AttemptsService } from '../sign-in/attempts.service.js';
import { User } from '../user.entity.js';
import { AuthenticatorAppService } from './authenticator-app.service.js';
import { OwnAccount, tellOf, type Oneself } from './own-account.js';
import { readRecoveryCode } from './recovery-code.js';
import { RecoveryCodesService } from './recovery-codes.service.js';
import { SecondFactors, type Factors } from './second-factors.queries.js';

/** Shows a second factor by a code, takes factors away, and sets somebody back who has lost them all. */
@Injectable()
export class SecondFactorService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly own: OwnAccount,
    private readonly apps: AuthenticatorAppService,
    private readonly recovery: RecoveryCodesService,
    private readonly attempts: AttemptsService,
    private readonly factors: SecondFactors,
    private readonly grants: GrantsService,
  ) {}

  /**
   * Judges a code of the authenticator app, or a recovery code, which is then used up.
   * @returns which it was, or null
   * @throws TooMany
   */
  async judge(me: Oneself, typed: string): Promise<'app' | 'recovery' | null> {
    return this.attempts.limitCodes(
      me,
      async () => {
        if (await this.apps.takes(me.userId, typed)) return 'app';
        const letters = readRecoveryCode(typed);
        return letters && (await this.recovery.use(me.userId, letters)) ? 'recovery' : null;
      },
      // Whoever gets to guess codes has the password already: its owner should know.
      () => this.own.run(me.userId, (tx) => tellOf(tx, me.userId, 'guessed')),
    );
  }

  /**
   * What one has, to add to it or take from it: for who has shown it lately, if there is any. Else whoever finds an open
   * phone could let themselves in for good.
   * @throws Forbidden
   */
  async ownFactors(me: Oneself): Promise<Factors> {
    const factors = await this.factors.of(me.userId);
    if ((factors.appSince || factors.passkeys.length) && !me.proved) throw new Forbidden('errors.second_factor');
    return factors;
  }

  /** @throws Forbidden as `ownFactors`; NotFound; Conflict for the last factor of a role that demands one */
  async removeApp(me: Oneself): Promise<void> {
    const { appSince, passkeys } = await this.ownFactors(me);
    if (!appSince) throw new NotFound();
    await this.own.run(me.userId, async (tx) => {
      if (!passkeys.length) await this.keepWhatIsDemanded(tx, me.userId);
      const gone = await tx.one<{ ok: boolean | null }>('SELECT gate.remove_authenticator_app($1) AS ok', [me.userId]);
      if (gone?.ok !== true) throw new NotFound();
      await this.after(tx, me.userId, 'app_removed');
    });
  }

  /** @throws as `removeApp` */
  async removePasskey(me: Oneself, id: string): Promise<void> {
    const { appSince, passkeys } = await this.ownFactors(me);
    await this.own.run(me.userId, async (tx) => {
      if (!appSince && passkeys.every((key) => key.id === id)) await this.keepWhatIsDemanded(tx, me.userId);
      const gone = await tx.one<{ name: string | null }>('SELECT gate.remove_passkey($1, $2) AS name', [me.userId, id]);
      if (!gone?.name) throw new NotFound();
      await this.after(tx, me.userId, 'passkey_removed');
    });
  }

  /**
   * New recovery codes; those before stop working.
   * @throws Forbidden as `ownFactors`; Conflict where there is nothing to recover
   */
  async newCodes(me: Oneself): Promise<string[]> {
    const { appSince, passkeys } = await this.ownFactors(me);
    if (!appSince && !passkeys.length) throw new Conflict('second_factor.none');
    return this.own.run(me.userId, async (tx) => {
      const codes = await this.recovery.make(tx, me.userId);
      await tellOf(tx, me.userId, 'codes_made');
      return codes;
    });
  }

  /**
   * For somebody who has lost everything: nothing is asked of them any more but what they know, and they are signed out
   * everywhere. Only by who may manage them, who then knows whom they let in.
   * @throws NotFound outside the actor's territory
   * @throws Forbidden for oneself, and for who is more elsewhere
   */
  reset(actor: Actor, userId: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      await tx.lock(User, { id: userId });
      await this.grants.mustManage(tx, userId);
      await this.resetIn(tx, userId);
    });
  }

  /** The same by a command on the machine itself: the way back for the last admin. @throws NotFound */
  resetByLogin(actor: SystemActor, login: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const user = await tx.one<{ id: string }>('SELECT id FROM users WHERE email = $1 OR phone = $1', [
        normaliseLogin(login),
      ]);
      if (!user) throw new NotFound('access.no_such_user');
      await this.resetIn(tx, user.id);
    });
  }

  private async resetIn(tx: Transaction, userId: string): Promise<void> {
    await tx.query('SELECT gate.reset_second_factor($1)', [userId]);
    await tellOf(tx, userId, 'reset', isGrantActor(tx.actor) ? undefined : { by: 'command' });
  }

  private async after(tx: Transaction, userId: string, what: 'app_removed' | 'passkey_removed'): Promise<void> {
    await tx.query('SELECT gate.forget_proofs($1)', [userId]);
    await tellOf(tx, userId, what);
  }

  private async keepWhatIsDemanded(tx: Transaction, userId: string): Promise<void> {
    const grants = await tx.query<HeldGrant>('SELECT * FROM gate.grants_of($1)', [userId]);
    if (grants.some((grant) => grant.second_factor)) throw new Conflict('second_factor.demanded');
  }
}
