import { Column, Entity } from 'typeorm';
import { PersonRow } from './person-row.js';

/** A value that differs from the one we hold, or another person who may be the same one: kept until somebody settles it. */
@Entity({ name: 'person_suggestions', schema: 'public' })
export class PersonSuggestion extends PersonRow {
  @Column('text')
  field: string;

  @Column('text', { nullable: true })
  value: string | null;

  @Column('uuid', { name: 'other_id', nullable: true })
  otherId: string | null;

  @Column('text')
  why: string;

  @Column('uuid', { name: 'batch_id', nullable: true })
  batchId: string | null;

  @Column('integer', { name: 'batch_row', nullable: true })
  batchRow: number | null;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt: Date | null;

  @Column('uuid', { name: 'settled_by', nullable: true })
  settledBy: string | null;

  @Column('text', { name: 'settled_how', nullable: true })
  settledHow: string | null;
}
