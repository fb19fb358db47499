import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One handle, one person, wherever they are. WhatsApp numbers are phones, which families share: they are not claimed. */
@Entity({ name: 'identity_claims', schema: 'public' })
export class IdentityClaim {
  @PrimaryColumn('text')
  platform: string;

  @PrimaryColumn('text')
  handle: string;

  @Column('uuid', { name: 'person_id' })
  personId: string;

  @Column('text')
  path: string;
}
