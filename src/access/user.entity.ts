import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody with a sign-in. What they may do comes from grants; the password's hash is the gate's alone. */
@Entity('users')
export class User {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { name: 'full_name' })
  fullName: string;

  @Column('text', { nullable: true })
  email: string | null;

  @Column('text', { nullable: true })
  phone: string | null;

  @Column('text', { default: 'hi' })
  language: string;

  @Column('text')
  path: string;

  @Column('integer', { name: 'link_version', default: 1 })
  linkVersion: number;

  @Column('timestamptz', { name: 'link_made_at', default: () => 'now()' })
  linkMadeAt: Date;

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt: Date | null;

  @Column('uuid', { name: 'disabled_by', nullable: true })
  disabledBy: string | null;

  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy: string | null;

  disable(by: string | null, at: Date): void {
    this.disabledAt = at;
    this.disabledBy = by;
    this.retireLinks(at);
  }

  /** Links mailed to them stop working; the next one counts its days from now. */
  retireLinks(at: Date): void {
    this.linkVersion += 1;
    this.linkMadeAt = at;
  }

  enable(): void {
    this.disabledAt = null;
    this.disabledBy = null;
  }
}
