import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { helpsAtDoor, seesOwnPeople, type GrantActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Forbidden } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { IdParam } from '../platform/web/fields.js';
import { changed, created } from '../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { ClosingService } from './closing.service.js';
import { EventDto, EventListQuery, InvitationListQuery } from './events.dto.js';
import { EventsQueries } from './events.queries.js';
import { EventsService } from './events.service.js';
import { DoorHelpersService } from './door-helpers/door-helpers.service.js';
import { nextStep } from './next-step.js';
import { territoryChoices } from './territory-choices.js';
import { wallTimeOf } from './wall-time.js';

/** Meet-ups: the list, planning one, and the organiser's page. */
@Controller('events')
export class EventsController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
    private readonly queries: EventsQueries,
    private readonly events: EventsService,
    private readonly closing: ClosingService,
    private readonly helpers: DoorHelpersService,
  ) {}

  @Get()
  @Allow('event.read')
  @View('events/list')
  list(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Query() query: EventListQuery) {
    return this.work.run(actor, async (tx) => {
      const page = await this.queries.list(tx, query, locale, new Date());
      return { ...page, when: query.when ?? 'upcoming', q: query.q ?? null };
    });
  }

  @Get('new')
  @Allow('event.plan')
  @View('events/new')
  form(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale) {
    return this.work.run(actor, async (tx) => ({
      territories: await territoryChoices(tx, actor.scope.from, locale),
      value: { territoryId: actor.territoryId, zone: this.config.timeZone },
    }));
  }

  @Post()
  @Allow('event.plan')
  async plan(@CurrentActor() actor: GrantActor, @Body() dto: EventDto) {
    const event = await this.events.plan(actor, dto);
    return created(`/events/${event.id}`, event, 'events.planned');
  }

  @Get(':id')
  @Allow('event.read')
  @View('events/show')
  show(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    const now = new Date();
    return this.work.run(actor, async (tx) => {
      const event = await this.queries.one(tx, id, locale);
      if (helpsAtDoor(actor)) return doorOnly(event, now);
      const figures = await this.queries.figures(tx, id);
      const silent = await this.queries.invitations(tx, id, { answer: 'none', limit: 30 });
      tx.shown('event.silent', silent.items.map((row) => row.personId)); // prettier-ignore
      const standing = {
        ...event,
        startsAt: new Date(event.startsAt),
        endsAt: new Date(event.endsAt),
        closed: event.closedAt !== null,
      };
      return {
        event,
        figures,
        /** Who hasn't answered: names alone. */
        silent: { items: silent.items.map(({ personId, name }) => ({ personId, name })), more: silent.next !== null },
        nextStep: nextStep({ ...standing, asked: figures.asked, unsure: figures.mails.unsure }, now),
        over: standing.endsAt <= now,
        /** A member sees their own people's part of it. */
        ownPart: seesOwnPeople(actor),
        helping: false,
        /** Who helps at the door, for whoever may change that. */
        helpers: actor.permissions.has('event.appoint_helper') ? (await this.helpers.list(tx, id)).helpers : null,
      };
    });
  }

  /** The figures alone, for the region of the page that is kept fresh. Shows nobody. */
  @Get(':id/figures')
  @Allow('event.read')
  @View('events/figures')
  figures(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    refuseHelpers(actor);
    return this.work.run(actor, async (tx) => {
      const event = await this.queries.one(tx, id, locale);
      return { event, figures: await this.queries.figures(tx, id), ownPart: seesOwnPeople(actor) };
    });
  }

  @Get(':id/edit')
  @Allow('event.plan')
  @View('events/edit')
  editForm(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    return this.work.run(actor, async (tx) => {
      const event = await this.queries.one(tx, id, locale);
      const { zone } = event;
      const [starts, ends] = [wallTimeOf(new Date(event.startsAt), zone), wallTimeOf(new Date(event.endsAt), zone)];
      return { event, value: { ...event, territoryId: event.territory.id, starts, ends } };
    });
  }

  @Post(':id')
  @Allow('event.plan')
  async change(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: EventDto) {
    const done = await this.events.change(actor, id, dto);
    return changed(`/events/${id}`, done, done.told ? 'events.changed_and_told' : 'events.changed');
  }

  @Post(':id/cancellation')
  @Allow('event.plan')
  async cancel(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    return created(`/events/${id}`, await this.events.cancel(actor, id), 'events.cancelled_and_told');
  }

  @Post(':id/closing')
  @Allow('event.plan')
  async close(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    const done = await this.closing.close(actor, id);
    const words = done
      ? { tone: 'good' as const, key: 'events.closed', params: { n: done.noShows } }
      : 'events.closed_before';
    return changed(`/events/${id}`, { noShows: done?.noShows ?? null }, words);
  }

  @Get(':id/invitations')
  @Allow('event.read')
  @View('events/invitations')
  invitations(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Query() query: InvitationListQuery,
  ) {
    refuseHelpers(actor);
    return this.work.run(actor, async (tx) => {
      const event = await this.queries.one(tx, id, locale);
      const page = await this.queries.invitations(tx, id, query);
      tx.shown('invitation.list', page.items.map((row) => row.personId)); // prettier-ignore
      return { event, ...page, answer: query.answer ?? null, q: query.q ?? null };
    });
  }
}

/** What was answered is not a helper's to know: the figures of it would all be nought. */
function refuseHelpers(actor: GrantActor): void {
  if (helpsAtDoor(actor)) throw new Forbidden('hosts.door_only');
}

/** The meet-up as somebody at its door needs it: when and where, and how many are in. */
const doorOnly = (event: Awaited<ReturnType<EventsQueries['one']>>, now: Date) => ({
  event,
  figures: null,
  silent: { items: [], more: false },
  nextStep: event.state === 'cancelled' ? ('none' as const) : ('door' as const),
  over: new Date(event.endsAt) <= now,
  ownPart: false,
  helping: true,
  helpers: null,
});
