import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { scopeFrom, type Scope } from './actor.js';

/** The whole organisation, for jobs that nobody caused. */
@Injectable()
export class RootScope {
  private known?: Scope;

  constructor(private readonly dataSource: DataSource) {}

  /** A scope as it stands now: its territory may have moved since the scope was written down. */
  async scopeNow(then: Scope): Promise<Scope> {
    const rows = await this.dataSource.query<{ path: string }[]>(
      `SELECT t.path FROM territory_spans s JOIN territories t ON t.id = s.territory_id WHERE s.path = $1 LIMIT 1`,
      [then.from],
    );
    return rows[0] ? scopeFrom(rows[0].path) : then;
  }

  async scope(): Promise<Scope> {
    if (!this.known) {
      const rows = await this.dataSource.query<{ path: string }[]>(
        'SELECT path FROM territories WHERE parent_id IS NULL',
      );
      if (!rows[0]) throw new Error('There is no root territory: run `sampark migrate`.');
      this.known = scopeFrom(rows[0].path);
    }
    return this.known;
  }
}
