import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { GrantActor } from '../platform/database/actor.js';
import { Gone, Invalid, NotFound } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { IdParam } from '../platform/web/fields.js';
import { changed, created, movedOn } from '../platform/web/outcome.js';
import { CurrentActor, CurrentLocale, type Refused } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { Config } from '../platform/config/config.js';
import { saidAt } from './consent/said-at.js';
import { MergesService } from './duplicates/merges.service.js';
import { ForPage } from './for-page.decorator.js';
import { ListPage } from './list-page.js';
import { NewPage } from './new-page.js';
import { PersonPage } from './person-page.js';
import { RefusedForm } from './refused-form.decorator.js';
import { AddSympathiserDto, CorrectSympathiserDto, HistoryQuery, SympathiserListQuery } from './sympathisers.dto.js';
import { PrivacyNotices } from './privacy-notices/privacy-notices.js';
import { SympathisersService } from './sympathisers.service.js';
import { typedPoints } from './typed-points.js';

/** The register: the list, a person's page, adding and putting right by hand. */
@Controller('sympathisers')
export class SympathisersController {
  constructor(
    private readonly sympathisers: SympathisersService,
    private readonly lists: ListPage,
    private readonly fresh: NewPage,
    private readonly pages: PersonPage,
    private readonly merges: MergesService,
    private readonly config: Config,
    private readonly notices: PrivacyNotices,
  ) {}

  @Get()
  @Allow('sympathiser.read')
  @View('sympathisers/list')
  list(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @ForPage() forPage: boolean,
    @Query() query: SympathiserListQuery,
  ) {
    return this.lists.show(actor, query, locale, forPage);
  }

  @Get('new')
  @Allow('sympathiser.add')
  @View('sympathisers/new')
  new(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @RefusedForm() refused: Refused | null) {
    return this.fresh.show(actor, locale, refused);
  }

  @Post()
  @Allow('sympathiser.add')
  async add(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Body() dto: AddSympathiserDto) {
    const purposes = dto.purposes ?? [];
    if (purposes.length && !dto.how) throw Invalid.field('how', 'consent.problem.how');
    const { id } = await this.sympathisers.add(actor, {
      id: dto.client_id,
      name: dto.name,
      territoryId: dto.territoryId ?? actor.territoryId,
      ...typedPoints(dto),
      language: dto.language,
      pin: dto.pin ?? undefined,
      districtLgd: dto.districtLgd,
      birthYear: dto.birthYear ?? undefined,
      note: dto.note,
      source: dto.source,
      consent: purposes.length
        ? {
            purposes,
            how: dto.how!,
            at: saidAt(dto.consentOn, 'given', this.config.timeZone),
            notice: await this.notices.currentIds(actor),
            language: locale,
          }
        : null,
      anyway: dto.anyway,
      agreedAnew: dto.agreedAnew,
    });
    const words = purposes.length
      ? 'sympathisers.added'
      : { tone: 'info' as const, key: 'sympathisers.added.no_consent' };
    return created(`/sympathisers/${id}`, { id }, words);
  }

  @Get(':id')
  @Allow('sympathiser.read')
  @View('sympathisers/show')
  async show(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Query() { earlier }: HistoryQuery,
  ) {
    try {
      return await this.pages.show(actor, id, locale, earlier);
    } catch (error) {
      // A record that was merged leads on to the one that remained (T23).
      const to = error instanceof NotFound ? await this.merges.successor(actor, id) : null;
      if (!to) throw (await this.pages.wasErased(actor, id)) ? new Gone('erasure.gone') : error;
      return movedOn(`/sympathisers/${to}`, { id, merged_into: to }, { tone: 'info', key: 'duplicates.led_on' });
    }
  }

  @Get(':id/edit')
  @Allow('sympathiser.edit')
  @View('sympathisers/edit')
  edit(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    return this.pages.edit(actor, id, locale);
  }

  @Post(':id')
  @Allow('sympathiser.edit')
  async correct(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: CorrectSympathiserDto) {
    const { districtLgd, ...rest } = dto;
    if (districtLgd && !/^\d+$/.test(districtLgd))
      throw Invalid.field('districtLgd', 'sympathisers.problem.unknown_district');
    const district =
      districtLgd === undefined ? {} : { districtLgd: districtLgd === null ? null : Number(districtLgd) };
    await this.sympathisers.correct(actor, id, { ...rest, ...district });
    return changed(`/sympathisers/${id}`, { id }, 'sympathisers.corrected');
  }
}
