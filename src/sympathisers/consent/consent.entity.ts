import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConsentState } from './purposes.js';

/** An entry of the ledger: only ever added. The newest per purpose and channel counts. */
@Entity({ name: 'consents', schema: 'public' })
export class Consent {
  @PrimaryColumn('uuid', { name: 'person_id' })
  personId: string;

  /** UUIDv7: when it was written down, and so the order of the ledger. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  path: string;

  @Column('text')
  purpose: string;

  @Column('text')
  channel: string;

  @Column('text')
  state: ConsentState;

  @Column('text')
  how: string;

  @Column('text', { nullable: true })
  notice: string | null;

  @Column('text', { nullable: true })
  language: string | null;

  @Column('uuid', { name: 'by_user', nullable: true })
  byUser: string | null;

  @Column('uuid', { name: 'batch_id', nullable: true })
  batchId: string | null;

  @Column('integer', { name: 'batch_row', nullable: true })
  batchRow: number | null;

  /** When it was said: earlier than the entry itself where a paper form is typed in later. */
  @Column('timestamptz', { default: () => 'now()' })
  at: Date;
}
