import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A platform as the organisation describes it; what each field means stands with `PlatformRow`. */
@Entity({ name: 'platforms', schema: 'public' })
export class PlatformRecord {
  @PrimaryColumn('text')
  code: string;

  @Column('integer')
  position: number;

  @Column('text', { name: 'name_en' })
  nameEn: string;

  @Column('text', { name: 'name_hi' })
  nameHi: string;

  @Column('text', { array: true })
  aliases: string[];

  @Column('text', { array: true })
  hosts: string[];

  @Column('text', { array: true })
  paths: string[];

  @Column('text', { array: true })
  reserved: string[];

  @Column('text', { name: 'handle_signs', nullable: true })
  handleSigns: string | null;

  @Column('integer', { name: 'handle_min', nullable: true })
  handleMin: number | null;

  @Column('integer', { name: 'handle_max', nullable: true })
  handleMax: number | null;

  @Column('boolean', { name: 'handle_any_script' })
  handleAnyScript: boolean;

  @Column('text', { name: 'profile_link' })
  profileLink: string;

  @Column('text', { name: 'id_link', nullable: true })
  idLink: string | null;

  @Column('text', { name: 'chat_link', nullable: true })
  chatLink: string | null;
}
