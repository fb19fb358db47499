import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { helpsAtDoor, hostsOnly, type GrantActor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed, created } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { PrivacyNotices } from '../../sympathisers/privacy-notices/privacy-notices.js';
import { EventsQueries } from '../events.queries.js';
import { AttendanceService, type Tap } from './attendance.service.js';
import { AttendanceDto, DoorQuery, PersonAtEventParam, UndoDto, WalkInDto } from './check-in.dto.js';
import { CheckInQueries } from './check-in.queries.js';
import { WALK_IN_PURPOSES, WalkInsService } from './walk-ins.service.js';

/** The list at the door: big rows, a tap is "present", and one may be taken back. */
@Controller('events/:id')
export class DoorController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly events: EventsQueries,
    private readonly queries: CheckInQueries,
    private readonly attendance: AttendanceService,
    private readonly walkIns: WalkInsService,
    private readonly notices: PrivacyNotices,
  ) {}

  @Get('door')
  @Allow('event.check_in')
  @View('door/show')
  door(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Query() query: DoorQuery,
  ) {
    return this.work.run(actor, async (tx) => {
      const event = await this.events.one(tx, id, locale);
      const page = await this.queries.door(tx, id, query);
      tx.shown('event.door', page.items.map((row) => row.personId)); // prettier-ignore
      return {
        event,
        ...page,
        q: query.q ?? null,
        /** Names to tick, without what they answered. */
        helping: helpsAtDoor(actor),
        /** Found by name alone: phones are out of sight. */
        byNameOnly: hostsOnly(actor),
      };
    });
  }

  @Get('walk-in')
  @Allow('event.check_in')
  @View('door/walk-in')
  walkIn(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    return this.work.run(actor, async (tx) => ({
      event: await this.events.one(tx, id, locale),
      told: await this.notices.told(tx, locale, WALK_IN_PURPOSES),
    }));
  }

  @Post('attendance')
  @Allow('event.check_in')
  async mark(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: AttendanceDto) {
    const marked = await this.attendance.mark(actor, id, dto.personId, tapOf(dto));
    return (marked.changed ? created : changed)(doorAt(id, dto.q, dto.personId), marked);
  }

  @Post('attendance/:personId/undo')
  @Allow('event.check_in')
  async undo(@CurrentActor() actor: GrantActor, @Param() { id, personId }: PersonAtEventParam, @Body() { q }: UndoDto) {
    return changed(doorAt(id, q, personId), await this.attendance.undo(actor, id, personId), 'events.door.undone');
  }

  @Post('walk-ins')
  @Allow('event.check_in')
  async addWalkIn(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() language: Locale,
    @Param() { id }: IdParam,
    @Body() dto: WalkInDto,
  ) {
    const { name, phone, email } = dto;
    const who = { name, phone, email, consent: dto.consent === true, adult: dto.adult === true, language };
    return created(`/events/${id}/door`, await this.walkIns.add(actor, id, who, tapOf(dto)), 'events.walk_in.added');
  }
}

/** Back to the same row of the same list: nothing jumps under the thumb. */
const doorAt = (id: string, q: string | undefined, personId: string) =>
  `/events/${id}/door${q ? `?q=${encodeURIComponent(q)}` : ''}#p-${personId}`;

function tapOf(dto: { clientId?: string; client_id?: string; deviceAt?: string; device_at?: string }): Tap {
  const at = dto.deviceAt ?? dto.device_at;
  return { id: dto.clientId ?? dto.client_id ?? uuidv7(), deviceAt: at ? new Date(at) : null };
}
