import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DateTime } from 'luxon';
import { Config } from '../platform/config/config.js';
import { isGrantActor, type Actor } from '../platform/database/actor.js';
import { Forbidden } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { CurrentActor, CurrentLocale, type Request } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { RETURN_REASONS } from '../assignments/assignments.service.js';
import { DISPOSITIONS, quickDays } from './dispositions.js';
import { QueueQuery } from './outreach.dto.js';
import { QueueQueries } from './queue.queries.js';
import { WithheldNotes } from './withheld-notes.service.js';

/** One person in full and the few after them: a page that a slow line carries. */
const PAGE = 6;

@ApiTags('outreach')
@Controller('queue')
export class QueueController {
  constructor(
    private readonly queries: QueueQueries,
    private readonly withheld: WithheldNotes,
    private readonly config: Config,
  ) {}

  /** The people to contact now, in order, each with the reason and the ways that the ledger allows. */
  @Get()
  @Allow('attempt.log')
  @View('queue/show')
  async show(
    @CurrentActor() actor: Actor,
    @CurrentLocale() locale: Locale,
    @Query() query: QueueQuery,
    @Req() request: Request,
  ) {
    if (!isGrantActor(actor)) throw new Forbidden();
    const queue = await this.queries.queue(actor, locale, {
      limit: query.limit ?? PAGE,
      cursor: query.cursor,
      person: query.person,
      by: request.sampark.who?.name ?? '',
    });
    const today = DateTime.now().setZone(this.config.timeZone).toISODate()!;
    return {
      ...queue,
      withheld: await this.withheld.mine(actor),
      chosenNote: query.note ?? null,
      dispositions: DISPOSITIONS,
      days: { today, ...quickDays(today) },
      returnReasons: RETURN_REASONS,
    };
  }
}
