import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Reach } from '../../platform/database/actor.js';

/** What a grant makes of somebody: what they may do, and how far they see inside its territory. Ended, never deleted. */
@Entity('roles')
export class Role {
  @PrimaryColumn('text')
  code: string;

  @Column('text', { name: 'name_en' })
  nameEn: string;

  @Column('text', { name: 'name_hi' })
  nameHi: string;

  @Column('text')
  reach: Reach;

  @Column('text', { array: true })
  permissions: string[];

  /** Levels of territory it may be given on; null: any. */
  @Column('text', { array: true, nullable: true })
  levels: string[] | null;

  /** Whoever acts in it has to show a second factor. */
  @Column('boolean', { name: 'second_factor', default: false })
  secondFactor: boolean;

  /** Came with the program: what it allows is the program's to say. */
  @Column('boolean', { name: 'built_in', default: false })
  builtIn: boolean;

  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy: string | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('uuid', { name: 'ended_by', nullable: true })
  endedBy: string | null;
}
