import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { returnTo } from '../assignments/return-to.js';
import { isGrantActor, type Actor } from '../platform/database/actor.js';
import { Forbidden, Invalid } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { changed, created } from '../platform/web/outcome.js';
import type { Flash } from '../platform/web/request.js';
import { CurrentActor, CurrentLocale } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { channels } from '../sympathisers/consent/purposes.js';
import { MergesService } from '../sympathisers/duplicates/merges.service.js';
import { AttemptsQueries } from './attempts.queries.js';
import { AttemptsService, type AttemptRecord } from './attempts.service.js';
import { DISPOSITIONS } from './dispositions.js';
import { AttemptDto, AttemptsQuery } from './outreach.dto.js';

@ApiTags('outreach')
@Controller('attempts')
export class AttemptsController {
  constructor(
    private readonly attempts: AttemptsService,
    private readonly queries: AttemptsQueries,
    private readonly merges: MergesService,
  ) {}

  /** What was tried: for convenors in their territory, for members with their own people. */
  @Get()
  @Allow('attempt.read')
  @View('attempts/list')
  async list(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Query() query: AttemptsQuery) {
    const page = await this.queries.list(actor, query, locale);
    const filters = {
      q: query.q,
      user_id: query.user_id,
      person_id: query.person_id,
      day: query.day,
      disposition: query.disposition,
    };
    return { ...page, filters, dispositions: DISPOSITIONS, filtered: Object.values(filters).some(Boolean) };
  }

  /** Logs one try. 201 for a new one, 200 with the same body for one sent before. */
  @Post()
  @Allow('attempt.log')
  async log(@CurrentActor() actor: Actor, @Body() dto: AttemptDto) {
    if (!isGrantActor(actor)) throw new Forbidden();
    const { channel, point } = wayIn(dto);
    const record = (personId: string) =>
      this.attempts.record(actor, {
        id: dto.client_id,
        personId,
        channel,
        point,
        disposition: dto.disposition,
        note: dto.note,
        followUpOn: dto.follow_up_other ?? dto.follow_up_on,
        deviceAt: dto.device_at ? new Date(dto.device_at) : undefined,
      });
    const { attempt, isNew } = await this.merges.forWhoRemained(actor, dto.person_id, record);
    const back = returnTo(dto.return_to, '/queue');
    return isNew ? created(back, attempt, wordsFor(attempt)) : changed(back, attempt, wordsFor(attempt));
  }
}

/**
 * By what: the two fields of a program, or the one of a form.
 * @throws Invalid `channel`
 */
function wayIn(dto: AttemptDto): { channel: string; point?: string } {
  if (dto.channel) return { channel: dto.channel, point: dto.point };
  const [channel = '', ...rest] = (dto.via ?? '').split(':');
  if (!channels().includes(channel)) throw Invalid.field(dto.via ? 'via' : 'channel', 'outreach.which_channel');
  return { channel, point: rest.join(':') || undefined };
}

/** A word on the next page: that it is kept, and when the person comes again. */
function wordsFor(attempt: AttemptRecord): Flash {
  const { disposition, followUpOn } = attempt;
  if (['declined', 'asked_to_stop', 'wrong_number'].includes(disposition))
    return { tone: 'good', key: `outreach.logged.${disposition}` };
  // Noon, so that it is this day in every zone.
  if (followUpOn)
    return { tone: 'good', key: 'outreach.logged.again', params: { on: Date.parse(`${followUpOn}T12:00:00Z`) } };
  return { tone: 'good', key: 'outreach.logged.rests' };
}
