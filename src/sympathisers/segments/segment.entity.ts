import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Conditions } from './conditions.js';

/** A saved list: conditions, never people. Whoever opens it sees those in their own sight who fit it at that moment. */
@Entity({ name: 'segments', schema: 'public' })
export class Segment {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'territory_id' })
  territoryId: string;

  @Column('text')
  path: string;

  @Column('text')
  name: string;

  @Column('jsonb')
  conditions: Conditions;

  @Column('uuid', { name: 'owner_id' })
  ownerId: string;

  /** With everybody whose territory holds this one. */
  @Column('boolean', { default: false })
  shared: boolean;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'changed_at', default: () => 'now()' })
  changedAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}
