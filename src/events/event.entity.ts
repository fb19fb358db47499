import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Conflict } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';

/** What an organiser says about a meet-up; times are instants, the zone is where it takes place. */
export interface EventPlan {
  titleEn: string | null;
  titleHi: string | null;
  wordsEn: string | null;
  wordsHi: string | null;
  place: string;
  startsAt: Date;
  endsAt: Date;
  zone: string;
  capacity: number | null;
}

/** A meet-up of a territory. planned > cancelled; over when its end has passed; closed when those who didn't come were told on. */
@Entity('events')
export class Event {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'territory_id' })
  territoryId: string;

  @Column('text')
  path: string;

  @Column('text')
  kind: string;

  @Column('text')
  state: 'planned' | 'cancelled';

  @Column('text', { name: 'title_en', nullable: true })
  titleEn: string | null;

  @Column('text', { name: 'title_hi', nullable: true })
  titleHi: string | null;

  @Column('text', { name: 'words_en', nullable: true })
  wordsEn: string | null;

  @Column('text', { name: 'words_hi', nullable: true })
  wordsHi: string | null;

  @Column('text')
  place: string;

  @Column('timestamptz', { name: 'starts_at' })
  startsAt: Date;

  @Column('timestamptz', { name: 'ends_at' })
  endsAt: Date;

  @Column('text')
  zone: string;

  @Column('integer', { nullable: true })
  capacity: number | null;

  /** Taken seats. Only the conditional UPDATE of the answers writes it. */
  @Column({ type: 'integer', update: false, default: 0 })
  heads: number;

  @Column('integer', { default: 0 })
  sequence: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy: string | null;

  @Column('timestamptz', { name: 'cancelled_at', nullable: true })
  cancelledAt: Date | null;

  @Column('uuid', { name: 'cancelled_by', nullable: true })
  cancelledBy: string | null;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: Date | null;

  /** Languages it has a title in. */
  get languages(): Locale[] {
    return (['hi', 'en'] as const).filter((locale) => (locale === 'hi' ? this.titleHi : this.titleEn));
  }

  /** @throws Conflict once it is over or cancelled */
  mustBeAhead(now: Date): void {
    if (this.state === 'cancelled') throw new Conflict('events.is_cancelled');
    if (this.endsAt <= now) throw new Conflict('events.is_over');
  }

  /**
   * Takes a changed plan; the calendar's sequence rises with each.
   * @returns whether guests must be told: it moved in time or place
   * @throws Conflict once it is over or cancelled
   */
  change(plan: EventPlan, now: Date): boolean {
    this.mustBeAhead(now);
    const moved =
      plan.place !== this.place ||
      plan.zone !== this.zone ||
      plan.startsAt.getTime() !== this.startsAt.getTime() ||
      plan.endsAt.getTime() !== this.endsAt.getTime();
    Object.assign(this, plan);
    this.sequence += 1;
    return moved;
  }

  /** @throws Conflict once it is over or cancelled */
  cancel(by: string | null, at: Date): void {
    this.mustBeAhead(at);
    this.state = 'cancelled';
    this.cancelledAt = at;
    this.cancelledBy = by;
    this.sequence += 1;
  }
}
