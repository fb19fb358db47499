import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/database/actor.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { changed } from '../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import {
  ASSIGNMENT_STATES,
  AssignmentsQuery,
  GiveBackDto,
  GiveDto,
  PersonParam,
  SpreadDto,
} from './assignments.dto.js';
import { AssignmentsQueries } from './assignments.queries.js';
import { AssignmentsService } from './assignments.service.js';
import { returnTo } from './return-to.js';

@ApiTags('assignments')
@Controller('assignments')
export class AssignmentsController {
  constructor(
    private readonly assignments: AssignmentsService,
    private readonly queries: AssignmentsQueries,
  ) {}

  /** Who looks after whom: for convenors in their territory, for members their own people. */
  @Get()
  @Allow('assignment.read')
  @View('assignments/list')
  async list(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Query() query: AssignmentsQuery) {
    const page = await this.queries.list(actor, query, locale);
    const state = query.state ?? 'open';
    return { ...page, state, states: ASSIGNMENT_STATES, q: query.q, hands: await this.queries.hands(actor) };
  }

  /** Spreads a team's unassigned people evenly over its members. */
  @Post('spread')
  @Allow('assignment.spread')
  async spread(@CurrentActor() actor: Actor, @Body() dto: SpreadDto) {
    const result = await this.assignments.spread(actor, dto.team_id);
    return changed(returnTo(dto.return_to, '/'), result, {
      tone: result.given ? 'good' : 'info',
      key: result.given ? 'assignments.spread_done' : 'assignments.spread_none',
      params: { ...result },
    });
  }

  /** Gives one person to one member. */
  @Post(':personId')
  @Allow('assignment.give')
  async give(@CurrentActor() actor: Actor, @Param() { personId }: PersonParam, @Body() dto: GiveDto) {
    const given = await this.assignments.give(actor, personId, dto.user_id);
    return changed(returnTo(dto.return_to, '/assignments?state=returned'), given, 'assignments.given');
  }

  /** The member takes the person on. */
  @Post(':personId/acceptance')
  @Allow('assignment.answer')
  async accept(@CurrentActor() actor: Actor, @Param() { personId }: PersonParam) {
    await this.assignments.accept(actor, personId);
    return changed('/queue', { personId, state: 'accepted' }, 'assignments.accepted');
  }

  /** The member gives the person back, with a reason. */
  @Post(':personId/return')
  @Allow('assignment.answer')
  async giveBack(@CurrentActor() actor: Actor, @Param() { personId }: PersonParam, @Body() dto: GiveBackDto) {
    await this.assignments.giveBack(actor, personId, dto.reason, dto.note);
    return changed('/queue', { personId, state: 'returned' }, 'assignments.returned');
  }
}
