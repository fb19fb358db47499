import { SignedLinks } from '../../src/platform/security/signed-links.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { aGrant, aUser } from '../factories/users.js';
import { controlling, leading, type Row, type Things } from './rows.js';
import { below } from './world.js';

const CONVENORS = leading('200');
const CREATED = leading('201');
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

  { route: 'GET /users', allowed: { ...CONVENORS, data_protection_officer: '200' } },
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
  { route: 'GET /users/:id', thing: 'user', allowed: { ...CONVENORS, data_protection_officer: '200' } },
  { route: 'POST /users/:id/invitation', thing: 'user', allowed: CONVENORS },
  { route: 'POST /users/:id/code', thing: 'user', allowed: CREATED },
  { route: 'POST /users/:id/disablement', thing: 'user', allowed: CONVENORS },
  { route: 'POST /users/:id/enablement', thing: 'user', allowed: CONVENORS },
  { route: 'GET /users/:id/grants/new', thing: 'user', allowed: CONVENORS },
  {
    route: 'POST /users/:id/grants',
    thing: 'user',
    send: ({ territory }) => ({ role: 'organiser', territory, why: 'runs the meet-ups' }),
    allowed: CREATED,
  },
  { route: 'GET /users/:id/move', thing: 'user', allowed: CONVENORS },
  {
    route: 'POST /users/:id/move',
    thing: 'user of elsewhere below',
    send: ({ territory }) => ({ role: 'team_member', territory, why: 'moved house' }),
    allowed: CONVENORS,
  },
  { route: 'POST /grants/:id/end', thing: 'grant', allowed: CONVENORS },

  { route: 'GET /roles', allowed: { ...CONVENORS, ...controlling('200') } },
  { route: 'GET /roles/new', allowed: { state_admin: '200' } },
  {
    route: 'POST /roles',
    send: () => ({
      code: `walk_${(made += 1)}`,
      name_en: 'Of the walk',
      name_hi: 'चलते-चलते',
      reach: 'assigned',
      permissions: ['team.read'],
    }),
    allowed: { state_admin: '201' },
  },
  { route: 'GET /roles/:code', thing: 'role', everywhere: true, allowed: { ...CONVENORS, ...controlling('200') } },
  {
    route: 'POST /roles/:code',
    thing: 'role',
    everywhere: true,
    send: () => ({ name_en: 'Renamed', name_hi: 'नया नाम', permissions: ['team.read'] }),
    allowed: { state_admin: '200' },
  },
  { route: 'POST /roles/:code/end', thing: 'role', everywhere: true, allowed: { state_admin: '200' } },

  { route: 'GET /why', allowed: 'signed in', answers: '200' },
  { route: 'GET /delegations', allowed: CONVENORS },
  {
    route: 'POST /delegations',
    thing: 'user',
    send: ({ params }) => ({ user: params!.id, until: inDays(7), why: 'on leave' }),
    allowed: CREATED,
  },
  { route: 'POST /delegations/:id/end', thing: 'delegation', allowed: CONVENORS },
  { route: 'GET /territories/:id/access', thing: 'territory', allowed: { ...CONVENORS, ...controlling('200') } },
];

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

export const things: Things = {
  user: async ({ sampark }, at) => {
    const user = await aUser(sampark, { role: 'team_member', in: at.code });
    return { params: { id: user.id }, territory: at.id };
  },
  grant: async ({ sampark }, at) => ({
    params: { id: (await aUser(sampark, { role: 'team_member', in: at.code })).grantId },
  }),
  // Roles belong to the organisation, not to a place.
  role: async ({ sampark }) => {
    const code = `walk_${(made += 1)}`;
    await sampark.sql(
      `INSERT INTO roles (code, name_en, name_hi, reach, permissions) VALUES ($1, 'Of the walk', 'चलते-चलते', 'assigned', '{team.read}')`,
      [code],
    );
    return { params: { code } };
  },
  delegation: async ({ sampark }, at, as) => {
    const deputy = await aUser(sampark, { role: 'team_member', in: at.code });
    const given = { role: as.role, in: at.code, until: inDays(7), delegatedFrom: as.grantId };
    return { params: { id: await aGrant(sampark, deputy, given) } };
  },
  // Somebody there, and a territory right below to move them to.
  'user of elsewhere below': async ({ sampark }, at) => {
    const user = await aUser(sampark, { role: 'team_member', in: at.code });
    const { code } = await below(sampark, at, `walk-below-${(made += 1)}`, 'ward');
    return { params: { id: user.id }, territory: code };
  },
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
