import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Conflict } from '../../platform/errors.js';

/** What a case comes to, each once: the Board told, told in detail, the people told, closed. */
export const STEPS = ['board_told', 'detailed', 'people_told', 'closed'] as const;
export type Step = (typeof STEPS)[number];

/** What has to be so before. A case can be closed as no breach at once; the reason is noted. */
const AFTER: Record<Step, readonly Step[]> = { board_told: [], detailed: ['board_told'], people_told: [], closed: [] };

/** A breach of personal data, from when we knew of it until it is closed. */
@Entity('breaches')
export class Breach {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'territory_id' })
  territoryId: string;

  @Column('text')
  path: string;

  @Column('text')
  title: string;

  @Column('text', { nullable: true })
  nature: string | null;

  @Column('text', { nullable: true })
  consequences: string | null;

  @Column('text', { nullable: true })
  measures: string | null;

  @Column('text', { nullable: true })
  prevention: string | null;

  @Column('timestamptz', { name: 'aware_at' })
  awareAt: Date;

  @Column('timestamptz', { name: 'span_from' })
  spanFrom: Date;

  @Column('timestamptz', { name: 'span_to' })
  spanTo: Date;

  @Column('uuid', { array: true })
  actors: string[];

  @Column('uuid', { array: true })
  tokens: string[];

  @Column('uuid', { array: true })
  territories: string[];

  @Column('uuid', { array: true })
  exports: string[];

  @Column('uuid', { name: 'notice_id', nullable: true })
  noticeId: string | null;

  @Column('uuid', { name: 'opened_by' })
  openedBy: string;

  @Column('timestamptz', { name: 'counted_at', nullable: true })
  countedAt: Date | null;

  @Column('timestamptz', { name: 'board_told_at', nullable: true })
  boardToldAt: Date | null;

  @Column('uuid', { name: 'board_told_by', nullable: true })
  boardToldBy: string | null;

  @Column('timestamptz', { name: 'detailed_at', nullable: true })
  detailedAt: Date | null;

  @Column('uuid', { name: 'detailed_by', nullable: true })
  detailedBy: string | null;

  @Column('timestamptz', { name: 'people_told_at', nullable: true })
  peopleToldAt: Date | null;

  @Column('uuid', { name: 'people_told_by', nullable: true })
  peopleToldBy: string | null;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: Date | null;

  @Column('uuid', { name: 'closed_by', nullable: true })
  closedBy: string | null;

  @Column('text', { array: true })
  reminded: string[];

  /** @throws Conflict for a step already taken, one too early, and anything after the end */
  take(step: Step, by: string, at: Date): void {
    this.mustBeOpen();
    if (this[WHEN[step]]) throw new Conflict('breach.step_taken');
    if (AFTER[step].some((before) => !this[WHEN[before]])) throw new Conflict('breach.step_too_early');
    this[WHEN[step]] = at;
    this[BY[step]] = by;
  }

  /** @throws Conflict for a case that is closed */
  mustBeOpen(): void {
    if (this.closedAt) throw new Conflict('breach.is_closed');
  }
}

const WHEN = {
  board_told: 'boardToldAt',
  detailed: 'detailedAt',
  people_told: 'peopleToldAt',
  closed: 'closedAt',
} as const;
const BY = {
  board_told: 'boardToldBy',
  detailed: 'detailedBy',
  people_told: 'peopleToldBy',
  closed: 'closedBy',
} as const;
