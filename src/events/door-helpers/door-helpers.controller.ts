import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed, created } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { EventsQueries } from '../events.queries.js';
import { DoorHelperDto, DoorHelperParam } from './door-helpers.dto.js';
import { DoorHelpersService } from './door-helpers.service.js';

/** Who helps at the door of a meet-up: brought in, and let go. */
@Controller('events/:id/helpers')
export class DoorHelpersController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly events: EventsQueries,
    private readonly helpers: DoorHelpersService,
  ) {}

  @Get()
  @Allow('event.appoint_helper')
  @View('helpers/list')
  list(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    return this.work.run(actor, async (tx) => {
      const event = await this.events.one(tx, id, locale);
      const open = event.state === 'planned' && new Date(event.endsAt) > new Date();
      return { event, ...(await this.helpers.list(tx, id)), open };
    });
  }

  @Post()
  @Allow('event.appoint_helper')
  async appoint(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: DoorHelperDto) {
    const done = await this.helpers.appoint(actor, id, dto);
    return created(`/events/${id}/helpers`, done, `hosts.helper.appointed.${done.comesInBy ?? 'known'}`);
  }

  @Post(':grantId/end')
  @Allow('event.appoint_helper')
  async end(@CurrentActor() actor: GrantActor, @Param() { id, grantId }: DoorHelperParam) {
    await this.helpers.end(actor, id, grantId);
    return changed(`/events/${id}/helpers`, { id: grantId }, 'hosts.helper.ended');
  }

  /** Answers with the code itself, this once: it stands in no address and no cookie. */
  @Post(':grantId/code')
  @Allow('event.appoint_helper')
  @View('helpers/code')
  async giveCode(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id, grantId }: DoorHelperParam,
  ) {
    const event = await this.work.run(actor, (tx) => this.events.one(tx, id, locale));
    return { event, ...(await this.helpers.giveCode(actor, id, grantId)) };
  }
}
