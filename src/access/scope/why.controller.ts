import { Controller, Get, Req } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { GrantActor } from '../../platform/database/actor.js';
import { isGrantActor } from '../../platform/database/actor.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow, SIGNED_IN } from '../../platform/web/allow.decorator.js';
import { changed } from '../../platform/web/outcome.js';
import { CurrentLocale, type Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { RolePages } from '../roles/role-pages.service.js';

/** "Why can't I see …?": what the grant in use shows and what it doesn't, without a word about anybody (T26). */
@Controller('why')
export class WhyController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly roles: RolePages,
  ) {}

  @Get()
  @Allow(SIGNED_IN)
  @View('scope/why')
  async show(@Req() request: Request, @CurrentLocale() locale: Locale) {
    const { actor, who } = request.sampark;
    if (!isGrantActor(actor)) return changed('/no-role', {});
    const permissions = this.roles.permissions(locale, [...actor.permissions]);
    return {
      reach: actor.reach,
      grant: who?.grants.find((grant) => grant.current) ?? null,
      others: who?.grants.filter((grant) => !grant.current) ?? [],
      may: permissions.filter(({ held }) => held),
      mayNot: permissions.filter(({ held }) => !held),
      helpers: await this.helpersOf(actor),
    };
  }

  /** Who could give more, nearest first: the organisation's own people. */
  private async helpersOf(actor: GrantActor) {
    const helpers = await this.dataSource.query<
      { full_name: string; role_en: string; role_hi: string; name_en: string; name_hi: string }[]
    >('SELECT * FROM gate.helpers_of($1)', [actor.userId]);
    return helpers.map((one) => ({
      name: one.full_name,
      role: { name_en: one.role_en, name_hi: one.role_hi },
      territory: { name_en: one.name_en, name_hi: one.name_hi },
    }));
  }
}
