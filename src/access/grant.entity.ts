import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A role on a territory and all below it, from a date to a date. Ended, never deleted. */
@Entity('grants')
export class Grant {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'user_id' })
  userId: string;

  @Column('text')
  role: string;

  @Column('uuid', { name: 'territory_id' })
  territoryId: string;

  @Column('text')
  path: string;

  @Column('timestamptz', { name: 'from_at', default: () => 'now()' })
  fromAt: Date;

  @Column('timestamptz', { name: 'to_at', nullable: true })
  toAt: Date | null;

  @Column('uuid', { name: 'given_by', nullable: true })
  givenBy: string | null;

  @Column('text', { nullable: true })
  reason: string | null;

  @Column('uuid', { name: 'ended_by', nullable: true })
  endedBy: string | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: string | null;

  /** The grant that its holder gave on for a time; this one ends with it. */
  @Column('uuid', { name: 'delegated_from', nullable: true })
  delegatedFrom: string | null;

  /** The one meet-up that a role of reach `event` is for. */
  @Column('uuid', { name: 'event_id', nullable: true })
  eventId: string | null;
}
