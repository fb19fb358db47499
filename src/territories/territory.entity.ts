import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A node of the tree. Its path is made of keys that are never given twice, so that renaming touches nothing. */
@Entity('territories')
export class Territory {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId: string | null;

  @Column('text')
  path: string;

  @Column('text')
  code: string;

  @Column('text')
  level: string;

  @Column('text', { nullable: true })
  kind: string | null;

  @Column('text', { name: 'name_en' })
  nameEn: string;

  @Column('text', { name: 'name_hi' })
  nameHi: string;

  @Column('integer', { name: 'lgd_code', nullable: true })
  lgdCode: number | null;

  @Column('integer', { name: 'children_made', default: 0 })
  childrenMade: number;

  @Column('date', { name: 'from_on', default: () => 'CURRENT_DATE' })
  fromOn: string;

  @Column('date', { name: 'to_on', nullable: true })
  toOn: string | null;

  names() {
    return { nameEn: this.nameEn, nameHi: this.nameHi, kind: this.kind, lgdCode: this.lgdCode };
  }

  /** Only a local body has a kind. */
  rename(names: { nameEn: string; nameHi: string; kind?: string | null; lgdCode?: number | null }): void {
    this.nameEn = names.nameEn;
    this.nameHi = names.nameHi;
    if (this.level === 'local_body') this.kind = names.kind ?? null;
    this.lgdCode = names.lgdCode ?? null;
  }

  /** @param on the first day it is no more, YYYY-MM-DD */
  end(on: string): void {
    this.toOn = on;
  }
}
