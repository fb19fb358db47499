import { uuidv7 } from '../../src/platform/database/id.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { leading, members, type Row, type Territory, type Things, type World } from './rows.js';
import type { AUser } from '../factories/users.js';

const CONVENORS = leading('200');
const CREATED = leading('201');
/** A member sees and changes who is assigned to them. The one below them is not: as if there were nobody. */
const MINE = { own: '200', below: '404' };
const THEIRS = { ...CONVENORS, it_centre_operator: '200', ...members(MINE) };
let made = 0;

/** The register. An organiser reads nobody in it: who is asked to a meet-up is chosen by numbers. */
export const rows: Row[] = [
  {
    route: 'GET /sympathisers',
    allowed: { ...CONVENORS, it_centre_operator: '200', data_protection_officer: '200', ...members('200') },
  },
  { route: 'GET /sympathisers/new', allowed: { ...CONVENORS, it_centre_operator: '200' } },
  {
    route: 'POST /sympathisers',
    thing: 'territory',
    send: ({ params }) => ({ name: `New One ${(made += 1)}`, phones: [newPhone()], territoryId: params!.id }),
    // The form names the territory: where it isn't theirs it is told at that field, as if there were no such one.
    allowed: Object.fromEntries(
      Object.entries({ ...CREATED, it_centre_operator: '201' }).map(([role, own]) => [
        role,
        { own, below: own, neighbour: '422', above: '422' },
      ]),
    ),
  },
  { route: 'GET /sympathisers/:id', thing: 'sympathiser', allowed: { ...THEIRS, data_protection_officer: '200' } },
  { route: 'GET /sympathisers/:id/edit', thing: 'sympathiser', allowed: THEIRS },
  { route: 'POST /sympathisers/:id', thing: 'sympathiser', send: () => ({ name: 'New Name' }), allowed: THEIRS },
  {
    route: 'POST /sympathisers/:id/notes',
    thing: 'sympathiser',
    send: () => ({ text: 'Prefers mornings.' }),
    allowed: { ...CREATED, it_centre_operator: '201', ...members({ own: '201', below: '404' }) },
  },
  {
    route: 'POST /sympathisers/:id/points',
    thing: 'sympathiser',
    send: () => ({ phones: [newPhone()] }),
    // How somebody is reached, and what imports said of them, the database keeps from members even of their own people.
    allowed: { ...CONVENORS, it_centre_operator: '200', ...members({ own: '403', below: '404' }) },
  },
  {
    route: 'POST /sympathisers/:id/points/:pointId/end',
    thing: 'sympathiser',
    allowed: { ...CONVENORS, it_centre_operator: '200' },
  },
  { route: 'POST /sympathisers/:id/points/:pointId/prefer', thing: 'sympathiser', allowed: THEIRS },
  {
    route: 'POST /sympathisers/:id/points/:pointId/verify',
    thing: 'handle of somebody',
    send: () => ({ seen: 'The same photo' }),
    allowed: THEIRS,
  },
  {
    route: 'POST /sympathisers/:id/skills',
    thing: 'sympathiser',
    send: () => ({ skills: ['video'] }),
    allowed: THEIRS,
  },
  { route: 'POST /sympathisers/:id/wishes', thing: 'sympathiser', send: () => ({ only: 'phone' }), allowed: THEIRS },
  {
    route: 'POST /sympathisers/:id/consents',
    thing: 'sympathiser',
    send: () => ({ purposes: ['photos'], channel: 'phone', state: 'given', how: 'spoken' }),
    allowed: { ...CREATED, it_centre_operator: '201', ...members({ own: '201', below: '404' }) },
  },
  {
    route: 'POST /sympathisers/:id/papers',
    thing: 'sympathiser',
    file: () => '%PDF-1.4 a signed form',
    send: () => ({ purposes: ['photos'], channel: 'phone', state: 'given' }),
    allowed: { ...CREATED, it_centre_operator: '201', ...members({ own: '201', below: '404' }) },
  },
  {
    route: 'GET /sympathisers/:id/papers/:paperId',
    thing: 'paper of somebody',
    allowed: { ...THEIRS, data_protection_officer: '200' },
  },
  { route: 'POST /sympathisers/:id/stop', thing: 'sympathiser', allowed: THEIRS },
  {
    route: 'POST /sympathisers/:id/suggestions/:suggestionId',
    thing: 'sympathiser',
    send: () => ({ how: 'left' }),
    allowed: { ...CONVENORS, it_centre_operator: '200' },
  },
  { route: 'GET /duplicates', allowed: { ...CONVENORS, it_centre_operator: '200' } },
  {
    route: 'GET /sympathisers/:id/beside/:otherId',
    thing: 'twins',
    allowed: { ...CONVENORS, it_centre_operator: '200' },
  },
  {
    route: 'POST /sympathisers/:id/merges',
    thing: 'twins',
    send: ({ params }) => ({ other: params!.otherId }),
    allowed: { ...CREATED, it_centre_operator: '201' },
  },
  {
    route: 'POST /sympathisers/:id/not-the-same',
    thing: 'twins',
    send: ({ params }) => ({ other: params!.otherId }),
    allowed: { ...CONVENORS, it_centre_operator: '200' },
  },
  {
    route: 'POST /sympathisers/:id/merges/:mergeId/undo',
    thing: 'merged',
    allowed: { ...CONVENORS, it_centre_operator: '200' },
  },
];

