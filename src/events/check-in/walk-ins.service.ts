import { Injectable } from '@nestjs/common';
import { seesEverybody, userIdOf, type Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Invalid, type FieldProblem } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { ConsentService, entriesFor, standsStopped } from '../../sympathisers/consent/consent.service.js';
import type { Purpose } from '../../sympathisers/consent/purposes.js';
import { lookAlikes } from '../../sympathisers/matches.js';
import { nameKey } from '../../sympathisers/name-key.js';
import { PointsService } from '../../sympathisers/points.service.js';
import { PrivacyNotices } from '../../sympathisers/privacy-notices/privacy-notices.js';
import { readPoints } from '../../sympathisers/read-points.js';
import { SympathisersService } from '../../sympathisers/sympathisers.service.js';
import { scopeOf } from '../../territories/path.js';
import { Event } from '../event.entity.js';
import { AttendanceService, type Tap } from './attendance.service.js';

export interface WalkIn {
  name: string;
  phone?: string;
  email?: string;
  consent: boolean;
  adult: boolean;
  /** In which they were told what we keep. */
  language: Locale;
}

/** What somebody at the door agrees to: to be kept, called and invited again. */
export const WALK_IN_PURPOSES: readonly Purpose[] = ['register', 'contact', 'invitations'];

/** Takes in those who come without having been asked: into the register and onto the list, or neither. */
@Injectable()
export class WalkInsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly sympathisers: SympathisersService,
    private readonly points: PointsService,
    private readonly consents: ConsentService,
    private readonly attendance: AttendanceService,
    private readonly notices: PrivacyNotices,
  ) {}

  /**
   * Somebody of the same name and phone (or mail) is that person, who comes after all. Sent twice, it is one walk-in: the
   * device's id becomes the person's and the attendance's.
   * @throws Invalid `name`, `phone`, `email`, `consent`, `adult`; NotFound; Conflict for a cancelled meet-up
   */
  async add(actor: Actor, eventId: string, walkIn: WalkIn, tap: Tap): Promise<{ personId: string; came: number }> {
    const read = readPoints({ phones: only(walkIn.phone), emails: only(walkIn.email) });
    const problems: FieldProblem[] = read.problems.map((problem) => ({
      ...problem,
      field: problem.field === 'phones' ? 'phone' : 'email',
    }));
    if (!walkIn.phone && !walkIn.email) problems.push({ field: 'phone', key: 'events.walk_in.no_point' });
    // T29, T35: without these two nobody is kept.
    if (!walkIn.consent) problems.push({ field: 'consent', key: 'events.walk_in.no_consent' });
    if (!walkIn.adult) problems.push({ field: 'adult', key: 'events.walk_in.minor' });
    if (problems.length) throw new Invalid(problems);
    const event = await this.openTo(actor, eventId);
    const registrar = registrarFor(actor, event);
    return this.work.run(registrar, async (tx) => {
      const sent = await tx.one<{ person_id: string }>(
        'SELECT person_id FROM attendances WHERE event_id = $1 AND id = $2',
        [eventId, tap.id],
      );
      const personId =
        sent?.person_id ?? (await this.known(tx, walkIn, read)) ?? (await this.take(tx, event, walkIn, tap));
      const marked = await this.attendance.mark(registrar, eventId, personId, tap, 'walk_in');
      return { personId, came: marked.came };
    });
  }

  /** The meet-up, in sight of whoever stands at its door. */
  private openTo(actor: Actor, eventId: string): Promise<Event> {
    return this.work.run(actor, async (tx) => {
      const event = await tx.findOrFail(Event, { id: eventId });
      if (event.state === 'cancelled') throw new Conflict('events.is_cancelled');
      return event;
    });
  }

  private async known(
    tx: Transaction,
    walkIn: WalkIn,
    points: { phones: string[]; emails: string[] },
  ): Promise<string | null> {
    const [match] = await lookAlikes(tx, { nameKey: nameKey(walkIn.name), ...points });
    if (!match) return null;
    tx.shown('sympathiser.matched', [match.id]);
    await this.points.add(tx.actor, match.id, points, { agreedAnew: true });
    // Whoever asked us to stop may come all the same. It takes more than our word to open what they closed.
    if (await standsStopped(tx, match.id)) return match.id;
    // By what they gave at the door and nothing else: who has unsubscribed by mail says nothing about it with a phone.
    const channels = [...(points.phones.length ? ['phone'] : []), ...(points.emails.length ? ['email'] : [])];
    await this.consents.record(
      tx.actor,
      match.id,
      entriesFor({ ...(await this.agreed(tx, walkIn)), state: 'given' }, channels),
    );
    return match.id;
  }

  private async take(tx: Transaction, event: Event, walkIn: WalkIn, tap: Tap): Promise<string> {
    const { id } = await this.sympathisers.add(tx.actor, {
      id: tap.id,
      name: walkIn.name,
      territoryId: event.territoryId,
      phones: only(walkIn.phone),
      emails: only(walkIn.email),
      cameBy: 'walk_in',
      source: event.titleHi ?? event.titleEn ?? undefined,
      consent: await this.agreed(tx, walkIn),
      agreedAnew: true,
    });
    return id;
  }

  private async agreed(tx: Transaction, { language }: WalkIn) {
    return { purposes: [...WALK_IN_PURPOSES], how: 'spoken', notice: await this.notices.ids(tx), language };
  }
}

/**
 * Who looks into the register. Organisers and helpers have no sight of it: for them, once they have shown that they stand at
 * this door, the named system does it in the meet-up's territory, and tells nothing but that it is done.
 */
const registrarFor = (actor: Actor, event: Event): Actor =>
  seesEverybody(actor)
    ? actor
    : { kind: 'system', name: 'system:walk-in', scope: scopeOf(event.path), causedBy: userIdOf(actor) ?? undefined };

const only = (value: string | undefined): string[] => (value ? [value] : []);
