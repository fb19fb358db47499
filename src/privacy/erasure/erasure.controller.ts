import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { seesOwnPeople, type GrantActor } from '../../platform/database/actor.js';
import { Invalid } from '../../platform/errors.js';
import { LOCALES, type Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { accepted, changed } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { EraseDto, ErasureListQuery, RefuseErasureDto } from './erasure.dto.js';
import { ErasureQueries } from './erasure.queries.js';
import { ErasureService } from './erasure.service.js';

/** Erasing somebody: the wish that a member hears, the page that asks, and the list of what was asked. */
@Controller()
export class ErasureController {
  constructor(
    private readonly erasures: ErasureService,
    private readonly queries: ErasureQueries,
    private readonly words: Words,
  ) {}

  @Get('erasures')
  @Allow('privacy.erase')
  @View('erasures/list')
  async list(@CurrentActor() actor: GrantActor, @Query() query: ErasureListQuery) {
    return { ...(await this.queries.list(actor, query)), asked: { ...query } };
  }

  @Post('erasures/:id/refusal')
  @Allow('privacy.erase')
  async refuse(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() { reason }: RefuseErasureDto) {
    await this.erasures.refuse(actor, id, reason);
    return changed('/erasures', { id }, 'erasure.refused');
  }

  @Get('sympathisers/:id/erasure')
  @Allow('privacy.erase')
  @View('erasures/show')
  show(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    return this.queries.one(actor, id);
  }

  /** The word is typed: nothing can bring anybody back. */
  @Post('sympathisers/:id/erasure')
  @Allow('privacy.erase')
  async erase(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Body() { word }: EraseDto,
  ) {
    await this.queries.one(actor, id);
    const typed = word.normalize('NFC').toLowerCase();
    // In either language: programs say which they speak less often than people.
    if (!LOCALES.some((one) => this.words.say(one, 'erasure.word').normalize('NFC').toLowerCase() === typed))
      throw Invalid.field('word', 'erasure.problem.word', { word: this.words.say(locale, 'erasure.word') });
    await this.erasures.ask(actor, id, 'asked');
    return accepted('/erasures', { id }, 'erasure.asked');
  }

  @Post('sympathisers/:id/erasure-wish')
  @Allow('sympathiser.edit')
  async wish(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    await this.erasures.wish(actor, id);
    return accepted(seesOwnPeople(actor) ? '/sympathisers' : `/sympathisers/${id}`, { id }, 'erasure.wished');
  }
}
