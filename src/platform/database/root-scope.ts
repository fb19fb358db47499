import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope } from './actor.js';

/** The whole organisation, for jobs that nobody caused. */
@Injectable()
export class RootScope {
  private known?: Scope;

  constructor(private readonly dataSource: DataSource) {}

  async scope(): Promise<Scope> {
    if (!this.known) {
      const rows = await this.dataSource.query<{ path: string }[]>(
        'SELECT path FROM territories WHERE parent_id IS NULL',
      );
      if (!rows[0]) throw new Error('There is no root territory: run `sampark migrate`.');
      this.known = { from: rows[0].path, to: `${rows[0].path}~` };
    }
    return this.known;
  }
}
