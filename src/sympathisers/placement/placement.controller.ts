import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { Invalid } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale, wantsPage, type Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { PlacementPages } from './placement-pages.js';
import { PlacePeople, WaitingQuery } from './placement.dto.js';
import { PlacementService, type Placed } from './placement.service.js';

/** The waiting list of whoever holds the territory. */
@Controller('placements')
export class PlacementController {
  constructor(
    private readonly pages: PlacementPages,
    private readonly placement: PlacementService,
  ) {}

  @Get()
  @Allow('placement.edit')
  @View('placements/list')
  list(
    @CurrentActor() actor: Actor,
    @CurrentLocale() locale: Locale,
    @Query() query: WaitingQuery,
    @Req() request: Request,
  ) {
    return this.pages.list(actor, query, locale, wantsPage(request) ? request.url : null);
  }

  /** Places the chosen people, or everybody of a filter, at a territory. */
  @Post()
  @Allow('placement.edit')
  async place(@CurrentActor() actor: Actor, @Body() dto: PlacePeople) {
    const { territory, people, everybody, ...filter } = dto;
    if (!everybody && !people?.length) throw Invalid.field('people', 'placements.choose_somebody');
    return answer(await this.placement.placeAt(actor, territory, everybody ? { filter } : { ids: people! }));
  }

  /** Places everybody about whom the coverage is clear by now. */
  @Post('by-coverage')
  @Allow('placement.edit')
  async byCoverage(@CurrentActor() actor: Actor) {
    return answer(await this.placement.placeByCoverage(actor));
  }

  @Post(':id/undo')
  @Allow('placement.edit')
  async undo(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    const { people } = await this.placement.undo(actor, id);
    return changed('/placements', { people }, { tone: 'good', key: 'placements.undone', params: { n: people } });
  }
}

function answer({ move, people }: Placed) {
  const undo = move ? { action: `/placements/${move}/undo` } : undefined;
  return changed(
    '/placements',
    { placed: people, move },
    { tone: people ? 'good' : 'info', key: 'placements.placed', params: { n: people }, undo },
  );
}
