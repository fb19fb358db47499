import { uuidv7 } from '../../src/platform/database/id.js';
import { joinsTeam } from '../factories/outreach.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser } from '../factories/users.js';
import { leading, members, type Row, type Territory, type Things, type World } from './rows.js';

const CONVENORS = leading('200');
const CARING = { ...CONVENORS, ...members('200') };
const SEEING = { ...CARING, data_protection_officer: '200' };

/** Assignments, the queue, attempts, and the home page. */
export const rows: Row[] = [
  { route: 'GET /assignments', allowed: SEEING },
  {
    route: 'POST /assignments/spread',
    thing: 'staffed team',
    send: ({ team }) => ({ team_id: team }),
    allowed: CONVENORS,
  },
  {
    route: 'POST /assignments/:personId',
    thing: 'person and member',
    send: ({ user }) => ({ user_id: user }),
    allowed: CONVENORS,
  },
  { route: 'POST /assignments/:personId/acceptance', thing: 'person of mine', allowed: CARING },
  {
    route: 'POST /assignments/:personId/return',
    thing: 'person of mine',
    send: () => ({ reason: 'no_time' }),
    allowed: CARING,
  },
  { route: 'GET /queue', allowed: CARING },
  { route: 'GET /attempts', allowed: SEEING },
  {
    route: 'POST /attempts',
    thing: 'person of mine',
    send: ({ params }) => ({ person_id: params!.personId, channel: 'phone', disposition: 'busy' }),
    allowed: { ...leading('201'), ...members('201') },
  },
  { route: 'GET /', allowed: 'signed in' },
];

let seat = 100;

/** The territory's team, with one more member in it. */
async function staffedTeam({ sampark }: World, at: Territory): Promise<{ team: string; user: string }> {
  await sampark.sql(
    `INSERT INTO teams (id, territory_id, path, sanctioned_strength) VALUES ($1, $2, $3, 15) ON CONFLICT (territory_id) DO NOTHING`,
    [uuidv7(), at.id, at.path],
  );
  const [team] = await sampark.sql<{ id: string }>('SELECT id FROM teams WHERE territory_id = $1', [at.id]);
  const user = await aUser(sampark, { role: 'team_member', in: at.code });
  await joinsTeam(sampark, team!.id, user, (seat += 1));
  return { team: team!.id, user: user.id };
}

export const things: Things = {
  'staffed team': staffedTeam,
  'person and member': async (world, at) => {
    const { user } = await staffedTeam(world, at);
    const person = await aSympathiser(world.sampark, { in: at.code });
    return { params: { personId: person.id }, user };
  },
  'person of mine': async ({ sampark }, at, as) => {
    const person = await aSympathiser(sampark, { in: at.code, assignedTo: as.id });
    return { params: { personId: person.id } };
  },
};
