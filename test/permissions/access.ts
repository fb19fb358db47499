import { uuidv7 } from '../../src/platform/database/id.js';
import { SignedLinks } from '../../src/platform/security/signed-links.js';
import { aUser } from '../factories/users.js';
import type { Row, Things } from './rows.js';

const CONVENORS = { state_admin: '200', region_coordinator: '200', district_convenor: '200' };
const CREATED = { state_admin: '201', region_coordinator: '201', district_convenor: '201' };
const PASSWORD = 'a password of the walk';
let made = 0;

export const rows: Row[] = [
  { route: 'GET /sign-in', allowed: 'anyone', answers: '200' },
  {
    route: 'POST /sign-in',
    thing: 'account',
    send: ({ login }) => ({ login, password: PASSWORD }),
    allowed: 'anyone',
    answers: '200',
  },
  { route: 'POST /session/end', allowed: 'anyone', answers: '200' },
  {
    route: 'POST /session/grant',
    send: (_made, { as }) => ({ grant: as.grantId }),
    allowed: 'signed in',
    answers: '200',
  },
  { route: 'GET /no-role', allowed: 'signed in', answers: '200' },
  { route: 'GET /password', allowed: 'signed in', answers: '200' },
  {
    route: 'POST /password',
    send: () => ({ password: PASSWORD, current_password: 'not it' }),
    allowed: 'signed in',
    answers: '422',
  },
  { route: 'GET /welcome/:token', thing: 'welcome link', allowed: 'anyone', answers: '200' },
  {
    route: 'POST /welcome/:token',
    thing: 'welcome link',
    send: () => ({ password: PASSWORD }),
    allowed: 'anyone',
    answers: '200',
  },

  // Of a configuration without a provider: a page goes to the sign-in page, a program is told that there is none.
  { route: 'GET /sign-in/oidc', allowed: 'anyone', answers: '404' },
  { route: 'GET /sign-in/oidc/callback', allowed: 'anyone', answers: '404' },
  { route: 'POST /users/:id/oidc/end', thing: 'user at the provider', allowed: CONVENORS },
  { route: 'GET /forgotten', allowed: 'anyone', answers: '200' },
  {
    route: 'POST /forgotten',
    send: () => ({ login: `walk-${(made += 1)}@example.org` }),
    allowed: 'anyone',
    answers: '202',
  },
  { route: 'GET /reset/:token', thing: 'reset link', allowed: 'anyone', answers: '200' },
  {
    route: 'POST /reset/:token',
    thing: 'reset link',
    send: () => ({ password: PASSWORD }),
    allowed: 'anyone',
    answers: '200',
  },

  { route: 'GET /users', allowed: CONVENORS },
  { route: 'GET /users/new', allowed: CONVENORS },
  {
    route: 'POST /users',
    thing: 'territory',
    send: ({ params }) => ({
      name: 'New One',
      email: `walk-${(made += 1)}@example.org`,
      role: 'team_member',
      territory: params!.id,
    }),
    allowed: CREATED,
  },
  { route: 'GET /users/:id', thing: 'user', allowed: CONVENORS },
  { route: 'POST /users/:id/invitation', thing: 'user', allowed: CONVENORS },
  { route: 'POST /users/:id/code', thing: 'user', allowed: CREATED },
  { route: 'POST /users/:id/disablement', thing: 'user', allowed: CONVENORS },
  { route: 'POST /users/:id/enablement', thing: 'user', allowed: CONVENORS },
  { route: 'GET /users/:id/grants/new', thing: 'user', allowed: CONVENORS },
  {
    route: 'POST /users/:id/grants',
    thing: 'user',
    send: ({ territory }) => ({ role: 'organiser', territory }),
    allowed: CREATED,
  },
  { route: 'POST /grants/:id/end', thing: 'grant', allowed: CONVENORS },
];

export const things: Things = {
  user: async ({ sampark }, at) => {
    const user = await aUser(sampark, { role: 'team_member', in: at.code });
    return { params: { id: user.id }, territory: at.id };
  },
  grant: async ({ sampark }, at) => ({
    params: { id: (await aUser(sampark, { role: 'team_member', in: at.code })).grantId },
  }),
  account: async ({ sampark }, at) => {
    const user = await aUser(sampark, { role: 'team_member', in: at.code, password: PASSWORD });
    return { login: user.email };
  },
  'user at the provider': async ({ sampark }, at) => {
    const user = await aUser(sampark, { role: 'team_member', in: at.code });
    await sampark.sql('INSERT INTO oidc_identities (issuer, subject, user_id) VALUES ($1, $2, $3)', [
      'https://accounts.example.org',
      user.id,
      user.id,
    ]);
    return { params: { id: user.id } };
  },
  'reset link': async ({ sampark }, at) => {
    const user = await aUser(sampark, { role: 'team_member', in: at.code });
    const requestId = uuidv7();
    await sampark.sql(
      `INSERT INTO reset_links (user_id, request_id, expires_at) VALUES ($1, $2, now() + interval '1 hour')`,
      [user.id, requestId],
    );
    return { params: { token: sampark.get(SignedLinks).make('r', [user.id, requestId], 1) } };
  },
  'welcome link': async ({ sampark }, at) => {
    const user = await aUser(sampark, { role: 'team_member', in: at.code });
    return { params: { token: sampark.get(SignedLinks).make('w', [user.id], 1) } };
  },
};
