import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Conditions } from '../segments/conditions.js';
import type { SheetState } from './xlsx-file.js';

export type ExportState = 'writing' | 'done' | 'cancelled' | 'expired';
export type ExportFormat = 'csv' | 'xlsx';

/** How far the file is: behind whom to go on, and what its format has to remember. */
export interface Progress {
  behind?: string;
  /** Pieces written. */
  pieces?: number;
  sheet?: SheetState;
}

/** A file of people that somebody takes out of the register: by whom, of whom, why, until when. */
@Entity({ name: 'exports', schema: 'public' })
export class Export {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'territory_id' })
  territoryId: string;

  @Column('text')
  path: string;

  @Column('uuid', { name: 'owner_id' })
  ownerId: string;

  @Column('uuid', { name: 'segment_id', nullable: true })
  segmentId: string | null;

  @Column('jsonb')
  conditions: Conditions;

  @Column('text')
  reason: string;

  @Column('text')
  format: ExportFormat;

  @Column('text', { array: true })
  columns: string[];

  @Column('text')
  language: 'hi' | 'en';

  @Column('boolean', { name: 'every_point', default: false })
  everyPoint: boolean;

  @Column('boolean', { default: false })
  closed: boolean;

  @Column('text')
  state: ExportState;

  /** How many were counted when it was asked for. */
  @Column('integer')
  people: number;

  @Column('integer', { default: 0 })
  written: number;

  @Column('bigint', { default: 0, transformer: { from: Number, to: (value: number) => value } })
  bytes: number;

  @Column('jsonb', { default: () => "'{}'" })
  progress: Progress;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('integer', { default: 0 })
  downloads: number;

  /** Says whose file it is, wherever it ends up. */
  get fileName(): string {
    return `sampark-${this.createdAt.toISOString().slice(0, 10)}-${this.shortId}.${this.format}`;
  }

  /** Of the part of the id that is random: enough to find it again. */
  get shortId(): string {
    return this.id.slice(-8);
  }

  /** The file can be fetched now. */
  isReady(now: Date): boolean {
    return this.state === 'done' && this.expiresAt > now;
  }
}
