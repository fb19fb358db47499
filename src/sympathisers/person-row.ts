import { Column, PrimaryColumn } from 'typeorm';

/**
 * A row that belongs to a person: the person stands first in its key, so that it lies with them wherever they do, and it
 * carries their territory's path, which moves with them.
 */
export abstract class PersonRow {
  @PrimaryColumn('uuid', { name: 'person_id' })
  personId: string;

  /** UUIDv7: the order in which rows were made. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  path: string;
}
