import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import type { Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { IdParam } from '../platform/web/fields.js';
import { changed, created } from '../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { TerritoryChoices } from './territory-choices.service.js';
import { MoveBody, FormQuery, NewUserBody, UsersQuery, WhyBody } from './users.dto.js';
import { UsersQueries } from './users.queries.js';
import { UsersService } from './users.service.js';

@Controller('users')
export class UsersController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly users: UsersService,
    private readonly queries: UsersQueries,
    private readonly choices: TerritoryChoices,
    private readonly config: Config,
  ) {}

  @Get()
  @Allow('user.read')
  @View('users/list')
  async list(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Query() query: UsersQuery) {
    const page = await this.queries.list(actor, query);
    return { ...page, asked: { ...query }, roles: await this.queries.roles(actor, locale) };
  }

  /** What the form to invite somebody offers. */
  @Get('new')
  @Allow('user.invite')
  @View('users/new')
  async form(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Query() query: FormQuery) {
    const territories = await this.choices.territories(actor, locale, query.territory);
    return { roles: await this.choices.roles(actor, locale), territories, territory: query.territory ?? '' };
  }

  @Post()
  @Allow('user.invite')
  async invite(@CurrentActor() actor: Actor, @Body() body: NewUserBody) {
    const { id } = await this.work.run(actor, async (tx) => {
      const { name, email, phone, role, language, territory } = body;
      const territoryId = await this.choices.idOf(tx, territory);
      return this.users.invite(actor, { fullName: name, email, phone, role, language, territoryId });
    });
    return created(`/users/${id}`, { id }, body.email ? 'users.invited' : 'users.made');
  }

  @Get(':id')
  @Allow('user.read')
  @View('users/show')
  async show(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    return { ...(await this.queries.show(actor, id)), oidc: this.config.oidcIssuer !== undefined };
  }

  @Post(':id/invitation')
  @Allow('user.invite')
  async inviteAgain(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    await this.users.inviteAgain(actor, id);
    return changed(`/users/${id}`, { id }, 'users.invited');
  }

  /** Answers with the code itself, this once: it stands in no address and no cookie. */
  @Post(':id/code')
  @Allow('user.invite')
  @View('users/code')
  async giveCode(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    const user = await this.queries.show(actor, id);
    const { code, expiresAt } = await this.users.giveCode(actor, id);
    return { code, expiresAt, user: { id, name: user.name, login: user.phone ?? user.email } };
  }

  @Post(':id/oidc/end')
  @Allow('user.disable')
  async unlinkProvider(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    await this.users.unlinkProvider(actor, id);
    return changed(`/users/${id}`, { id }, 'oidc.unlinked');
  }

  @Post(':id/disablement')
  @Allow('user.disable')
  async disable(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() { why }: WhyBody) {
    await this.users.disable(actor, id, why);
    return changed(`/users/${id}`, { id }, 'users.disabled_now');
  }

  /** Where to, and as what. */
  @Get(':id/move')
  @Allow('grant.give')
  @View('users/move')
  async moveForm(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    const { name, grants, manageable } = await this.queries.show(actor, id);
    return {
      user: { id, name },
      role: grants[0]?.role.code ?? '',
      manageable,
      roles: await this.choices.roles(actor, locale),
      territories: await this.choices.territories(actor, locale),
    };
  }

  @Post(':id/move')
  @Allow('grant.give')
  async move(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() { role, territory, why }: MoveBody) {
    await this.work.run(actor, async (tx) => {
      const territoryId = await this.choices.idOf(tx, territory);
      await this.users.move(actor, id, { role, territoryId, why });
    });
    return changed(`/users/${id}`, { id }, 'users.moved');
  }

  @Post(':id/enablement')
  @Allow('user.disable')
  async enable(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    await this.users.enable(actor, id);
    return changed(`/users/${id}`, { id }, 'users.enabled_now');
  }
}
