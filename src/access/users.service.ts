import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Config } from '../platform/config/config.js';
import { userIdOf, type Actor, type SystemActor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { sqlStateOf, UNIQUE_VIOLATION } from '../platform/database/sql-state.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Conflict, Invalid, type FieldProblem } from '../platform/errors.js';
import { parseEmail } from '../platform/formats/email-address.js';
import { parsePhone } from '../platform/formats/phone.js';
import { Territory } from '../territories/territory.entity.js';
import { GrantsService } from './grants.service.js';
import { InviteUser } from './invite-user.job.js';
import { normaliseLogin } from './login.js';
import { mayUsePassword } from './oidc/by-password.js';
import { PasswordCheck } from './password-check.service.js';
import { hashPassword } from './passwords.js';
import { CODE_HOURS, makeCode, readCode } from './sign-in/one-use-code.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { UserEnded } from './user-ended.job.js';
import { User } from './user.entity.js';

export interface NewUser {
  fullName: string;
  email?: string;
  phone?: string;
  role: string;
  territoryId: string;
  language?: string;
  /** As of a grant: the first role's one meet-up, and when it ends by itself. */
  eventId?: string;
  until?: Date;
}

/** Brings users in, gives them a way to sign in, and shuts them out. */
@Injectable()
export class UsersService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly dataSource: DataSource,
    private readonly grants: GrantsService,
    private readonly signIn: SignInService,
    private readonly passwords: PasswordCheck,
    private readonly config: Config,
  ) {}

  /**
   * The first user of an installation, or a way back in: works on a user who is there already, too.
   * @throws Invalid `password`
   */
  async createAdmin(actor: SystemActor, wanted: { email: string; fullName: string; password: string }): Promise<void> {
    await this.passwords.check(wanted.password, { name: wanted.fullName, email: wanted.email });
    const hash = await hashPassword(wanted.password);
    const email = normaliseLogin(wanted.email);
    const userId = await this.work.run(actor, async (tx) => {
      const root = await tx.findOrFail(Territory, { parentId: IsNull() });
      let user = await tx.find(User, { email });
      if (!user) {
        user = Object.assign(new User(), {
          id: uuidv7(),
          fullName: wanted.fullName,
          email,
          path: root.path,
          language: 'hi',
        });
        await tx.insert(User, user);
        tx.audit('user.created', { subject: 'user', subjectId: user.id, after: { email } });
      }
      const first = { userId: user.id, role: 'state_admin', territoryId: root.id, reason: 'command line' };
      if (!(await this.grants.held(tx, first))) await this.grants.write(tx, first, root);
      return user.id;
    });
    await this.dataSource.query('SELECT gate.set_password($1, $2, NULL, NULL)', [userId, hash]);
  }

  /**
   * A new user with a first role. Whoever has an e-mail gets a link to set a password; whoever has only a mobile number
   * is given a code by their convenor.
   * @throws NotFound, Forbidden, Invalid as `GrantsService.placeFor`; Invalid `email` or `phone` (missing, malformed, taken)
   */
  async invite(actor: Actor, wanted: NewUser): Promise<{ id: string; grantId: string }> {
    try {
      return await this.work.run(actor, async (tx) => {
        const territory = await this.grants.placeFor(tx, wanted.role, wanted.territoryId, wanted.eventId);
        const logins = readLogins(wanted);
        await this.refuseTaken(tx, logins);
        const id = uuidv7();
        await tx.insert(User, {
          id,
          fullName: wanted.fullName,
          ...logins,
          language: wanted.language ?? 'hi',
          path: territory.path,
          createdBy: userIdOf(actor),
        });
        const grant = await this.grants.write(
          tx,
          { userId: id, role: wanted.role, territoryId: territory.id, eventId: wanted.eventId, until: wanted.until },
          territory,
        );
        tx.audit('user.invited', {
          subject: 'user',
          subjectId: id,
          path: territory.path,
          after: { name: wanted.fullName, ...logins },
        });
        if (logins.email) await tx.enqueue(InviteUser, { userId: id });
        return { id, grantId: grant.id };
      });
    } catch (error) {
      // Two convenors entered the same person in the same moment.
      if (sqlStateOf(error) === UNIQUE_VIOLATION)
        throw Invalid.field(wanted.email ? 'email' : 'phone', 'users.taken').causedBy(error);
      throw error;
    }
  }

  /**
   * Mails a new link to set a password; links mailed before stop working.
   * @throws Conflict where the user is disabled or has no e-mail
   */
  inviteAgain(actor: Actor, userId: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const user = await this.manageable(tx, userId);
      if (!user.email) throw new Conflict('users.no_email');
      user.retireLinks(new Date());
      await tx.save(user);
      await tx.enqueue(InviteUser, { userId });
      tx.audit('user.invited_again', { subject: 'user', subjectId: userId, path: user.path });
    });
  }

  /**
   * A code to sign in with once, within a day; a code given before stops working.
   * @returns the code, shown this once: only its hash is kept
   * @throws Conflict where everybody of their roles signs in by the provider
   */
  giveCode(actor: Actor, userId: string): Promise<{ code: string; expiresAt: Date }> {
    return this.work.run(actor, async (tx) => {
      const user = await this.manageable(tx, userId);
      if (!mayUsePassword(this.config, await this.grants.rolesOf(tx, userId))) throw new Conflict('oidc.only');
      const { code, hash, expiresAt } = this.newCode(userId);
      await tx.query('SELECT gate.give_code($1, $2, $3, $4)', [userId, hash, expiresAt, userIdOf(actor)]);
      tx.audit('user.code_given', { subject: 'user', subjectId: userId, path: user.path });
      return { code, expiresAt };
    });
  }

  /**
   * The same for a helper at a door, by whoever may appoint them.
   * @throws Conflict where they are more than that, have a password already, or no longer help there
   */
  giveHelperCode(
    actor: Actor,
    grant: { id: string; userId: string; path: string },
  ): Promise<{ code: string; expiresAt: Date }> {
    return this.work.run(actor, async (tx) => {
      const { code, hash, expiresAt } = this.newCode(grant.userId);
      const row = await tx.one<{ given: boolean | null }>('SELECT gate.give_helper_code($1, $2, $3) AS given', [
        grant.id,
        hash,
        expiresAt,
      ]);
      if (!row?.given) throw new Conflict('hosts.helper.no_code');
      tx.audit('user.code_given', { subject: 'user', subjectId: grant.userId, path: grant.path });
      return { code, expiresAt };
    });
  }

  private newCode(userId: string) {
    const code = makeCode();
    const expiresAt = new Date(Date.now() + CODE_HOURS * 3_600_000);
    return { code, expiresAt, hash: this.signIn.codeHash(userId, readCode(code)!) };
  }

  /**
   * Shuts a user out, from their next request on: sessions, tokens, codes and mailed links end.
   * @throws Conflict for the last state admin
   */
  disable(actor: Actor, userId: string, why?: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const user = await tx.lock(User, { id: userId });
      await this.grants.mustManage(tx, userId);
      if (user.disabledAt) return;
      const roles = await this.grants.rolesOf(tx, userId);
      if (roles.some((grant) => grant.role === 'state_admin')) await this.grants.keepAnAdmin(tx, userId);
      user.disable(userIdOf(actor), new Date());
      await tx.save(user);
      await tx.query('SELECT gate.end_access_of($1)', [userId]);
      await tx.enqueue(UserEnded, { userId }, { key: `user-ended:${userId}` });
      tx.audit('user.disabled', {
        subject: 'user',
        subjectId: userId,
        path: user.path,
        after: why ? { why } : undefined,
      });
    });
  }

  /**
   * To another territory, with one role there: whatever they hold ends, also what was to begin later, and with it their posts
   * and the people they look after. It holds from their next request.
   * @throws NotFound for a user or a territory outside the actor's; Forbidden for more than the actor holds
   * @throws Conflict for a disabled user, the last state admin, or somebody whose home it is already
   */
  move(actor: Actor, userId: string, to: { territoryId: string; role: string; why: string }): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const user = await this.manageable(tx, userId);
      const territory = await this.grants.placeFor(tx, to.role, to.territoryId);
      if (territory.path === user.path) throw new Conflict('users.is_there');
      for (const { grantId } of await this.grants.rolesAhead(tx, userId)) await this.grants.end(actor, grantId, to.why);
      await this.grants.write(tx, { userId, role: to.role, territoryId: territory.id, reason: to.why }, territory);
      const from = user.path;
      user.path = territory.path;
      await tx.save(user);
      tx.audit('user.moved', { subject: 'user', subjectId: userId, path: territory.path, facts: { from, to: territory.path } }); // prettier-ignore
    });
  }

  /** Lets a disabled user in again: with the password they had, and what they still hold. */
  enable(actor: Actor, userId: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const user = await tx.lock(User, { id: userId });
      await this.grants.mustManage(tx, userId);
      if (!user.disabledAt) return;
      user.enable();
      await tx.save(user);
      tx.audit('user.enabled', { subject: 'user', subjectId: userId, path: user.path });
    });
  }

  /**
   * Lets go of the account that a user signs in with at the provider: the next one of their e-mail is linked.
   * @throws Conflict where there is none
   */
  unlinkProvider(actor: Actor, userId: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const user = await this.manageable(tx, userId);
      const done = await tx.one<{ ok: boolean | null }>('SELECT gate.unlink_oidc($1) AS ok', [userId]);
      if (done?.ok !== true) throw new Conflict('oidc.not_linked');
      tx.audit('user.oidc_unlinked', { subject: 'user', subjectId: userId, path: user.path });
    });
  }

  /** A user who can sign in and whom the actor may manage, locked. */
  private async manageable(tx: Transaction, userId: string): Promise<User> {
    const user = await tx.lock(User, { id: userId });
    await this.grants.mustManage(tx, userId);
    if (user.disabledAt) throw new Conflict('access.is_disabled');
    return user;
  }

  private async refuseTaken(tx: Transaction, logins: Logins) {
    const problems: FieldProblem[] = [];
    for (const field of ['email', 'phone'] as const) {
      if (!logins[field]) continue;
      const row = await tx.one<{ taken: boolean }>('SELECT gate.user_exists($1) AS taken', [logins[field]]);
      if (row!.taken) problems.push({ field, key: 'users.taken' });
    }
    if (problems.length) throw new Invalid(problems);
  }
}

interface Logins {
  email: string | null;
  phone: string | null;
}

/** @throws Invalid */
function readLogins(wanted: NewUser): Logins {
  const email = wanted.email ? parseEmail(wanted.email) : null;
  const phone = wanted.phone ? parsePhone(wanted.phone) : null;
  const problems: FieldProblem[] = [];
  // Our mail server's side takes no address beyond ASCII: better said now than when the mail doesn't come.
  if (email?.problem || (email?.email && !/^[\x21-\x7e]+$/.test(email.email)))
    problems.push({ field: 'email', key: 'users.bad_email' });
  if (phone?.problem) problems.push({ field: 'phone', key: 'users.bad_phone' });
  if (!email && !phone) problems.push({ field: 'email', key: 'users.email_or_phone' });
  if (problems.length) throw new Invalid(problems);
  return { email: email?.email ?? null, phone: phone?.e164 ?? null };
}
