import { Body, Controller, Param, Post } from '@nestjs/common';
import { seesOwnPeople, type GrantActor } from '../platform/database/actor.js';
import { Invalid } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { IdParam } from '../platform/web/fields.js';
import { changed, created } from '../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../platform/web/request.js';
import { ConsentService } from './consent/consent.service.js';
import { NOTICE } from './consent/purposes.js';
import { saidAt } from './consent/said-at.js';
import { StopService } from './consent/stop.service.js';
import { CorrectionsService } from './corrections.service.js';
import { PointsService } from './points.service.js';
import { ConsentDto, NoteDto, PointParam, PointsDto, SettleDto, StopDto, SuggestionParam } from './sympathisers.dto.js';
import { SympathisersService } from './sympathisers.service.js';
import { typedPoints } from './typed-points.js';

/** What is done on a person's page: notes, points, consents, stop, suggestions. */
@Controller('sympathisers/:id')
export class PersonActsController {
  constructor(
    private readonly sympathisers: SympathisersService,
    private readonly points: PointsService,
    private readonly consents: ConsentService,
    private readonly stopping: StopService,
    private readonly corrections: CorrectionsService,
  ) {}

  @Post('notes')
  @Allow('sympathiser.edit')
  async note(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: NoteDto) {
    const note = await this.sympathisers.note(actor, id, dto.text, dto.client_id);
    return created(`/sympathisers/${id}`, note, 'sympathisers.noted');
  }

  @Post('points')
  @Allow('sympathiser.edit')
  async addPoints(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: PointsDto) {
    const typed = typedPoints(dto);
    if (!typed.phones.length && !typed.emails.length && !typed.identities.length)
      throw Invalid.field('phones', 'sympathisers.problem.no_point');
    await this.sympathisers.addPoint(actor, id, typed, dto.agreedAnew);
    return changed(`/sympathisers/${id}`, { id }, 'sympathisers.points_added');
  }

  @Post('points/:pointId/end')
  @Allow('sympathiser.edit')
  async endPoint(@CurrentActor() actor: GrantActor, @Param() { id, pointId }: PointParam) {
    await this.points.end(actor, id, pointId);
    return changed(`/sympathisers/${id}`, { id }, 'sympathisers.point_ended');
  }

  @Post('consents')
  @Allow('sympathiser.edit')
  async consent(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Body() dto: ConsentDto,
  ) {
    const purposes = dto.purposes ?? [];
    if (!purposes.length) throw Invalid.field('purposes', 'sympathisers.problem.no_purpose');
    const said = { state: dto.state, how: dto.how, at: saidAt(dto.consentOn), notice: NOTICE, language: locale };
    if (dto.channel)
      await this.consents.record(
        actor,
        id,
        purposes.map((purpose) => ({ ...said, purpose, channel: dto.channel! })),
      );
    else await this.consents.recordEverywhere(actor, id, { ...said, purposes });
    return created(`/sympathisers/${id}`, { id }, 'sympathisers.consent_recorded');
  }

  @Post('stop')
  @Allow('sympathiser.edit')
  async stop(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: StopDto) {
    await this.stopping.stop(actor, id, dto.how ?? 'spoken');
    // A member no longer sees somebody who asked to stop.
    return changed(seesOwnPeople(actor) ? '/sympathisers' : `/sympathisers/${id}`, { id }, 'sympathisers.stopped');
  }

  @Post('suggestions/:suggestionId')
  @Allow('sympathiser.edit')
  async settle(
    @CurrentActor() actor: GrantActor,
    @Param() { id, suggestionId }: SuggestionParam,
    @Body() dto: SettleDto,
  ) {
    await this.corrections.settle(actor, id, suggestionId, dto.how);
    return changed(`/sympathisers/${id}`, { id }, `sympathisers.suggestion.${dto.how}`);
  }
}
