import type { Config } from '../platform/config/config.js';
import type { Database } from '../platform/database/database.js';
import { ownerDataSource } from '../platform/database/data-source.js';
import { uuidv7 } from '../platform/database/id.js';
import { ROOT_PATH } from './path.js';
import { ROOT_LEVEL } from './levels.js';

/**
 * Migrates, and makes the root of the tree from the configuration if there is none: without it nobody can be granted
 * anything. As the owner, whom a policy allows this one kind of row, because no actor has a scope before there is a
 * territory.
 */
export async function installRoot(
  database: Database,
  config: Config,
  migrate: () => Promise<string[]>,
): Promise<string[]> {
  const done = await migrate();
  const owner = await ownerDataSource(database.urls.owner).initialize();
  try {
    await owner.query(
      `INSERT INTO territories (id, parent_id, path, code, level, name_en, name_hi)
       SELECT $1, NULL, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT FROM territories WHERE parent_id IS NULL)`,
      [uuidv7(), ROOT_PATH, config.rootCode, ROOT_LEVEL, config.rootNameEn, config.rootNameHi],
    );
    await owner.query(
      `INSERT INTO territory_spans (territory_id, parent_id, path, name_en, name_hi)
       SELECT id, NULL, path, name_en, name_hi FROM territories t
        WHERE parent_id IS NULL AND NOT EXISTS (SELECT FROM territory_spans s WHERE s.territory_id = t.id)`,
    );
  } finally {
    await owner.destroy();
  }
  return done;
}
