import type pg from 'pg';
import type { DataSource } from 'typeorm';

/**
 * `loading`: a restore was begun, and its data isn't in. `loaded`: it is in, and what was erased since the backup isn't erased
 * again yet.
 */
export interface RestoreState {
  state: 'loading' | 'loaded';
  /** When the backup was made. */
  createdAt: string;
  /** Entries of the erasure log up to this one were in force then. */
  logSeq: number;
}

/** Null where no restore is under way. */
export async function restoreState(source: Pick<DataSource, 'query'>): Promise<RestoreState | null> {
  const rows: { value: string }[] = await source.query(`SELECT value FROM installation WHERE key = 'restore'`);
  return rows[0] ? (JSON.parse(rows[0].value) as RestoreState) : null;
}

/** As the owner of the tables. */
export async function setRestoreState(owner: pg.Client, state: RestoreState | null): Promise<void> {
  if (state)
    await owner.query(
      `INSERT INTO installation (key, value) VALUES ('restore', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [JSON.stringify(state)],
    );
  else await owner.query(`DELETE FROM installation WHERE key = 'restore'`);
}

/**
 * Nothing is served from a database that is half restored, or in which people live on who were erased since.
 * @throws Error that says what to run
 */
export async function refuseHalfRestored(source: Pick<DataSource, 'query'>): Promise<void> {
  const found = await restoreState(source);
  if (found)
    throw new Error(
      found.state === 'loading'
        ? 'This database was to be restored from a backup, and that was broken off: run `sampark restore FILE` again.'
        : `This database was restored from the backup of ${found.createdAt}, and who was erased or stopped since is not yet in it again: run \`sampark restore --continue\`.`,
    );
}
