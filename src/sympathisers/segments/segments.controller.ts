import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam, ListQuery } from '../../platform/web/fields.js';
import { changed, created, movedOn } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { SegmentPages } from './segment-pages.js';
import { conditionsOf, CountQuery, formAt, SegmentBody } from './segments.dto.js';
import { SegmentsService } from './segments.service.js';

/** Saved lists of people by conditions. */
@Controller('segments')
export class SegmentsController {
  constructor(
    private readonly pages: SegmentPages,
    private readonly segments: SegmentsService,
  ) {}

  @Get()
  @Allow('sympathiser.read')
  @View('segments/list')
  list(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Query() query: ListQuery) {
    return this.pages.list(actor, query, locale);
  }

  /** The form, with the number of those who fit what is chosen. */
  @Get('new')
  @Allow('sympathiser.edit')
  @View('segments/form')
  new(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Query() query: CountQuery) {
    return this.pages.form(actor, query, locale);
  }

  /** Saves a list; with `look`, goes back to the form and counts. */
  @Post()
  @Allow('sympathiser.edit')
  async save(@CurrentActor() actor: GrantActor, @Body() body: SegmentBody) {
    if (body.look) return movedOn(formAt('/segments/new', body), {});
    const { id } = await this.segments.save(actor, wordsOf(body));
    return created(`/segments/${id}`, { id }, 'segments.saved');
  }

  @Get(':id')
  @Allow('sympathiser.read')
  @View('segments/show')
  show(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    return this.pages.show(actor, id, locale);
  }

  @Get(':id/edit')
  @Allow('sympathiser.edit')
  @View('segments/form')
  edit(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Query() query: CountQuery,
  ) {
    return this.pages.form(actor, query, locale, id);
  }

  @Post(':id')
  @Allow('sympathiser.edit')
  async change(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() body: SegmentBody) {
    if (body.look) return movedOn(formAt(`/segments/${id}/edit`, body), {});
    await this.segments.change(actor, id, wordsOf(body));
    return changed(`/segments/${id}`, { id }, 'segments.saved');
  }

  @Post(':id/end')
  @Allow('sympathiser.edit')
  async end(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    await this.segments.end(actor, id);
    return changed('/segments', { id }, 'segments.ended');
  }
}

const wordsOf = (body: SegmentBody) => ({
  name: body.name,
  shared: body.shared ?? false,
  conditions: conditionsOf(body),
});
