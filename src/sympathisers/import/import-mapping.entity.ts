import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an office said the columns of a file are: by a name, or the last choice for these headers. */
@Entity('import_mappings')
export class ImportMapping {
  @PrimaryColumn('uuid')
  id: string;

  /** The office that chose: where whoever did had their grant. Null: from before this was kept. */
  @Column('uuid', { name: 'office_id', nullable: true })
  officeId: string | null;

  /** The territory of the last list it was chosen for. */
  @Column('uuid', { name: 'territory_id' })
  territoryId: string;

  @Column('text')
  path: string;

  @Column('text', { nullable: true })
  name: string | null;

  @Column('text', { array: true })
  headers: string[];

  /** In the order of the headers; blank: left out. */
  @Column('text', { array: true })
  fields: string[];

  @Column('timestamptz', { name: 'used_at' })
  usedAt: Date;

  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy: string | null;
}
