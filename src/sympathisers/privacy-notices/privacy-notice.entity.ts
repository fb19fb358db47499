import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Purpose } from '../consent/purposes.js';
import type { NoticeText } from './notice-text.js';

/** A version of what people are told for one purpose. Once published it never changes: the row policies see to that. */
@Entity({ name: 'privacy_notices', schema: 'public' })
export class PrivacyNotice {
  /** `<purpose>-<n>`: what entries of the ledger cite. */
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  purpose: Purpose;

  @Column('smallint')
  n: number;

  /** By language, ISO 639. */
  @Column('jsonb', { default: () => "'{}'" })
  texts: Record<string, NoticeText>;

  @Column('timestamptz', { name: 'made_at', default: () => 'now()' })
  madeAt: Date;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt: Date | null;
}
