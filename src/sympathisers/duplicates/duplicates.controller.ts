import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed, created } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { ForPage } from '../for-page.decorator.js';
import { DuplicatesPages } from './duplicates-pages.js';
import { DuplicatesQuery, MergeDto, MergeParam, OtherDto, PairParam } from './duplicates.dto.js';
import { MergesService } from './merges.service.js';
import { PairsService } from './pairs.service.js';
import { UnmergesService } from './unmerges.service.js';

/** Records that may be one person: looked at side by side, made one, kept apart, taken apart again. */
@Controller()
export class DuplicatesController {
  constructor(
    private readonly pages: DuplicatesPages,
    private readonly merges: MergesService,
    private readonly unmerges: UnmergesService,
    private readonly pairs: PairsService,
  ) {}

  @Get('duplicates')
  @Allow('sympathiser.merge')
  @View('duplicates/list')
  list(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Query() query: DuplicatesQuery,
    @ForPage() forPage: boolean,
  ) {
    return this.pages.list(actor, query, locale, forPage);
  }

  @Get('sympathisers/:id/beside/:otherId')
  @Allow('sympathiser.merge')
  @View('duplicates/compare')
  compare(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { id, otherId }: PairParam) {
    return this.pages.compare(actor, id, otherId, locale);
  }

  @Post('sympathisers/:id/merges')
  @Allow('sympathiser.merge')
  async merge(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() { other, take }: MergeDto) {
    const { mergeId } = await this.merges.merge(actor, id, other, take);
    return created(
      `/sympathisers/${id}`,
      { id, mergeId },
      { tone: 'good', key: 'duplicates.merged', undo: { action: `/sympathisers/${id}/merges/${mergeId}/undo` } },
    );
  }

  @Post('sympathisers/:id/merges/:mergeId/undo')
  @Allow('sympathiser.merge')
  async undo(@CurrentActor() actor: GrantActor, @Param() { id, mergeId }: MergeParam) {
    const back = await this.unmerges.undo(actor, id, mergeId);
    const n = back.leftAsIs.length;
    return changed(
      `/sympathisers/${id}`,
      { id, back: back.id, leftAsIs: back.leftAsIs },
      { tone: n ? 'info' : 'good', key: 'duplicates.unmerged', params: { n } },
    );
  }

  @Post('sympathisers/:id/not-the-same')
  @Allow('sympathiser.merge')
  async refuse(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() { other }: OtherDto) {
    await this.pairs.refuse(actor, id, other);
    return changed('/duplicates', { id, other }, 'duplicates.kept_apart');
  }
}
