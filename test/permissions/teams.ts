import { aMembership, aTeam } from '../factories/teams.js';
import { aUser } from '../factories/users.js';
import { leading, members, type Row, type Territory, type Things, type World } from './rows.js';
import { below } from './world.js';

const CONVENORS = leading('200');
const SEEING = { ...CONVENORS, it_centre_operator: '200', data_protection_officer: '200', ...members('200') };
const CREATED = leading('201');
let made = 0;

export const rows: Row[] = [
  { route: 'GET /teams', allowed: SEEING },
  { route: 'GET /teams/new', allowed: CONVENORS },
  { route: 'POST /teams', thing: 'place without a team', send: ({ code }) => ({ territory: code }), allowed: CREATED },
  { route: 'GET /teams/:id', thing: 'team', allowed: SEEING },
  { route: 'GET /posts/:id', thing: 'vacant post', allowed: CONVENORS },
  { route: 'POST /posts/:id/holder', thing: 'vacant post', send: ({ user }) => ({ user }), allowed: CREATED },
  {
    route: 'POST /posts/:id/invitation',
    thing: 'vacant post',
    send: () => ({ name: 'New One', email: `post-${(made += 1)}@example.org` }),
    allowed: CREATED,
  },
  { route: 'POST /posts/:id/vacancy', thing: 'filled post', send: () => ({ why: 'moved away' }), allowed: CONVENORS },
];

/** A territory has one team: the one it has, or a new one. */
async function teamOf({ sampark }: World, at: Territory) {
  const [found] = await sampark.sql<{ id: string; path: string }>(
    'SELECT id, path FROM teams WHERE territory_id = $1',
    [at.id],
  );
  if (!found) return aTeam(sampark, { in: at.code });
  const posts = await sampark.sql<{ id: string; kind: string; seat: number }>(
    `SELECT p.id, p.kind, p.seat FROM posts p
      WHERE p.team_id = $1 AND NOT EXISTS (SELECT FROM memberships m WHERE m.post_id = p.id AND m.to_at IS NULL) ORDER BY p.seat`,
    [found.id],
  );
  return { ...found, territoryId: at.id, posts };
}

const freePost = async (world: World, at: Territory) => {
  // Whoever was put on a post by an earlier question leaves.
  await world.sampark.sql('UPDATE memberships SET to_at = now() WHERE to_at IS NULL AND path = $1', [at.path]);
  const team = await teamOf(world, at);
  const [added] = await world.sampark.sql<{ id: string; kind: string; seat: number }>(
    `INSERT INTO posts (id, team_id, path, kind, seat)
     SELECT gen_random_uuid(), $1, $2, 'member', coalesce(max(seat), 0) + 1 FROM posts WHERE team_id = $1 RETURNING id, kind, seat`,
    [team.id, at.path],
  );
  return { team, post: added! };
};

export const things: Things = {
  team: async (world, at) => ({ params: { id: (await teamOf(world, at)).id } }),
  'place without a team': async ({ sampark }, at) => {
    // The state can have one team only, so a region below it stands for it; and a mandal below stands for the others.
    const place = await below(sampark, at, `walk-new-${(made += 1)}`, at.level === 'state' ? 'region' : 'mandal');
    return { code: place.code, params: {} };
  },
  'vacant post': async (world, at) => {
    const { post } = await freePost(world, at);
    const user = await aUser(world.sampark, { role: 'organiser', in: at.code });
    return { params: { id: post.id }, user: user.id };
  },
  'filled post': async (world, at) => {
    const { team, post } = await freePost(world, at);
    await aMembership(world.sampark, team, await aUser(world.sampark, { role: 'organiser', in: at.code }), post.id);
    return { params: { id: post.id } };
  },
};
