import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who holds or held a post, from when to when. Ended, never deleted. */
@Entity('memberships')
export class Membership {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'post_id' })
  postId: string;

  @Column('uuid', { name: 'team_id' })
  teamId: string;

  @Column('uuid', { name: 'user_id' })
  userId: string;

  @Column('text')
  path: string;

  @Column('timestamptz', { name: 'from_at', default: () => 'now()' })
  fromAt: Date;

  @Column('timestamptz', { name: 'to_at', nullable: true })
  toAt: Date | null;

  @Column('uuid', { name: 'filled_by', nullable: true })
  filledBy: string | null;

  /** The grant that came with the post, and goes with it; null where the user held that role already. */
  @Column('uuid', { name: 'grant_id', nullable: true })
  grantId: string | null;

  @Column('uuid', { name: 'ended_by', nullable: true })
  endedBy: string | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: string | null;
}
