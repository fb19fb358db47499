import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A sheet whose code leads to the join form, for one place or one meet-up. */
@Entity({ name: 'posters', schema: 'public' })
export class Poster {
  @PrimaryColumn('text')
  code: string;

  @Column('uuid', { name: 'territory_id' })
  territoryId: string;

  @Column('text')
  path: string;

  @Column('uuid', { name: 'event_id', nullable: true })
  eventId: string | null;

  /** Where it hangs. */
  @Column('text')
  label: string;

  @Column('timestamptz', { name: 'made_at', default: () => 'now()' })
  madeAt: Date;

  @Column('uuid', { name: 'made_by', nullable: true })
  madeBy: string | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('uuid', { name: 'ended_by', nullable: true })
  endedBy: string | null;

  @Column('integer', { name: 'signed_up', default: 0 })
  signedUp: number;

  @Column('integer', { default: 0 })
  joined: number;

  /** No longer counted; whoever reads it off a wall still gets to the form. */
  end(by: string | null, at: Date): void {
    this.endedAt ??= at;
    this.endedBy ??= by;
  }
}
