import { Injectable } from '@nestjs/common';
import { isGrantActor, type Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { LEVELS } from '../../territories/levels.js';
import { holdsAllOf } from '../grant-rules.js';
import { isUsable, PERMISSIONS } from './permissions.js';
import { Role } from './role.entity.js';
import { CHOSEN_REACHES } from './roles.dto.js';
import { RolesService } from './roles.service.js';

/** Roles in words: what each allows, how far it sees, who holds it here. */
@Injectable()
export class RolePages {
  constructor(
    private readonly work: UnitOfWork,
    private readonly words: Words,
    private readonly roles: RolesService,
  ) {}

  list(actor: Actor, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const held = await tx.query<{ role: string; n: number }>(
        `SELECT g.role, count(DISTINCT g.user_id)::int AS n FROM grants g WHERE gate.grant_holds(g) GROUP BY g.role`,
      );
      const holders = new Map(held.map(({ role, n }) => [role, n]));
      return (await this.roles.all(tx)).map((role) => ({
        ...this.inWords(role, locale),
        holders: holders.get(role.code) ?? 0,
      }));
    });
  }

  /** @throws NotFound */
  show(actor: Actor, code: string, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const role = await tx.find(Role, { code });
      if (!role) throw new NotFound();
      return {
        role: this.inWords(role, locale),
        allowed: this.permissions(locale, role.permissions).filter(({ held }) => held),
        changeable: !role.endedAt && holdsAllOf(actor, role),
        choices: this.choices(actor, locale, role),
      };
    });
  }

  /** What a form offers: what the actor could give on and the role can use, ticked where `role` has it. */
  choices(actor: Actor, locale: Locale, role?: Role) {
    const mine = (code: string) => !isGrantActor(actor) || actor.permissions.has(code);
    return {
      permissions: this.permissions(locale, role?.permissions ?? []).filter(
        ({ value }) => mine(value) && (!role || isUsable(role.reach, value)),
      ),
      reaches: CHOSEN_REACHES.map((reach) => ({
        value: reach,
        label: this.words.say(locale, `roles.reach.${reach}`),
        hint: this.words.say(locale, `roles.reach.${reach}.hint`),
      })),
      levels: LEVELS.map(({ code, nameKey }) => ({
        value: code,
        label: this.words.say(locale, nameKey),
        held: role?.levels?.includes(code) ?? false,
      })),
    };
  }

  permissions(locale: Locale, held: readonly string[]) {
    return PERMISSIONS.map((code) => ({
      value: code,
      label: this.words.say(locale, `permission.${code}`),
      held: held.includes(code),
    }));
  }

  private inWords(role: Role, locale: Locale) {
    const { code, nameEn, nameHi, reach, builtIn, secondFactor, permissions, endedAt } = role;
    return {
      code,
      name_en: nameEn,
      name_hi: nameHi,
      reach,
      sees: this.words.say(locale, `roles.reach.${reach}`),
      levels: role.levels?.map((level) => this.levelName(locale, level)) ?? [],
      builtIn,
      secondFactor,
      permissions,
      endedAt,
    };
  }

  private levelName(locale: Locale, level: string): string {
    const known = LEVELS.find(({ code }) => code === level);
    return known ? this.words.say(locale, known.nameKey) : level;
  }
}
