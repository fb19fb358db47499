import { uuidv7 } from '../../src/platform/database/id.js';
import { aSympathiser } from '../factories/sympathisers.js';
import type { AUser } from '../factories/users.js';
import { leading, type Row, type Territory, type Things, type World } from './rows.js';

/** Files that leave the register: whoever leads the territory, and nobody else. */
export const rows: Row[] = [
  { route: 'GET /exports', allowed: leading('200') },
  { route: 'GET /exports/new', allowed: leading('200') },
  {
    route: 'POST /exports',
    thing: 'saved list of one',
    send: ({ params }) => ({
      segment: params!.id,
      format: 'csv',
      columns: ['name'],
      reason: 'To walk the table',
      count: 1,
    }),
    allowed: leading('202'),
  },
  { route: 'GET /exports/:id', thing: 'file taken out', allowed: leading('200') },
  { route: 'GET /exports/:id/file', thing: 'file taken out', allowed: leading('200') },
  { route: 'POST /exports/:id/end', thing: 'file taken out', allowed: leading('200') },
];

let made = 0;

/** One person alone fits. */
async function listOfOne({ sampark }: World, at: Territory, as: AUser) {
  const platform = `walk_${(made += 1)}`;
  await sampark.sql(
    `INSERT INTO platforms (code, position, name_en, name_hi, profile_link) VALUES ($1, 99, $1, $1, 'https://walk.example/{handle}')`,
    [platform],
  );
  await aSympathiser(sampark, { in: at.code, identities: [{ platform, handle: 'alone' }] });
  const id = uuidv7();
  await sampark.sql(
    `INSERT INTO segments (id, territory_id, path, name, conditions, owner_id) VALUES ($1, $2, $3, 'One', $4, $5)`,
    [id, at.id, at.path, JSON.stringify({ platform }), as.id],
  );
  return { params: { id } };
}

async function fileTakenOut({ sampark }: World, at: Territory, as: AUser) {
  const id = uuidv7();
  const somebody = await aSympathiser(sampark, { in: at.code });
  await sampark.sql(
    `INSERT INTO exports (id, territory_id, path, owner_id, conditions, reason, format, columns, language, state, people, written, progress, expires_at)
     VALUES ($1, $2, $3, $4, '{}', 'To walk the table', 'csv', '{name}', 'en', 'done', 1, 1, '{"pieces": 1}', now() + interval '1 hour')`,
    [id, at.id, at.path, as.id],
  );
  await sampark.sql(`INSERT INTO export_chunks (export_id, n, path, people, bytes) VALUES ($1, 0, $2, $3, 'Name')`, [
    id,
    at.path,
    [somebody.id],
  ]);
  return { params: { id } };
}

export const things: Things = { 'saved list of one': listOfOne, 'file taken out': fileTakenOut };
