import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionsService } from '../src/access/sessions.service.js';
import { uuidv7 } from '../src/platform/database/id.js';
import { UnitOfWork } from '../src/platform/database/unit-of-work.js';
import { aSympathiser } from './factories/sympathisers.js';
import { aUser, type AUser } from './factories/users.js';
import { aSampark, type Sampark } from './support/sampark.js';

/**
 * The gate's functions see more than their callers. Each that is about a user and that somebody acting may call holds itself
 * to their sight: were a route to forget its question, nothing of a neighbour's user would be told or changed.
 */
const CALLS: Record<string, (user: AUser) => [sql: string, params: unknown[]]> = {
  end_access_of: ({ id }) => ['SELECT gate.end_access_of($1)', [id]],
  end_session_of: ({ id }) => ['SELECT gate.end_session_of($1, (SELECT $2::uuid))', [id, session]],
  end_sessions_of: ({ id }) => ['SELECT nullif(gate.end_sessions_of($1, NULL), 0)', [id]],
  give_code: ({ id }) => [`SELECT gate.give_code($1, 'hash', now() + interval '1 day', NULL)`, [id]],
  grants_ahead: ({ id }) => ['SELECT * FROM gate.grants_ahead($1)', [id]],
  grants_of: ({ id }) => ['SELECT * FROM gate.grants_of($1)', [id]],
  make_token: ({ id, grantId }) => [
    `SELECT gate.make_token($3, '\\x01', $1, $2, 'x', now() + interval '1 day', '{event.read}')`,
    [id, grantId, uuidv7()],
  ],
  reset_second_factor: ({ id }) => ['SELECT gate.reset_second_factor($1)', [id]],
  second_factors_of: ({ id }) => ['SELECT * FROM gate.second_factors_of($1)', [id]],
  sessions_of: ({ id }) => [`SELECT * FROM gate.sessions_of($1, '1 day')`, [id]],
  tokens_of: ({ id }) => ['SELECT * FROM gate.tokens_of($1, NULL, 10)', [id]],
  unlink_oidc: ({ id }) => ['SELECT gate.unlink_oidc($1)', [id]],
};

let sampark: Sampark;
let user: AUser;
let session: string;
beforeAll(async () => {
  sampark = await aSampark();
  user = await aUser(sampark, { role: 'team_member', in: 'agra' });
  [{ id: session }] = (await sampark.sql<{ id: string }>('SELECT id FROM sessions WHERE user_id = $1', [user.id])) as [{ id: string }]; // prettier-ignore
  await sampark.sql(
    `INSERT INTO passkeys (id, user_id, credential_id, public_key, counter, transports, backed_up, name)
     VALUES ($1, $2, 'theirs', '\\x00', 0, '{}', false, 'phone')`,
    [uuidv7(), user.id],
  );
  await sampark.sql(`INSERT INTO oidc_identities (issuer, subject, user_id) VALUES ('https://id', 'x', $1)`, [user.id]);
});
afterAll(() => sampark?.close());

const stateOf = async () =>
  JSON.stringify(
    await sampark.sql(
      `SELECT (SELECT jsonb_agg(s.ended_at) FROM sessions s WHERE s.user_id = $1), (SELECT jsonb_agg(k.ended_at) FROM api_tokens k WHERE k.user_id = $1),
              (SELECT count(*) FROM one_use_codes WHERE user_id = $1), (SELECT count(*) FROM passkeys WHERE user_id = $1),
              (SELECT count(*) FROM oidc_identities WHERE user_id = $1)`,
      [user.id],
    ),
  );

async function asActor<T = Record<string, unknown>>(who: AUser, [sql, params]: [string, unknown[]]): Promise<T[]> {
  const actor = (await sampark.get(SessionsService).findToken(who.token))!;
  return sampark.get(UnitOfWork).run(actor, (tx) => tx.query<T>(sql, params));
}

describe('what the gate does for somebody who acts', () => {
  it('stands in the table above, where it is about a user', async () => {
    const found = await sampark.sql<{ name: string }>(
      `SELECT DISTINCT p.proname AS name FROM pg_proc p
         JOIN pg_roles r ON r.rolname IN ('sampark_staff', 'sampark_member', 'sampark_host', 'sampark_auditor', 'sampark_link', 'sampark_anonymous')
                        AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
        WHERE p.pronamespace = 'gate'::regnamespace AND 'of_user' = ANY (p.proargnames)`,
    );
    expect(found.map(({ name }) => name).sort()).toEqual(Object.keys(CALLS).sort());
  });

  it.each(['district_convenor', 'team_member', 'organiser', 'auditor'])(
    'tells a neighbour’s %s nothing of a user, and changes nothing',
    async (role) => {
      const neighbour = await aUser(sampark, { role, in: 'mathura' });
      const before = await stateOf();
      for (const [name, call] of Object.entries(CALLS)) {
        const rows = await asActor(neighbour, call(user)).catch((error: Error) => {
          // Not theirs to call at all.
          expect([name, error.message]).toEqual([name, 'errors.forbidden']);
          return [];
        });
        const told = rows.filter((row) => Object.values(row).some((value) => value !== null && value !== ''));
        expect([name, told]).toEqual([name, []]);
      }
      expect(await stateOf()).toBe(before);
    },
  );

  it('tells the user’s own convenor', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    expect(await asActor(convenor, CALLS.grants_of!(user))).toHaveLength(1);
    expect(await asActor(convenor, CALLS.sessions_of!(user))).toHaveLength(1);
    expect(await asActor(convenor, CALLS.second_factors_of!(user))).toHaveLength(1);
  });

  it('gives the keys of no entry of elsewhere about somebody', async () => {
    const person = await aSympathiser(sampark, { in: 'agra' });
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const neighbour = await aUser(sampark, { role: 'auditor', in: 'mathura' });
    await sampark.as(convenor).get(`/sympathisers/${person.id}`);
    const keys: [string, unknown[]] = ['SELECT * FROM gate.audit_keys_of($1)', [person.id]];
    expect(await asActor(convenor, keys)).toHaveLength(1);
    expect(await asActor(neighbour, keys)).toEqual([]);
  });
});
