import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { GrantActor } from '../../platform/database/actor.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam, ListQuery } from '../../platform/web/fields.js';
import { changed } from '../../platform/web/outcome.js';
import { CurrentActor } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { otherClocks } from './clocks.js';
import { KeepPersonDto, RetentionRuleDto, RetentionRuleParam } from './retention.dto.js';
import { RetentionQueries } from './retention.queries.js';
import { RetentionService } from './retention.service.js';

/** How long what is kept, what goes when, and who is next. */
@Controller()
export class RetentionController {
  constructor(
    private readonly queries: RetentionQueries,
    private readonly retention: RetentionService,
    private readonly config: Config,
  ) {}

  @Get('retention')
  @Allow('privacy.retention')
  @View('retention/list')
  async list(@CurrentActor() actor: GrantActor) {
    const whole = actor.scope.from.length <= 4;
    return { ...(await this.queries.overview(actor)), clocks: otherClocks(this.config), mayChange: whole };
  }

  @Get('retention/due')
  @Allow('sympathiser.read')
  @View('retention/due')
  due(@CurrentActor() actor: GrantActor, @Query() query: ListQuery) {
    return this.queries.due(actor, query);
  }

  @Post('retention/:code')
  @Allow('privacy.retention')
  async change(
    @CurrentActor() actor: GrantActor,
    @Param() { code }: RetentionRuleParam,
    @Body() dto: RetentionRuleDto,
  ) {
    await this.retention.change(actor, code, { months: dto.months ?? null, noticeDays: dto.noticeDays });
    return changed('/retention', { code }, 'retention.changed');
  }

  @Post('sympathisers/:id/retention')
  @Allow('privacy.retention')
  async keep(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() { reason }: KeepPersonDto) {
    await this.retention.keep(actor, id, reason);
    return changed('/retention/due', { id }, 'retention.kept');
  }
}
