import { Injectable } from '@nestjs/common';
import { scopeOfActor, userIdOf, type Actor, type Reach } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Invalid } from '../../platform/errors.js';
import { KEY_LENGTH } from '../../territories/path.js';
import { holdsAllOf } from '../grant-rules.js';
import { isUsable } from './permissions.js';
import { Role } from './role.entity.js';

export interface RoleWords {
  nameEn: string;
  nameHi: string;
  permissions: string[];
  /** None: any level. */
  levels: string[];
  secondFactor: boolean;
}

export interface NewRole extends RoleWords {
  code: string;
  reach: Reach;
}

/**
 * Makes roles and changes them. What a role allows holds from the next request of everybody who acts in it. Those that came
 * with the program stay as they are, except that each may ask for a second factor.
 */
@Injectable()
export class RoleEditor {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * @throws Forbidden for a role that allows or sees more than the actor
   * @throws Conflict where the code is taken
   * @throws Invalid `permissions` for none, or what a role that sees no further can't use
   */
  make(actor: Actor, wanted: NewRole): Promise<{ code: string }> {
    mustHaveTheWhole(actor);
    return this.work.run(actor, async (tx) => {
      const role = Object.assign(new Role(), { ...read(wanted, wanted.reach), code: wanted.code, reach: wanted.reach });
      if (!holdsAllOf(actor, role)) throw new Forbidden('access.more_than_you_hold');
      if (await tx.find(Role, { code: wanted.code })) throw new Conflict('roles.code_taken');
      await tx.insert(Role, { ...role, createdBy: userIdOf(actor) });
      tx.audit('role.made', { subject: 'role', facts: { role: role.code, ...factsOf(role) } });
      return { code: role.code };
    });
  }

  /**
   * @throws NotFound
   * @throws Forbidden where it allows, or would allow, more than the actor holds
   * @throws Conflict for an ended one
   */
  change(actor: Actor, code: string, wanted: RoleWords): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const role = await this.open(tx, code);
      const before = factsOf(role);
      if (role.builtIn) role.secondFactor = wanted.secondFactor;
      else Object.assign(role, read(wanted, role.reach));
      if (!holdsAllOf(actor, role)) throw new Forbidden('access.more_than_you_hold');
      await tx.save(role);
      tx.audit('role.changed', { subject: 'role', facts: { role: code, was: before, is: factsOf(role) } });
    });
  }

  /**
   * Whoever acts in it loses it with their next request; the grants stay as history.
   * @throws NotFound
   * @throws Conflict for one that came with the program, or has ended
   */
  end(actor: Actor, code: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const role = await this.open(tx, code);
      if (role.builtIn) throw new Conflict('roles.is_built_in');
      role.endedAt = new Date();
      role.endedBy = userIdOf(actor);
      await tx.save(role);
      tx.audit('role.ended', { subject: 'role', facts: { role: code } });
    });
  }

  /** Locked, and held in full by the actor: nobody widens or ends what is more than they are. */
  private async open(tx: Transaction, code: string): Promise<Role> {
    await tx.findOrFail(Role, { code });
    mustHaveTheWhole(tx.actor);
    const role = await tx.lock(Role, { code });
    if (!holdsAllOf(tx.actor, role)) throw new Forbidden('access.more_than_you_hold');
    if (role.endedAt) throw new Conflict('roles.has_ended');
    return role;
  }
}

/**
 * Roles belong to the organisation. The row policies say the same; here it is said in words.
 * @throws Forbidden for somebody of a part of it
 */
function mustHaveTheWhole(actor: Actor): void {
  const scope = scopeOfActor(actor);
  if (!scope || scope.from.length > KEY_LENGTH) throw new Forbidden('roles.whole_organisation');
}

/** @throws Invalid `permissions` where it would allow nothing, or what it can't use: each by its own words */
function read(wanted: RoleWords, reach: Reach) {
  if (!wanted.permissions.length) throw Invalid.field('permissions', 'roles.no_permission');
  const useless = wanted.permissions.filter((permission) => !isUsable(reach, permission));
  if (useless.length)
    throw new Invalid(
      [`roles.not_for.${reach}`, ...useless.map((permission) => `permission.${permission}`)].map((key) => ({
        field: 'permissions',
        key,
      })),
    );
  return {
    nameEn: wanted.nameEn,
    nameHi: wanted.nameHi,
    permissions: [...new Set(wanted.permissions)],
    levels: wanted.levels.length ? [...new Set(wanted.levels)] : null,
    secondFactor: wanted.secondFactor,
  };
}

const factsOf = ({ nameEn, nameHi, reach, permissions, levels, secondFactor }: Role) => ({
  nameEn,
  nameHi,
  reach,
  permissions,
  levels,
  secondFactor,
});
