import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { returnTo } from '../assignments/return-to.js';
import { isGrantActor, type Actor } from '../platform/database/actor.js';
import { Forbidden, Invalid } from '../platform/errors.js';
import { kindsOf } from '../platform/free-text/free-text-problem.js';
import { scan } from '../platform/free-text/scan.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { isFromDevice } from '../platform/web/free-text.decorator.js';
import { changed, created } from '../platform/web/outcome.js';
import type { Flash } from '../platform/web/request.js';
import { CurrentActor, CurrentLocale } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { channels } from '../sympathisers/consent/purposes.js';
import { MergesService } from '../sympathisers/duplicates/merges.service.js';
import { AttemptsQueries } from './attempts.queries.js';
import { AttemptsService, type AttemptRecord, type NewAttempt } from './attempts.service.js';
import { DISPOSITIONS } from './dispositions.js';
import { AttemptDto, AttemptParam, AttemptsQuery, NoteAgainDto } from './outreach.dto.js';
import { WithheldNotes } from './withheld-notes.service.js';

@ApiTags('outreach')
@Controller('attempts')
export class AttemptsController {
  constructor(
    private readonly attempts: AttemptsService,
    private readonly queries: AttemptsQueries,
    private readonly withheld: WithheldNotes,
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
    const { note, withheld } = keepable(dto);
    const record = (personId: string) =>
      this.attempts.record(actor, {
        id: dto.client_id,
        personId,
        channel,
        point,
        disposition: dto.disposition,
        note,
        withheld,
        followUpOn: dto.follow_up_other ?? dto.follow_up_on,
        deviceAt: dto.device_at ? new Date(dto.device_at) : undefined,
      });
    const { attempt, isNew } = await this.merges.forWhoRemained(actor, dto.person_id, record);
    const back = returnTo(dto.return_to, '/queue');
    return isNew ? created(back, attempt, wordsFor(attempt)) : changed(back, attempt, wordsFor(attempt));
  }

  /** A note of one's own that was left out, in other words; or none. */
  @Post(':personId/:id/note')
  @Allow('attempt.log')
  async note(@CurrentActor() actor: Actor, @Param() { personId, id }: AttemptParam, @Body() { note }: NoteAgainDto) {
    await this.withheld.settle(actor, personId, id, note ?? null);
    return changed('/queue', { id, note: note ?? null }, `free_text.withheld.${note ? 'saved' : 'left'}`);
  }
}

/**
 * What comes from a queue on a device is about something that happened, and nobody is there to put a note otherwise: the
 * contact is kept without it, and its writer is asked when they look at their queue next. No word of the note stays here.
 */
function keepable(dto: AttemptDto): Pick<NewAttempt, 'note' | 'withheld'> {
  if (!dto.note || !isFromDevice(dto)) return { note: dto.note };
  const found = scan(dto.note);
  return found.length ? { withheld: kindsOf(found) } : { note: dto.note };
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
