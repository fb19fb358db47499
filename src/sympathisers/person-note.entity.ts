import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What somebody wrote down about a person. Notes are added, never changed. */
@Entity({ name: 'person_notes', schema: 'public' })
export class PersonNote {
  @PrimaryColumn('uuid', { name: 'person_id' })
  personId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  path: string;

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
