import type { NoticeIds } from '../privacy-notices/privacy-notices.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Conflict } from '../../platform/errors.js';
import { tellsOfPeople } from './columns.js';
import type { Sheet } from './csv-text.js';

export type ImportState =
  | 'uploading'
  | 'uploaded'
  | 'reading'
  | 'previewed'
  | 'merging'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'undoing'
  | 'undone';
export type ImportPhase = 'reading' | 'matching' | 'merging' | 'undoing';

const MAY_FOLLOW: Record<ImportState, readonly ImportState[]> = {
  uploading: ['uploaded', 'reading', 'failed', 'cancelled'],
  uploaded: ['reading', 'failed', 'cancelled'],
  // Read anew where a column was corrected.
  reading: ['reading', 'previewed', 'failed', 'cancelled'],
  previewed: ['reading', 'merging', 'failed', 'cancelled'],
  merging: ['done'],
  done: ['undoing'],
  undoing: ['undone'],
  undone: [],
  failed: [],
  cancelled: [],
};

/** How many rows have a reason, and the first of them. */
export interface ReasonCount {
  code: string;
  rows: number;
  first: number[];
}

export interface ImportCounts {
  rejected: ReasonCount[];
  warnings: ReasonCount[];
  /** How often which field of somebody gets something. */
  fields: { field: string; rows: number }[];
  /** Rows whose person may be somebody else we have, too: suggested, never merged. */
  similar: number;
  /** Rows with a phone, mail or handle that must not be contacted. */
  suppressed: number;
  /** New people who wait to be placed. */
  waiting: number;
  /** New people without a consent: kept, not contactable. */
  noConsent: number;
  /** Rows whose yes would go into the ledger, if somebody answers for it. */
  agreeing: number;
  /**
   * What follows from the rows that refuse, and is never taken back: of how many rows, how many phones, mails and handles go
   * on the stop list, and how many people we have are stopped. As it was when the file was read.
   */
  refusing: { rows: number; values: number; people: number };
}

/** Rows that count in one territory; null: rows that can't be used and tell no place within the import's. */
export interface TerritoryCount {
  id: string | null;
  /** New ones. */
  people: number;
  changed: number;
  same: number;
  /** As in ImportCounts; null: not counted, as the import is from before that. */
  similar: number | null;
  suppressed: number | null;
  rejected: number | null;
}

/** By an office, about a file: its people agreed to what we tell people, on this day or before, and here are the originals. */
export interface Declaration {
  /** `2026-11-24` */
  agreedOn: string;
  originals: string;
}

