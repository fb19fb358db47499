import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { scopeOfActor, userIdOf, type Actor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Conflict, Invalid, NotFound, type FieldProblem } from '../platform/errors.js';
import { isWithin } from '../territories/path.js';
import { Territory } from '../territories/territory.entity.js';
import { CloseEvent } from './event-jobs.js';
import { Event, type EventPlan } from './event.entity.js';
import type { EventDto } from './events.dto.js';
import { DoorHelpersService } from './door-helpers/door-helpers.service.js';
import { TellGuests } from './tell-guests.job.js';
import { instantOf } from './wall-time.js';

/** Plans meet-ups, changes and cancels them. */
@Injectable()
export class EventsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
    private readonly helpers: DoorHelpersService,
  ) {}

  /**
   * @returns the new meet-up's id
   * @throws Invalid by field; NotFound for a territory outside the actor's
   */
  plan(actor: Actor, dto: EventDto): Promise<{ id: string }> {
    const plan = this.read(dto, new Date());
    return this.work.run(actor, async (tx) => {
      const territory = await this.territory(tx, dto.territoryId);
      const event = Object.assign(new Event(), plan, {
        id: uuidv7(),
        territoryId: territory.id,
        path: territory.path,
        kind: 'meet_up',
        state: 'planned' as const,
        createdBy: userIdOf(actor),
      });
      await tx.insert(Event, event);
      tx.audit('event.planned', { ...about(event), after: asFacts(plan) });
      await tx.enqueue(CloseEvent, { eventId: event.id }, { key: `events.close:${event.id}`, runAt: event.endsAt });
      return { id: event.id };
    });
  }

  /**
   * Changes a plan. Guests who have had their mail are told of a new time or place, and asked again: their answers stay in
   * the history, their seats are free.
   * @returns whether guests are told
   * @throws Invalid, NotFound; Conflict when it is over, cancelled or was changed by somebody else meanwhile
   */
  change(actor: Actor, id: string, dto: EventDto): Promise<{ id: string; told: boolean }> {
    const now = new Date();
    const plan = this.read(dto, now);
    return this.work.run(actor, async (tx) => {
      const event = await tx.findOrFail(Event, { id });
      const [before, sequence] = [asFacts(event), event.sequence];
      const moved = event.change(plan, now);
      const asked =
        moved &&
        Boolean(await tx.one(`SELECT 1 FROM invitations WHERE event_id = $1 AND sent_at IS NOT NULL LIMIT 1`, [id]));
      // Answers lock their invitation, then the event: this goes the same way.
      if (asked) await tx.query('SELECT gate.ask_again($1)', [id]);
      const heads = await this.claim(tx, id, sequence);
      if (plan.capacity !== null && plan.capacity < heads)
        throw Invalid.field('capacity', 'events.capacity_below_heads', { heads });
      await tx.save(event);
      await this.helpers.moveEnd(tx, event);
      tx.audit('event.changed', { ...about(event), before, after: asFacts(plan), facts: { moved, askedAgain: asked } });
      await tx.enqueue(CloseEvent, { eventId: id }, { key: `events.close:${id}`, runAt: event.endsAt });
      if (asked) await tx.enqueue(TellGuests, { eventId: id, what: 'change' });
      return { id, told: asked };
    });
  }

  /**
   * @throws NotFound; Conflict when it is over or cancelled already
   */
  cancel(actor: Actor, id: string): Promise<{ id: string }> {
    return this.work.run(actor, async (tx) => {
      const event = await tx.lock(Event, { id });
      event.cancel(userIdOf(actor), new Date());
      await tx.save(event);
      const helpersEnded = await this.helpers.endAll(tx, event);
      tx.audit('event.cancelled', { ...about(event), facts: { helpersEnded } });
      await tx.enqueue(TellGuests, { eventId: id, what: 'cancellation' });
      return { id };
    });
  }

  /** One of two changes at a time wins; and the seats are counted anew from the answers that stand. */
  private async claim(tx: Transaction, id: string, sequence: number): Promise<number> {
    const won = await tx.one<{ heads: number }>(
      `WITH won AS (
         UPDATE events e SET sequence = e.sequence + 1, heads = gate.heads_of(e.id)
          WHERE e.id = $1 AND e.sequence = $2 AND e.state = 'planned' RETURNING e.heads)
       SELECT heads FROM won`,
      [id, sequence],
    );
    if (!won) throw new Conflict('events.changed_meanwhile');
    return won.heads;
  }

  private async territory(tx: Transaction, wanted: string | undefined): Promise<Territory> {
    const { actor } = tx;
    const scope = scopeOfActor(actor);
    const own = 'territoryId' in actor ? actor.territoryId : undefined;
    const id = wanted ?? own;
    const territory = id ? await tx.find(Territory, { id }) : null;
    if (!territory || !scope || !isWithin(territory.path, scope)) throw new NotFound();
    return territory;
  }

  private read(dto: EventDto, now: Date): EventPlan {
    const problems: FieldProblem[] = [];
    const zone = dto.zone ?? this.config.timeZone;
    const [starts, ends] = [instantOf(dto.starts, zone), instantOf(dto.ends, zone)];
    if (starts.problem === 'unknown_zone') problems.push({ field: 'zone', key: 'events.unknown_zone' });
    else {
      if (starts.problem) problems.push({ field: 'starts', key: `events.${starts.problem}` });
      if (ends.problem) problems.push({ field: 'ends', key: `events.${ends.problem}` });
    }
    if (starts.at && ends.at) {
      if (ends.at <= starts.at) problems.push({ field: 'ends', key: 'events.ends_before_start' });
      else if (ends.at <= now) problems.push({ field: 'starts', key: 'events.in_the_past' });
      else if (ends.at.getTime() - starts.at.getTime() > LONGEST_MS)
        problems.push({ field: 'ends', key: 'events.too_long' });
    }
    if (!dto.title_en && !dto.title_hi) problems.push({ field: 'title_hi', key: 'events.title_missing' });
    if (dto.words_en && !dto.title_en) problems.push({ field: 'title_en', key: 'events.title_for_words' });
    if (dto.words_hi && !dto.title_hi) problems.push({ field: 'title_hi', key: 'events.title_for_words' });
    if (problems.length || !starts.at || !ends.at) throw new Invalid(problems);
    return {
      titleEn: dto.title_en ?? null,
      titleHi: dto.title_hi ?? null,
      wordsEn: dto.words_en ?? null,
      wordsHi: dto.words_hi ?? null,
      place: dto.place,
      startsAt: starts.at,
      endsAt: ends.at,
      zone,
      capacity: dto.capacity ?? null,
    };
  }
}

/** Three days: a longer one is two meet-ups, or a slip in the date. */
const LONGEST_MS = 3 * 86_400_000;

const about = (event: Event) => ({ subject: 'event', subjectId: event.id, path: event.path });

const asFacts = ({ titleEn, titleHi, wordsEn, wordsHi, place, startsAt, endsAt, zone, capacity }: EventPlan) => ({
  titleEn,
  titleHi,
  wordsEn,
  wordsHi,
  place,
  startsAt,
  endsAt,
  zone,
  capacity, // prettier-ignore
});
