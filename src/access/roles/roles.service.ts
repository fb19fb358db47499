import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Transaction } from '../../platform/database/transaction.js';
import { Invalid } from '../../platform/errors.js';
import { Role } from './role.entity.js';

/** The roles there are. Everybody may read them; see `RoleEditor` for making them. */
@Injectable()
export class RolesService {
  /** Those that can be given, the widest first: who sees more, then who may do more. */
  async all(tx: Transaction): Promise<Role[]> {
    return (await tx.findAll(Role, { where: { endedAt: IsNull() } })).sort(widestFirst);
  }

  /** Those and the ended ones. */
  async everyOne(tx: Transaction): Promise<Role[]> {
    return (await tx.findAll(Role, {})).sort(widestFirst);
  }

  /** @throws Invalid `role` for one that is not there, or ended */
  async find(tx: Transaction, code: string): Promise<Role> {
    const role = await tx.find(Role, { code, endedAt: IsNull() });
    if (!role) throw Invalid.field('role', 'access.no_such_role');
    return role;
  }
}

const BY_REACH = ['territory', 'team', 'assigned', 'events', 'event', 'trail'];

function widestFirst(a: Role, b: Role): number {
  return (
    BY_REACH.indexOf(a.reach) - BY_REACH.indexOf(b.reach) ||
    b.permissions.length - a.permissions.length ||
    (a.levels?.length ?? 99) - (b.levels?.length ?? 99) ||
    a.code.localeCompare(b.code)
  );
}
