import { Injectable } from '@nestjs/common';
import { RolesService } from '../access/roles/roles.service.js';
import type { Actor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Locale } from '../platform/i18n/locale.js';

/** All that the trail needs to know about roles. */
@Injectable()
export class RoleNames {
  constructor(
    private readonly work: UnitOfWork,
    private readonly roles: RolesService,
  ) {}

  /** What each role is called, by its code; in the order to choose from. Ended ones too: the trail is about the past. */
  inWords(actor: Actor, locale: Locale): Promise<Map<string, string>> {
    return this.work.run(actor, async (tx) => {
      const roles = await this.roles.everyOne(tx);
      return new Map(roles.map((role) => [role.code, locale === 'hi' ? role.nameHi : role.nameEn]));
    });
  }

  /** The codes of the roles that allow something. */
  async thatMay(tx: Transaction, permission: string): Promise<string[]> {
    return (await this.roles.all(tx))
      .filter(({ permissions }) => permissions.includes(permission))
      .map(({ code }) => code);
  }
}
