import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A language in which people are told: a notice without it isn't published. */
@Entity({ name: 'privacy_languages', schema: 'public' })
export class PrivacyLanguage {
  /** ISO 639. */
  @PrimaryColumn('text')
  code: string;

  @Column('timestamptz', { name: 'added_at', default: () => 'now()' })
  addedAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}
