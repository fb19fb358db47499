import type { Database } from './database.js';
import type { DatabaseUrls } from './embedded-postgres.js';

/** The opened database, for injection. */
export class DatabaseHandle {
  constructor(private readonly database: Database) {}

  get urls(): DatabaseUrls {
    return this.database.urls;
  }
}
