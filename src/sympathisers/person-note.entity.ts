import { Column, Entity } from 'typeorm';
import { PersonRow } from './person-row.js';

/** What somebody wrote down about a person. Notes are added, never changed. */
@Entity({ name: 'person_notes', schema: 'public' })
export class PersonNote extends PersonRow {
  @Column('text')
  text: string;

  @Column('uuid', { name: 'by_user', nullable: true })
  byUser: string | null;

  @Column('uuid', { name: 'batch_id', nullable: true })
  batchId: string | null;

  @Column('integer', { name: 'batch_row', nullable: true })
  batchRow: number | null;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;
}
