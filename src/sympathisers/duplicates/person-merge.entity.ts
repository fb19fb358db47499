import { Column, Entity } from 'typeorm';
import { PersonRow } from '../person-row.js';
import type { Change } from './changes.js';

/** One record taken into another, with everything that is needed to take it out again. Ids, states and times only. */
@Entity({ name: 'person_merges', schema: 'public' })
export class PersonMerge extends PersonRow {
  @Column('uuid', { name: 'loser_id' })
  loserId: string;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;

  @Column('uuid', { name: 'by_user', nullable: true })
  byUser: string | null;

  /** Ids of rows that went along, by table. */
  @Column('jsonb', { default: () => "'{}'" })
  moved: Record<string, string[]>;

  /** Ids of rows that stayed, because there was one like it. */
  @Column('jsonb', { default: () => "'{}'" })
  kept: Record<string, string[]>;

  @Column('jsonb', { default: () => "'[]'" })
  changed: Change[];

  /** Fields whose values were exchanged, each with a digest that tells whether it was changed since. */
  @Column('jsonb', { default: () => "'{}'" })
  taken: Record<string, string>;

  @Column('timestamptz', { name: 'undone_at', nullable: true })
  undoneAt: Date | null;

  @Column('uuid', { name: 'undone_by', nullable: true })
  undoneBy: string | null;

  @Column('jsonb', { name: 'left_as_is', default: () => "'[]'" })
  leftAsIs: LeftAsIs[];
}

/** What is otherwise than before the merge, because it changed since. */
export interface LeftAsIs {
  table: string;
  id?: string;
  fields: string[];
  /** It went with the record that came back; or holds for both. Else it was left as it is. */
  how?: 'went' | 'shared';
}
