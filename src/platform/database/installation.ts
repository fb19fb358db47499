import type { DataSource } from 'typeorm';
import { ownerDataSource } from './data-source.js';

/** Whether the demo made this database. */
export async function isDemo(dataSource: Pick<DataSource, 'query'>): Promise<boolean> {
  const rows = await dataSource.query<{ value: string }[]>(`SELECT value FROM installation WHERE key = 'kind'`);
  return rows[0]?.value === 'demo';
}

/** Marks a database as the demo's own. */
export async function markAsDemo(ownerUrl: string): Promise<void> {
  const owner = await ownerDataSource(ownerUrl).initialize();
  try {
    await owner.query(`INSERT INTO installation (key, value) VALUES ('kind', 'demo') ON CONFLICT DO NOTHING`);
  } finally {
    await owner.destroy();
  }
}
