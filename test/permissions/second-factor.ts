import { uuidv7 } from '../../src/platform/database/id.js';
import { aUser } from '../factories/users.js';
import { leading, type Row, type Things } from './rows.js';

const CONVENORS = leading('200');
const SIGNED_IN = { allowed: 'signed in' } as const;

export const rows: Row[] = [
  { route: 'GET /second-factor', ...SIGNED_IN, answers: '200' },
  { route: 'GET /second-factor/proof', ...SIGNED_IN, answers: '200' },
  // They have none to show.
  { route: 'POST /second-factor/proof', send: () => ({ code: '123456' }), ...SIGNED_IN, answers: '409' },
  { route: 'POST /second-factor/proof/passkey/options', ...SIGNED_IN, answers: '409' },
  { route: 'POST /second-factor/proof/passkey', send: () => ({ credential: {} }), ...SIGNED_IN, answers: '422' },
  { route: 'POST /second-factor/codes', ...SIGNED_IN, answers: '409' },
  { route: 'POST /second-factor/app', ...SIGNED_IN, answers: '200' },
  { route: 'GET /second-factor/app', ...SIGNED_IN, answers: '200' },
  { route: 'POST /second-factor/app/confirmation', send: () => ({ code: 'no code' }), ...SIGNED_IN, answers: '422' },
  { route: 'POST /second-factor/app/removal', ...SIGNED_IN, answers: '404' },
  { route: 'POST /second-factor/passkeys/options', ...SIGNED_IN, answers: '200' },
  {
    route: 'POST /second-factor/passkeys',
    send: () => ({ name: 'My phone', credential: {} }),
    ...SIGNED_IN,
    answers: '422',
  },
  { route: 'POST /second-factor/passkeys/:id/removal', thing: 'no passkey', ...SIGNED_IN, answers: '404' },
  { route: 'POST /sign-in/passkey/options', allowed: 'anyone', answers: '200' },
  { route: 'POST /sign-in/passkey', send: () => ({ credential: {} }), allowed: 'anyone', answers: '401' },

  { route: 'GET /sessions', ...SIGNED_IN, answers: '200' },
  { route: 'POST /sessions/:id/end', thing: 'session of one’s own', ...SIGNED_IN, answers: '200' },
  { route: 'POST /sessions/others/end', ...SIGNED_IN, answers: '200' },
  { route: 'GET /users/:id/sessions', thing: 'user', allowed: CONVENORS },
  { route: 'POST /users/:id/sessions/:session/end', thing: 'session', allowed: CONVENORS },
  { route: 'POST /users/:id/second-factor/reset', thing: 'user', allowed: CONVENORS },
];

const A_SESSION = `INSERT INTO sessions (id, token_hash, user_id, expires_at)
  VALUES ($1::uuid, decode(md5($1::uuid::text), 'hex'), $2, now() + interval '1 day')`;

export const things: Things = {
  'no passkey': async () => ({ params: { id: uuidv7() } }),
  'session of one’s own': async ({ sampark }, _at, as) => {
    const id = uuidv7();
    await sampark.sql(A_SESSION, [id, as.id]);
    return { params: { id } };
  },
  session: async ({ sampark }, at) => {
    const user = await aUser(sampark, { role: 'team_member', in: at.code });
    const session = uuidv7();
    await sampark.sql(A_SESSION, [session, user.id]);
    return { params: { id: user.id, session } };
  },
};