/** One file on its way into the register. */
@Entity('import_batches')
export class ImportBatch {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'territory_id' })
  territoryId: string;

  @Column('text')
  path: string;

  @Column('text')
  scope: string;

  @Column('text')
  state: ImportState;

  @Column('text', { name: 'file_name' })
  fileName: string;

  @Column('text')
  sha256: string;

  @Column('bigint', { default: 0 })
  bytes: string;

  @Column('text', { nullable: true })
  source: string | null;

  @Column('jsonb')
  mapping: Sheet;

  @Column('integer', { default: 0 })
  rows: number;

  @Column('integer', { default: 0 })
  created: number;

  @Column('integer', { default: 0 })
  changed: number;

  @Column('integer', { default: 0 })
  same: number;

  @Column('integer', { default: 0 })
  rejected: number;

  @Column('integer', { default: 0 })
  warnings: number;

  @Column('jsonb', { default: {} })
  counts: Partial<ImportCounts>;

  @Column('text', { nullable: true })
  problem: string | null;

  @Column('date', { name: 'read_on', nullable: true })
  readOn: string | null;

  @Column('text', { nullable: true })
  phase: ImportPhase | null;

  @Column('timestamptz', { name: 'phase_at', nullable: true })
  phaseAt: Date | null;

  @Column('bigint', { default: 0 })
  done: string;

  @Column('bigint', { default: 0 })
  total: string;

  /** How much of it was done when the phase began. */
  @Column('bigint', { name: 'phase_from', default: 0 })
  phaseFrom: string;

  @Column('timestamptz', { name: 'touched_at', default: () => 'now()' })
  touchedAt: Date;

  @Column('integer', { name: 'merged_to', default: 0 })
  mergedTo: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy: string | null;

  @Column('integer', { name: 'problem_row', nullable: true })
  problemRow: number | null;

  /** Since when its rows are compared with the register, by the database's clock: what came in later isn't seen by all of them. */
  @Column('timestamptz', { name: 'compared_at', nullable: true })
  comparedAt: Date | null;

  /** Somebody stopped it on its way into the register. */
  @Column('timestamptz', { name: 'stop_at', nullable: true })
  stopAt: Date | null;

  @Column('uuid', { name: 'stopped_by', nullable: true })
  stoppedBy: string | null;

  /** Bytes a large upload will have; null: it came in one piece. */
  @Column('bigint', { nullable: true })
  expected: string | null;

  @Column('text', { name: 'mapping_name', nullable: true })
  mappingName: string | null;

  @Column('timestamptz', { name: 'undone_at', nullable: true })
  undoneAt: Date | null;

  @Column('uuid', { name: 'undone_by', nullable: true })
  undoneBy: string | null;

  /** The territory of whoever takes it back. */
  @Column('text', { name: 'undo_scope', nullable: true })
  undoScope: string | null;

  @Column('timestamptz', { name: 'confirmed_at', nullable: true })
  confirmedAt: Date | null;

  @Column('uuid', { name: 'confirmed_by', nullable: true })
  confirmedBy: string | null;

  /** What the office declared about the yes of its people: after which words, on which day, and where the papers are. */
  @Column('jsonb', { name: 'declared_notices', nullable: true })
  declaredNotices: NoticeIds | null;

  @Column('date', { name: 'declared_on', nullable: true })
  declaredOn: string | null;

  @Column('text', { name: 'declared_where', nullable: true })
  declaredWhere: string | null;

  @Column('uuid', { name: 'declared_by', nullable: true })
  declaredBy: string | null;

  @Column('timestamptz', { name: 'declared_at', nullable: true })
  declaredAt: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  /** Somebody could be found by it: a name, and one way to reach them. */
  get usable(): boolean {
    return tellsOfPeople(this.mapping.fields);
  }

  /** All of a large upload is here. */
  arrived(at: Date): void {
    if (this.usable) this.startReading(at);
    else this.become('uploaded');
  }

  startReading(at: Date): void {
    this.become('reading');
    this.readOn = at.toISOString().slice(0, 10);
    this.comparedAt = null;
    Object.assign(this, { rows: 0, created: 0, changed: 0, same: 0, rejected: 0, warnings: 0, counts: {} });
    this.enter('reading', at, Number(this.bytes));
  }

  show(at: Date): void {
    this.become('previewed');
    this.enter(null, at, 0);
  }

  confirm(by: string | null, at: Date): void {
    this.become('merging');
    Object.assign(this, { confirmedAt: at, confirmedBy: by });
    this.enter('merging', at, this.rows);
  }

  /** Somebody answers for what the people in the file agreed to. */
  declare({ agreedOn, originals }: Declaration, notices: NoticeIds, by: string | null, at: Date): void {
    Object.assign(this, { declaredNotices: notices, declaredOn: agreedOn, declaredWhere: originals });
    Object.assign(this, { declaredBy: by, declaredAt: at });
  }

  finish(at: Date): void {
    this.become('done');
    this.end(at);
  }

  cancel(at: Date): void {
    this.become('cancelled');
    this.end(at);
  }

  /** Stops it on its way in: what is in stays, and can be undone. */
  stop(by: string | null, at: Date): void {
    if (this.state !== 'merging') throw new Conflict(`imports.error.${this.state}`);
    Object.assign(this, { stopAt: at, stoppedBy: by });
  }

  /** @param scope the territory it is taken back in */
  undo(by: string | null, scope: string, at: Date): void {
    this.become('undoing');
    Object.assign(this, { undoneBy: by, undoScope: scope });
    this.enter('undoing', at, this.created + this.changed);
  }

  undone(at: Date): void {
    this.become('undone');
    this.enter(null, at, 0);
    this.undoneAt = at;
  }

  fail(problem: string, at: Date, row: number | null = null): void {
    this.become('failed');
    this.end(at);
    Object.assign(this, { problem, problemRow: row });
  }

  /** @param from so much of it is done already */
  enter(phase: ImportPhase | null, at: Date, total: number, from = 0): void {
    const done = String(from);
    Object.assign(this, { phase, phaseAt: phase && at, done, phaseFrom: done, total: String(total), touchedAt: at });
  }

  /** It goes in, or went in, and nobody answers for the yes in it. */
  get undeclared(): boolean {
    return this.confirmedAt !== null && this.declaredAt === null;
  }

  private end(at: Date): void {
    this.enter(null, at, 0);
    this.finishedAt = at;
    // With the file go the rows that were shown of it.
    this.mapping = { ...this.mapping, samples: undefined };
  }

  private become(state: ImportState): void {
    if (!MAY_FOLLOW[this.state].includes(state)) throw new Conflict(`imports.error.${this.state}`);
    this.state = state;
  }
}
