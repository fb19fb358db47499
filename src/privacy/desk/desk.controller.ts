import { Controller, Get, Post, Query } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { ListQuery } from '../../platform/web/fields.js';
import { accepted } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { DeskWords } from './desk-words.js';
import { DeskQueries } from './desk.queries.js';
import { FiguresService } from './figures.service.js';

/** The data protection officer's own page. */
@Controller('data-protection')
export class DeskController {
  constructor(
    private readonly queries: DeskQueries,
    private readonly figures: FiguresService,
    private readonly words: DeskWords,
  ) {}

  @Get()
  @Allow('privacy.desk')
  @View('data-protection/show')
  async show(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale) {
    return this.words.ofDesk(await this.queries.show(actor, new Date()), locale);
  }

  /** Has the figures made now, and not only at night. */
  @Post('figures')
  @Allow('privacy.desk')
  async count(@CurrentActor() actor: Actor) {
    await this.figures.ask(actor);
    return accepted('/data-protection', {}, 'desk.counting');
  }

  /** What left the register as files: who, when, how many, why, and how often it was fetched. */
  @Get('exports')
  @Allow('privacy.desk')
  @View('data-protection/exports')
  taken(@CurrentActor() actor: Actor, @Query() query: ListQuery) {
    return this.queries.taken(actor, query);
  }

  /** Who is in the register without having agreed to it: must be nobody. */
  @Get('without-basis')
  @Allow('privacy.desk')
  @View('data-protection/without-basis')
  async withoutBasis(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Query() query: ListQuery) {
    return this.words.ofList(await this.queries.withoutBasis(actor, query), locale);
  }
}
