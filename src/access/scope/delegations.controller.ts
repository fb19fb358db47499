import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { GrantActor } from '../../platform/database/actor.js';
import { dayAt, endOfDay, startOfDay } from '../../platform/formats/day.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed, created } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { DelegationsService } from './delegations.service.js';
import { DelegationBody } from './scope.dto.js';

/** The role in use, given on while its holder is away. */
@Controller('delegations')
export class DelegationsController {
  constructor(
    private readonly config: Config,
    private readonly delegations: DelegationsService,
  ) {}

  @Get()
  @Allow('grant.delegate')
  @View('scope/delegations')
  async list(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale) {
    const today = dayAt(new Date(), this.config.timeZone);
    const candidates = await this.delegations.candidates(actor);
    return {
      items: await this.delegations.mine(actor),
      today,
      choices: candidates.map((one) => ({
        value: one.id,
        label: `${one.name} · ${locale === 'hi' ? one.name_hi : one.name_en}`,
      })),
    };
  }

  @Post()
  @Allow('grant.delegate')
  async give(@CurrentActor() actor: GrantActor, @Body() body: DelegationBody) {
    const { timeZone } = this.config;
    const begins = body.from && body.from > dayAt(new Date(), timeZone) ? startOfDay(body.from, timeZone) : undefined;
    const made = await this.delegations.give(actor, {
      userId: body.user,
      from: begins,
      until: endOfDay(body.until, timeZone),
      why: body.why,
    });
    return created('/delegations', made, 'scope.delegation.given');
  }

  @Post(':id/end')
  @Allow('grant.delegate')
  async end(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    await this.delegations.end(actor, id);
    return changed('/delegations', { id }, 'scope.delegation.ended');
  }
}
