import { Column, Entity, PrimaryColumn } from 'typeorm';
import { nameKey } from './name-key.js';

/** Somebody in the register: who they are, where they belong, and what their contact has come to. */
@Entity({ name: 'people', schema: 'public' })
export class Person {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'territory_id' })
  territoryId: string;

  @Column('text')
  path: string;

  @Column('boolean', { default: false })
  waiting: boolean;

  @Column('text', { name: 'full_name' })
  fullName: string;

  @Column('text', { name: 'name_key' })
  nameKey: string;

  @Column('text', { nullable: true })
  language: string | null;

  /** Languages beside that one. */
  @Column('text', { name: 'also_speaks', array: true, default: () => "'{}'" })
  alsoSpeaks: string[];

  @Column('text', { name: 'contact_times', array: true, default: () => "'{}'" })
  contactTimes: string[];

  /** Channels in the order they like best. */
  @Column('text', { name: 'contact_order', array: true, default: () => "'{}'" })
  contactOrder: string[];

  /** By this channel and no other. */
  @Column('text', { name: 'contact_only', nullable: true })
  contactOnly: string | null;

  @Column('date', { name: 'contact_not_before', nullable: true })
  contactNotBefore: string | null;

  @Column('smallint', { name: 'birth_year', nullable: true })
  birthYear: number | null;

  @Column('date', { name: 'birth_year_noted_on', nullable: true })
  birthYearNotedOn: string | null;

  @Column('text', { nullable: true })
  pin: string | null;

  @Column('integer', { name: 'district_lgd', nullable: true })
  districtLgd: number | null;

  @Column('integer', { name: 'tehsil_lgd', nullable: true })
  tehsilLgd: number | null;

  @Column('uuid', { name: 'team_id', nullable: true })
  teamId: string | null;

  @Column('uuid', { name: 'assigned_to', nullable: true })
  assignedTo: string | null;

  @Column('timestamptz', { name: 'assigned_at', nullable: true })
  assignedAt: Date | null;

  @Column('date', { name: 'follow_up_on', nullable: true })
  followUpOn: string | null;

  @Column('text', { name: 'follow_up_why', nullable: true })
  followUpWhy: string | null;

  @Column('timestamptz', { name: 'last_attempt_at', nullable: true })
  lastAttemptAt: Date | null;

  @Column('text', { name: 'last_disposition', nullable: true })
  lastDisposition: string | null;

  @Column('timestamptz', { name: 'last_reached_at', nullable: true })
  lastReachedAt: Date | null;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: Date | null;

  @Column('text', { name: 'came_by' })
  cameBy: string;

  @Column('text', { nullable: true })
  source: string | null;

  @Column('uuid', { name: 'batch_id', nullable: true })
  batchId: string | null;

  @Column('integer', { name: 'batch_row', nullable: true })
  batchRow: number | null;

  @Column('jsonb', { name: 'filled_by', default: () => "'{}'" })
  filledBy: Record<string, { batch: string; row: number }>;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy: string | null;

  @Column('timestamptz', { name: 'erased_at', nullable: true })
  erasedAt: Date | null;

  /** The key by which names are compared follows the name. */
  rename(fullName: string): void {
    this.fullName = fullName;
    this.nameKey = nameKey(fullName);
  }
}
