import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something that people offer. Ended: offered for choice no more; who offered it keeps it. */
@Entity({ name: 'skills', schema: 'public' })
export class Skill {
  @PrimaryColumn('text')
  code: string;

  @Column('text', { name: 'name_en' })
  nameEn: string;

  @Column('text', { name: 'name_hi' })
  nameHi: string;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}
