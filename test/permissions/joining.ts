import { JoinRequests } from '../../src/privacy/joining/join-requests.js';
import { JoinLinks } from '../../src/privacy/joining/join-links.js';
import { posterCode } from '../../src/privacy/joining/poster-code.js';
import type { SignUp } from '../../src/privacy/joining/sign-up.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { anEvent } from '../factories/events.js';
import { aSeal } from '../factories/joining.js';
import type { AUser } from '../factories/users.js';
import { leading, members, type Row, type Territory, type Things, type World } from './rows.js';

const POSTERS = { ...leading('200'), it_centre_operator: '200', organiser: '200' };
/** Whoever calls people. */
const CALLERS = { ...leading('200'), ...members('200') };

/** Joining by oneself, and the posters that lead there. */
export const rows: Row[] = [
  { route: 'GET /join', allowed: 'anyone' },
  {
    route: 'POST /join',
    thing: 'form that was opened',
    send: ({ form }) => ({ ...(form as object) }),
    allowed: 'anyone',
    answers: '202',
  },
  { route: 'GET /join/sent', allowed: 'anyone' },
  { route: 'GET /join/embed', allowed: 'anyone' },
  {
    route: 'POST /join/embed',
    thing: 'form that was opened',
    send: ({ form }) => ({ ...(form as object) }),
    allowed: 'anyone',
    answers: '202',
  },
  { route: 'GET /join/embed/sent', allowed: 'anyone' },
  { route: 'GET /join/embed/:code', thing: 'poster', allowed: 'anyone' },
  { route: 'GET /join/:code', thing: 'poster', allowed: 'anyone' },
  { route: 'GET /join/confirm/:token', thing: 'sign-up by mail', allowed: 'anyone' },
  { route: 'POST /join/confirm/:token', thing: 'sign-up by mail', allowed: 'anyone' },
  { route: 'POST /join/confirm/:token/not-me', thing: 'sign-up by mail', allowed: 'anyone' },

  { route: 'GET /join-requests', allowed: CALLERS },
  { route: 'POST /join-requests/:id/take', thing: 'sign-up by phone', allowed: onlyTheirs(CALLERS, '409') },
  {
    route: 'POST /join-requests/:id/outcome',
    thing: 'sign-up that was taken',
    send: () => ({ outcome: 'yes', purposes: ['register'] }),
    allowed: CALLERS,
  },

  { route: 'GET /posters', allowed: POSTERS },
  { route: 'GET /posters/new', allowed: POSTERS },
  {
    route: 'POST /posters',
    thing: 'meet-up for a poster',
    send: ({ event }) => ({ label: 'Stall 4', event }),
    allowed: { ...leading('201'), it_centre_operator: '201', organiser: '201' },
  },
  { route: 'GET /posters/:code', thing: 'poster', allowed: POSTERS },
  { route: 'GET /posters/:code/sheet', thing: 'poster', allowed: POSTERS },
  { route: 'POST /posters/:code/end', thing: 'poster', allowed: POSTERS },
];

/** Out of sight it is answered as one that somebody else took: the two are never told apart. */
function onlyTheirs(allowed: Record<string, unknown>, gone: string): Row['allowed'] {
  return Object.fromEntries(
    Object.keys(allowed).map((role) => [role, { own: '200', below: '200', neighbour: gone, above: gone }]),
  );
}

let made = 0;

/** As the form's own job would have left it. */
export async function aSignUp(
  { sampark }: Pick<World, 'sampark'>,
  more: Partial<SignUp> = {},
  at?: Pick<Territory, 'id'>,
): Promise<string> {
  const system = await sampark.system();
  const requests = sampark.get(JoinRequests);
  made += 1;
  const signUp: SignUp = {
    name: 'Kavita Devi',
    phone: null,
    email: null,
    identities: [],
    pin: null,
    language: 'hi',
    birthYear: null,
    purposes: ['register', 'contact'],
    notices: { register: 'register-1', contact: 'register-1', invitations: 'register-1', photos: 'register-1' },
    locale: 'hi',
    page: '/join',
    ...more,
  };
  await requests.add(system, signUp, Buffer.from(`row ${made}`), null);
  const [row] = await sampark.sql<{ id: string }>('SELECT id FROM join_requests WHERE form_hash = $1', [
    Buffer.from(`row ${made}`),
  ]);
  await sampark
    .get(UnitOfWork)
    .run(system, (tx) =>
      tx.execute(`UPDATE join_requests SET state = $2, territory_id = $3 WHERE id = $1`, [
        row!.id,
        signUp.email ? 'mailed' : 'to_call',
        at?.id ?? null,
      ]),
    );
  return row!.id;
}

const newPhone = () => `+9197${String(10_000_000 + made)}`;

async function aPoster({ sampark }: World, at: Territory, as: AUser) {
  const code = posterCode();
  await sampark.sql('INSERT INTO posters (code, territory_id, path, label, made_by) VALUES ($1, $2, $3, $4, $5)', [
    code,
    at.id,
    at.path,
    'Stall 4',
    as.id,
  ]);
  return { params: { code } };
}

export const things: Things = {
  poster: aPoster,
  'form that was opened': async ({ sampark }) => ({
    form: {
      name: 'Asha Verma',
      email: `walk-form-${(made += 1)}@example.org`,
      adult: true,
      purposes: ['register'],
      seal: aSeal(sampark),
    },
  }),
  'meet-up for a poster': async ({ sampark }, at) => ({ event: (await anEvent(sampark, { in: at.code })).id }),
  'sign-up by mail': async (world) => {
    const id = await aSignUp(world, { email: `walk-join-${made}@example.org` });
    return { params: { token: world.sampark.get(JoinLinks).tokenOf(id) } };
  },
  'sign-up by phone': async (world, at) => ({ params: { id: await aSignUp(world, { phone: newPhone() }, at) } }),
  'sign-up that was taken': async (world, at, as) => {
    const id = await aSignUp(world, { phone: newPhone() }, at);
    await world.sampark.sql(`UPDATE join_requests SET state = 'taken', taken_by = $2 WHERE id = $1`, [id, as.id]);
    return { params: { id } };
  },
};
