import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import type { Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { dayAt, endOfDay, startOfDay } from '../platform/formats/day.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { IdParam } from '../platform/web/fields.js';
import { changed, created } from '../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { GrantsService } from './grants.service.js';
import { TerritoryChoices } from './territory-choices.service.js';
import { FormQuery, NewGrantBody, WhyBody } from './users.dto.js';
import { UsersQueries } from './users.queries.js';

/** Roles of a user: given on a territory, and ended. */
@Controller()
export class GrantsController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
    private readonly grants: GrantsService,
    private readonly users: UsersQueries,
    private readonly choices: TerritoryChoices,
  ) {}

  @Get('users/:id/grants/new')
  @Allow('grant.give')
  @View('users/grant')
  async form(
    @CurrentActor() actor: Actor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Query() query: FormQuery,
  ) {
    const user = await this.users.show(actor, id);
    const territories = await this.choices.territories(actor, locale, query.territory);
    return {
      user: { id, name: user.name },
      roles: await this.choices.roles(actor, locale),
      territories,
      territory: query.territory ?? '',
    };
  }

  @Post('users/:id/grants')
  @Allow('grant.give')
  async give(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() body: NewGrantBody) {
    const { timeZone } = this.config;
    const grant = await this.work.run(actor, async (tx) =>
      this.grants.give(actor, {
        userId: id,
        role: body.role,
        territoryId: await this.choices.idOf(tx, body.territory),
        reason: body.why,
        // A day that has begun means now.
        from: body.from && body.from > dayAt(new Date(), timeZone) ? startOfDay(body.from, timeZone) : undefined,
        until: body.until ? endOfDay(body.until, timeZone) : undefined,
      }),
    );
    return created(`/users/${id}`, { id: grant.id }, 'users.grant_given');
  }

  @Post('grants/:id/end')
  @Allow('grant.give')
  async end(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() { why }: WhyBody) {
    const { userId } = await this.grants.end(actor, id, why);
    return changed(`/users/${userId}`, { id }, 'users.grant_ended');
  }
}
