import { aToken } from '../factories/tokens.js';
import { aUser } from '../factories/users.js';
import { leading, type Row, type Things } from './rows.js';

const CONVENORS = leading('200');

export const rows: Row[] = [
  { route: 'GET /tokens', allowed: CONVENORS },
  { route: 'GET /tokens/new', allowed: CONVENORS },
  {
    route: 'POST /tokens',
    by: 'session',
    send: () => ({ name: 'the walk', permissions: ['event.read'], days: 1 }),
    allowed: leading('201'),
  },
  { route: 'POST /tokens/:id/end', thing: 'own token', allowed: 'signed in', answers: '200' },
  { route: 'GET /users/:id/tokens', thing: "user's tokens", allowed: { ...CONVENORS, data_protection_officer: '200' } },
];

export const things: Things = {
  'own token': async ({ sampark }, _at, as) => ({ params: { id: (await aToken(sampark, as)).id } }),
  "user's tokens": async ({ sampark }, at) => {
    const user = await aUser(sampark, { role: 'team_member', in: at.code });
    await aToken(sampark, user, { permissions: ['event.read', 'team.read'] });
    return { params: { id: user.id } };
  },
};
