import { Column, Entity } from 'typeorm';
import { PersonRow } from './person-row.js';

/** A phone or a mail of somebody. Families share them: it suggests a duplicate, it never proves one. */
@Entity({ name: 'contact_points', schema: 'public' })
export class ContactPoint extends PersonRow {
  @Column('text')
  kind: 'phone' | 'email';

  /** E.164, or the address in lower case. */
  @Column('text')
  value: string;

  @Column('boolean', { default: false })
  preferred: boolean;

  @Column('timestamptz', { name: 'dead_at', nullable: true })
  deadAt: Date | null;

  @Column('text', { name: 'dead_why', nullable: true })
  deadWhy: string | null;

  @Column('timestamptz', { name: 'suppressed_at', nullable: true })
  suppressedAt: Date | null;

  @Column('uuid', { name: 'batch_id', nullable: true })
  batchId: string | null;

  @Column('integer', { name: 'batch_row', nullable: true })
  batchRow: number | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
