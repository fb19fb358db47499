import { Column, Entity } from 'typeorm';
import { PersonRow } from '../person-row.js';
import type { ConsentState } from './purposes.js';

/** An entry of the ledger: only ever added. The newest per purpose and channel counts. */
@Entity({ name: 'consents', schema: 'public' })
export class Consent extends PersonRow {
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
