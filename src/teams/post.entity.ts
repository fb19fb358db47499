import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A seat of a team: filled or vacant. */
@Entity('posts')
export class Post {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'team_id' })
  teamId: string;

  @Column('text')
  path: string;

  /** convenor, co_convenor, it_centre_operator or member. */
  @Column('text')
  kind: string;

  /** From 1; where it stands on the team's page. */
  @Column('integer')
  seat: number;
}
