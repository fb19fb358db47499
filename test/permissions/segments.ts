import { uuidv7 } from '../../src/platform/database/id.js';
import type { AUser } from '../factories/users.js';
import { leading, members, type Row, type Territory, type Things, type World } from './rows.js';

const READ = { ...leading('200'), it_centre_operator: '200', data_protection_officer: '200', ...members('200') };
const EDIT = { ...leading('200'), it_centre_operator: '200', ...members('200') };

/** Saved lists: one's own, and those shared in the territory; who fits them is each reader's own sight. */
export const rows: Row[] = [
  { route: 'GET /segments', allowed: READ },
  { route: 'GET /segments/new', allowed: EDIT },
  {
    route: 'POST /segments',
    send: () => ({ name: 'Never called', contacted: 'never' }),
    allowed: { ...leading('201'), it_centre_operator: '201', ...members('201') },
  },
  { route: 'GET /segments/:id', thing: 'saved list', allowed: READ },
  { route: 'GET /segments/:id/edit', thing: 'saved list', allowed: EDIT },
  { route: 'POST /segments/:id', thing: 'saved list', send: () => ({ name: 'Other' }), allowed: EDIT },
  { route: 'POST /segments/:id/end', thing: 'saved list', allowed: EDIT },
];

/** Made by whoever asks, and shared. */
async function savedList({ sampark }: World, at: Territory, as: AUser) {
  const id = uuidv7();
  await sampark.sql(
    `INSERT INTO segments (id, territory_id, path, name, conditions, owner_id, shared) VALUES ($1, $2, $3, 'Everybody', '{}', $4, true)`,
    [id, at.id, at.path, as.id],
  );
  return { params: { id } };
}

export const things: Things = { 'saved list': savedList };
