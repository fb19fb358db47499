import { Body, Controller, Param, Post } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { seesOwnPeople, type GrantActor } from '../platform/database/actor.js';
import { Invalid } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { IdParam } from '../platform/web/fields.js';
import { changed, created } from '../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../platform/web/request.js';
import { ConsentService, entriesFor } from './consent/consent.service.js';
import { saidAt } from './consent/said-at.js';
import { StopService } from './consent/stop.service.js';
import { CorrectionsService } from './corrections.service.js';
import { MergesService } from './duplicates/merges.service.js';
import { PointsService } from './points.service.js';
import {
  ConsentDto,
  EndPointDto,
  MorePointsDto,
  NoteDto,
  PointParam,
  SettleDto,
  SkillsDto,
  StopDto,
  SuggestionParam,
  VerifyDto,
  WishesDto,
} from './sympathisers.dto.js';
import { PrivacyNotices } from './privacy-notices/privacy-notices.js';
import { SympathisersService } from './sympathisers.service.js';
import { typedPoints } from './typed-points.js';
import { IdentitiesService } from './identities.service.js';
import { WishesService } from './wishes.service.js';

/**
 * What is done on a person's page: notes, points, consents, stop, suggestions. A page that is older than a merge does it to
 * the record that remained; points and suggestions go there with their ids.
 */
@Controller('sympathisers/:id')
export class PersonActsController {
  constructor(
    private readonly sympathisers: SympathisersService,
    private readonly points: PointsService,
    private readonly consents: ConsentService,
    private readonly stopping: StopService,
    private readonly corrections: CorrectionsService,
    private readonly identities: IdentitiesService,
    private readonly wishes: WishesService,
    private readonly config: Config,
    private readonly notices: PrivacyNotices,
    private readonly merges: MergesService,
  ) {}

  @Post('notes')
  @Allow('sympathiser.edit')
  async note(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: NoteDto) {
    const note = await this.merges.forWhoRemained(actor, id, (one) =>
      this.sympathisers.note(actor, one, dto.text, dto.client_id),
    );
    return created(`/sympathisers/${id}`, note, 'sympathisers.noted');
  }

  @Post('points')
  @Allow('sympathiser.edit')
  async addPoints(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: MorePointsDto) {
    const typed = typedPoints(dto);
    if (!typed.phones.length && !typed.emails.length && !typed.identities.length)
      throw Invalid.field('phones', 'sympathisers.problem.no_point');
    const { odd } = await this.merges.forWhoRemained(actor, id, (one) =>
      this.sympathisers.addPoint(actor, one, typed, dto),
    );
    const words = odd[0]
      ? { tone: 'info' as const, key: 'identities.added_odd', params: { handle: odd[0] } }
      : 'sympathisers.points_added';
    return changed(`/sympathisers/${id}`, { id, odd }, words);
  }

  @Post('points/:pointId/end')
  @Allow('sympathiser.edit')
  async endPoint(@CurrentActor() actor: GrantActor, @Param() { id, pointId }: PointParam, @Body() dto: EndPointDto) {
    await this.merges.forWhoRemained(actor, id, (one) => this.points.end(actor, one, pointId, dto.why));
    return changed(`/sympathisers/${id}`, { id }, 'sympathisers.point_ended');
  }

  @Post('points/:pointId/prefer')
  @Allow('sympathiser.edit')
  async prefer(@CurrentActor() actor: GrantActor, @Param() { id, pointId }: PointParam) {
    await this.merges.forWhoRemained(actor, id, (one) => this.points.prefer(actor, one, pointId));
    return changed(`/sympathisers/${id}`, { id }, 'identities.preferred');
  }

  @Post('points/:pointId/verify')
  @Allow('sympathiser.edit')
  async verify(@CurrentActor() actor: GrantActor, @Param() { id, pointId }: PointParam, @Body() dto: VerifyDto) {
    await this.merges.forWhoRemained(actor, id, (one) =>
      this.identities.verify(actor, one, pointId, dto.seen, dto.uid),
    );
    return changed(`/sympathisers/${id}`, { id }, 'identities.verified');
  }

  @Post('skills')
  @Allow('sympathiser.edit')
  async offer(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: SkillsDto) {
    await this.merges.forWhoRemained(actor, id, (one) =>
      this.wishes.offer(actor, one, dto.skills ?? [], dto.source ?? null),
    );
    return changed(`/sympathisers/${id}`, { id }, 'wishes.offered');
  }

  @Post('wishes')
  @Allow('sympathiser.edit')
  async wish(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: WishesDto) {
    await this.merges.forWhoRemained(actor, id, (one) => this.wishes.wish(actor, one, dto));
    return changed(`/sympathisers/${id}`, { id }, 'wishes.noted');
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
    const said = {
      purposes,
      state: dto.state,
      how: dto.how,
      at: saidAt(dto.consentOn, dto.state, this.config.timeZone),
      notice: await this.notices.currentIds(actor),
      language: locale,
    };
    const { channel } = dto;
    await this.merges.forWhoRemained<unknown>(actor, id, (one) =>
      channel
        ? this.consents.record(actor, one, entriesFor(said, [channel]))
        : this.consents.recordEverywhere(actor, one, said),
    );
    return created(`/sympathisers/${id}`, { id }, 'sympathisers.consent_recorded');
  }

  @Post('stop')
  @Allow('sympathiser.edit')
  async stop(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: StopDto) {
    await this.merges.forWhoRemained(actor, id, (one) => this.stopping.stop(actor, one, dto.how ?? 'spoken'));
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
    await this.merges.forWhoRemained(actor, id, (one) => this.corrections.settle(actor, one, suggestionId, dto.how));
    return changed(`/sympathisers/${id}`, { id }, `sympathisers.suggestion.${dto.how}`);
  }
}
