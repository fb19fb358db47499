import { Column, Entity } from 'typeorm';
import { PersonRow } from './person-row.js';

/** Why a handle is no longer theirs. */
export const IDENTITY_ENDS = ['renamed', 'changed_hands', 'wrong', 'by_hand'] as const;
export type IdentityEnd = (typeof IDENTITY_ENDS)[number];

/** A handle of somebody on a platform. Handles change hands, so each has its dates (T20). */
@Entity({ name: 'person_identities', schema: 'public' })
export class PersonIdentity extends PersonRow {
  @Column('text')
  platform: string;

  /** Lower case without @; for WhatsApp the E.164 of the number. */
  @Column('text')
  handle: string;

  @Column('text', { name: 'platform_uid', nullable: true })
  platformUid: string | null;

  @Column('timestamptz', { name: 'from_at', default: () => 'now()' })
  fromAt: Date;

  @Column('timestamptz', { name: 'to_at', nullable: true })
  toAt: Date | null;

  @Column('timestamptz', { name: 'verified_at', nullable: true })
  verifiedAt: Date | null;

  @Column('uuid', { name: 'verified_by', nullable: true })
  verifiedBy: string | null;

  /** What whoever verified it saw. */
  @Column('text', { nullable: true })
  seen: string | null;

  /** renamed, changed_hands, wrong, by_hand, not_theirs (they said so) or wrong_number (somebody else answered). */
  @Column('text', { name: 'ended_why', nullable: true })
  endedWhy: string | null;

  @Column('boolean', { default: false })
  preferred: boolean;

  @Column('timestamptz', { name: 'suppressed_at', nullable: true })
  suppressedAt: Date | null;

  @Column('uuid', { name: 'batch_id', nullable: true })
  batchId: string | null;

  @Column('integer', { name: 'batch_row', nullable: true })
  batchRow: number | null;
}
