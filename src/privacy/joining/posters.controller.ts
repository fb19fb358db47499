import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { qrCode } from '../../platform/charts/qr-code.js';
import type { GrantActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LOCALES, type Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { changed, created } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { EventsQueries } from '../../events/events.queries.js';
import { FormChoices } from '../../sympathisers/form-choices.js';
import { NewPosterQuery, PosterCodeParam, PosterDto, PosterListQuery } from './posters.dto.js';
import { PostersService } from './posters.service.js';

/** Posters that lead to the join form, each with a code, so that it is known where people come from. */
@Controller('posters')
export class PostersController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly posters: PostersService,
    private readonly events: EventsQueries,
    private readonly choices: FormChoices,
    private readonly words: Words,
    private readonly config: Config,
  ) {}

  @Get()
  @Allow('poster.make')
  @View('posters/list')
  list(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Query() query: PosterListQuery) {
    return this.posters.list(actor, locale, query);
  }

  @Get('new')
  @Allow('poster.make')
  @View('posters/new')
  fresh(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Query() { event }: NewPosterQuery) {
    return this.work.run(actor, async (tx) => ({
      event: event ? await this.events.one(tx, event, locale) : null,
      territoryId: actor.territoryId,
      homes: event ? [] : await this.choices.homes(tx, locale),
    }));
  }

  @Post()
  @Allow('poster.make')
  async make(@CurrentActor() actor: GrantActor, @Body() dto: PosterDto) {
    const made = await this.posters.make(actor, dto);
    return created(`/posters/${made.code}`, made, 'poster.is_made');
  }

  @Get(':code')
  @Allow('poster.make')
  @View('posters/show')
  async show(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { code }: PosterCodeParam) {
    const { name_en: _en, name_hi: _hi, made_text: _at, ...poster } = await this.posters.one(actor, locale, code);
    return { ...poster, address: this.addressOf(code), qr: qrCode(this.addressOf(code)) };
  }

  /** The sheet itself, in both languages, as it comes out of the printer. */
  @Get(':code/sheet')
  @Allow('poster.make')
  @View('posters/sheet', 'public')
  async sheet(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { code }: PosterCodeParam) {
    const poster = await this.posters.one(actor, locale, code);
    const address = this.addressOf(code);
    return {
      code,
      label: poster.label,
      address,
      short: address.replace(/^https?:\/\//, ''),
      qr: qrCode(address),
      texts: LOCALES.map((language) => ({
        language,
        org: language === 'hi' ? this.config.orgNameHi : this.config.orgNameEn,
        place: language === 'hi' ? poster.name_hi : poster.name_en,
        join: this.words.say(language, 'poster.sheet.join'),
        scan: this.words.say(language, 'poster.sheet.scan'),
        why: this.words.say(language, 'poster.sheet.why'),
      })),
    };
  }

  @Post(':code/end')
  @Allow('poster.make')
  async end(@CurrentActor() actor: GrantActor, @Param() { code }: PosterCodeParam) {
    await this.posters.end(actor, code);
    return changed(`/posters/${code}`, { code }, 'poster.ended');
  }

  private addressOf(code: string): string {
    return `${this.config.baseUrl}/join/${code}`;
  }
}
