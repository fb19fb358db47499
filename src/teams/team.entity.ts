import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The IT team of a territory, with the number of posts it is sanctioned. */
@Entity('teams')
export class Team {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'territory_id' })
  territoryId: string;

  @Column('text')
  path: string;

  @Column('integer', { name: 'sanctioned_strength' })
  sanctionedStrength: number;

  @Column('timestamptz', { name: 'opened_at', default: () => 'now()' })
  openedAt: Date;

  @Column('uuid', { name: 'opened_by', nullable: true })
  openedBy: string | null;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: Date | null;
}