const newPhone = () => `+9196${String(20_000_000 + (made += 1))}`;

/** Somebody at the place, assigned to whoever asks; at the mandal, which is below a member, to nobody. */
async function sympathiser({ sampark }: World, at: Territory, as: AUser) {
  const { id } = await aSympathiser(sampark, {
    in: at.code,
    ...(at.level !== 'mandal' && { assignedTo: as.id }),
  });
  const [point] = await sampark.sql<{ id: string }>('SELECT id FROM contact_points WHERE person_id = $1', [id]);
  const suggestionId = uuidv7();
  await sampark.sql(
    `INSERT INTO person_suggestions (person_id, id, path, field, value, why) VALUES ($1, $2, $3, 'name', 'Other Name', 'differs')`,
    [id, suggestionId, at.path],
  );
  return { params: { id, pointId: point!.id, suggestionId } };
}

/** The same with a handle, which is what `pointId` means. */
async function handleOf(world: World, at: Territory, as: AUser) {
  const { params } = await sympathiser(world, at, as);
  const pointId = uuidv7();
  await world.sampark.sql(
    `INSERT INTO person_identities (person_id, id, path, platform, handle) VALUES ($1, $2, $3, 'x', $4)`,
    [params.id, pointId, at.path, `walked_${(made += 1)}`],
  );
  return { params: { ...params, pointId } };
}

/** Two records of one person at the place; `merged`: the second was taken into the first already. */
async function twins({ sampark }: World, at: Territory) {
  const { id } = await aSympathiser(sampark, { in: at.code });
  const { id: otherId } = await aSympathiser(sampark, { in: at.code });
  return { params: { id, otherId } };
}
async function merged({ sampark }: World, at: Territory) {
  const { params } = await twins({ sampark } as World, at);
  const mergeId = uuidv7();
  await sampark.sql(`UPDATE people SET merged_into = $2, path = '' WHERE id = $1`, [params.otherId, params.id]);
  await sampark.sql(
    `INSERT INTO person_merges (person_id, id, path, loser_id) SELECT id, $2, path, $3 FROM people WHERE id = $1`,
    [params.id, mergeId, params.otherId],
  );
  return { params: { id: params.id, mergeId } };
}

/** A picture of one dot. */
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The same with a paper form that was photographed. */
async function paperOf(world: World, at: Territory, as: AUser) {
  const { params } = await sympathiser(world, at, as);
  const paperId = uuidv7();
  await world.sampark.sql(
    `INSERT INTO consent_scans (person_id, id, path, media_type, bytes, sha256) VALUES ($1, $2, $3, 'image/png', decode($4, 'base64'), sha256(decode($4, 'base64')))`,
    [params.id, paperId, at.path, DOT],
  );
  return { params: { id: params.id, paperId } };
}

export const things: Things = {
  sympathiser,
  twins,
  merged,
  'handle of somebody': handleOf,
  'paper of somebody': paperOf,
};
