import { ForwardOnly } from './forward-only.js';
import { GATE, gateFunction, guarded, IN_SCOPE, isActor, LENS, MEMBER, policy, STAFF, SYSTEM } from './policies.js';

const STAFF_AND_MEMBER = `${STAFF}, ${MEMBER}, ${SYSTEM}`;
/** Everything but the password's hash, which only the gate's functions see. */
const USER_COLUMNS =
  'id, full_name, email, phone, language, path, link_version, disabled_at, disabled_by, created_at, created_by, password_set_at';

/** Users, grants, sessions, tokens; sign-in goes through narrow functions of the gate role. */
export class Access1764000000003 extends ForwardOnly {
  name = 'Access1764000000003';
  protected readonly statements = [
    `
    CREATE TABLE users (
      id uuid PRIMARY KEY,
      full_name text NOT NULL,
      email text UNIQUE,
      phone text UNIQUE,
      language text NOT NULL DEFAULT 'hi',
      -- The territory of the first grant: who has it in scope sees the user.
      path text COLLATE "C" NOT NULL,
      password_hash text,
      password_set_at timestamptz,
      -- Raised to retire every link mailed to this user.
      link_version integer NOT NULL DEFAULT 1,
      disabled_at timestamptz,
      disabled_by uuid,
      created_at timestamptz NOT NULL DEFAULT now(),
      created_by uuid,
      CHECK (email IS NOT NULL OR phone IS NOT NULL),
      CHECK (email = lower(email))
    );
    CREATE INDEX users_by_path ON users (path, id);
    CREATE TABLE grants (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id),
      role text NOT NULL,
      territory_id uuid NOT NULL REFERENCES territories (id),
      path text COLLATE "C" NOT NULL,
      from_at timestamptz NOT NULL DEFAULT now(),
      to_at timestamptz,
      given_by uuid,
      reason text,
      ended_by uuid,
      end_reason text,
      CHECK (to_at IS NULL OR to_at >= from_at)
    );
    CREATE INDEX grants_by_user ON grants (user_id);
    CREATE INDEX grants_by_path ON grants (path, id);
    CREATE TABLE sessions (
      id uuid PRIMARY KEY,
      token_hash bytea NOT NULL UNIQUE,
      user_id uuid NOT NULL REFERENCES users (id),
      grant_id uuid REFERENCES grants (id),
      created_at timestamptz NOT NULL DEFAULT now(),
      seen_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      ended_at timestamptz,
      -- Signed in by a one-use code: may set a password without knowing one.
      by_code boolean NOT NULL DEFAULT false
    );
    CREATE INDEX sessions_by_user ON sessions (user_id);
    CREATE TABLE api_tokens (
      id uuid PRIMARY KEY,
      token_hash bytea NOT NULL UNIQUE,
      user_id uuid NOT NULL REFERENCES users (id),
      grant_id uuid NOT NULL REFERENCES grants (id),
      name text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz,
      last_used_at timestamptz,
      ended_at timestamptz
    );
    CREATE TABLE one_use_codes (
      user_id uuid PRIMARY KEY REFERENCES users (id),
      code_hash text NOT NULL,
      expires_at timestamptz NOT NULL,
      given_by uuid,
      used_at timestamptz
    );
    -- key: a keyed hash of the account or of the address a try came from; id: of the try.
    CREATE TABLE sign_in_failures (id uuid NOT NULL, key bytea NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
    CREATE INDEX sign_in_failures_by_key ON sign_in_failures (key, at);
    CREATE INDEX sign_in_failures_by_id ON sign_in_failures (id);
    CREATE INDEX sign_in_failures_by_age ON sign_in_failures (at);
    `,
    ...['users', 'grants', 'sessions', 'api_tokens', 'one_use_codes', 'sign_in_failures'].map(guarded),
    `
    GRANT SELECT, INSERT, UPDATE ON users, grants, sessions, api_tokens, one_use_codes TO ${GATE};
    GRANT SELECT, INSERT, DELETE ON sign_in_failures TO ${GATE};
    GRANT SELECT (${USER_COLUMNS}) ON users TO ${STAFF_AND_MEMBER}, ${LENS};
    GRANT INSERT (${USER_COLUMNS}) ON users TO ${STAFF}, ${SYSTEM};
    GRANT UPDATE (full_name, email, phone, language, path, link_version, disabled_at, disabled_by) ON users TO ${STAFF}, ${SYSTEM};
    GRANT UPDATE (language) ON users TO ${MEMBER};
    GRANT SELECT ON grants TO ${STAFF_AND_MEMBER};
    GRANT INSERT, UPDATE ON grants TO ${STAFF}, ${SYSTEM};
    `,
    ...['users', 'grants', 'sessions', 'api_tokens', 'one_use_codes', 'sign_in_failures'].map((table) =>
      policy(table, 'through_the_gate', 'ALL', GATE, 'true'),
    ),
    policy('users', 'within_territory', 'ALL', `${STAFF}, ${SYSTEM}`, IN_SCOPE),
    policy('users', 'oneself', 'SELECT', STAFF_AND_MEMBER, isActor('id')),
    policy('users', 'own_settings', 'UPDATE', `${STAFF}, ${MEMBER}`, isActor('id')),
    policy('users', 'for_the_views', 'SELECT', LENS, 'true'),
    policy('grants', 'within_territory', 'ALL', `${STAFF}, ${SYSTEM}`, IN_SCOPE),
    policy('grants', 'own', 'SELECT', STAFF_AND_MEMBER, isActor('user_id')),
    `
    -- Who did a thing is no secret inside the organisation: a name, and nothing else.
    CREATE VIEW user_names AS SELECT id, full_name FROM users;
    ALTER VIEW user_names OWNER TO ${LENS};
    GRANT SELECT ON user_names TO ${STAFF_AND_MEMBER}, ${GATE};

    -- Everything the program needs to know about a user who acts: one row per grant in force now. Now is the statement's:
    -- whoever waited for a lock must see what was given meanwhile.
    CREATE FUNCTION gate.grants_of(of_user uuid)
    RETURNS TABLE (grant_id uuid, role text, territory_id uuid, path text, name_en text, name_hi text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT g.id, g.role, g.territory_id, t.path, t.name_en, t.name_hi
        FROM grants g JOIN territories t ON t.id = g.territory_id
       WHERE g.user_id = of_user AND g.from_at <= statement_timestamp()
         AND (g.to_at IS NULL OR g.to_at > statement_timestamp())
       ORDER BY length(t.path), g.from_at, g.id;
    $$;

    -- A session and its user with all grants in force; no row for an ended, idle or foreign one.
    CREATE FUNCTION gate.session(hash bytea, idle interval)
    RETURNS TABLE (session_id uuid, user_id uuid, full_name text, language text, chosen uuid, grants jsonb)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH live AS (
        SELECT s.id, s.user_id, s.grant_id, s.seen_at, u.full_name, u.language
          FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.token_hash = hash AND s.ended_at IS NULL AND s.expires_at > now() AND s.seen_at > now() - idle
           AND u.disabled_at IS NULL
      ), touched AS (
        UPDATE sessions s SET seen_at = now() FROM live WHERE s.id = live.id AND live.seen_at < now() - interval '1 minute'
      )
      SELECT l.id, l.user_id, l.full_name, l.language, l.grant_id,
             (SELECT coalesce(jsonb_agg(to_jsonb(g)), '[]') FROM gate.grants_of(l.user_id) g)
        FROM live l;
    $$;

    CREATE FUNCTION gate.token(hash bytea)
    RETURNS TABLE (token_id uuid, user_id uuid, full_name text, language text, grant_id uuid, role text,
                   territory_id uuid, path text)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH live AS (
        SELECT k.id, k.user_id, k.grant_id, k.last_used_at, u.full_name, u.language
          FROM api_tokens k JOIN users u ON u.id = k.user_id
         WHERE k.token_hash = hash AND k.ended_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
           AND u.disabled_at IS NULL
      ), touched AS (
        UPDATE api_tokens k SET last_used_at = now() FROM live
         WHERE k.id = live.id AND (live.last_used_at IS NULL OR live.last_used_at < now() - interval '1 minute')
      )
      SELECT l.id, l.user_id, l.full_name, l.language, g.grant_id, g.role, g.territory_id, g.path
        FROM live l JOIN LATERAL gate.grants_of(l.user_id) g ON g.grant_id = l.grant_id;
    $$;

    -- login: an e-mail in lower case or a phone in E.164.
    CREATE FUNCTION gate.sign_in(login text)
    RETURNS TABLE (user_id uuid, full_name text, path text, password_hash text, code_hash text, disabled boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT u.id, u.full_name, u.path, u.password_hash, c.code_hash, u.disabled_at IS NOT NULL
        FROM users u
        LEFT JOIN one_use_codes c ON c.user_id = u.id AND c.used_at IS NULL AND c.expires_at > now()
       WHERE u.email = login OR u.phone = login;
    $$;

    CREATE FUNCTION gate.start_session(new_id uuid, hash bytea, of_user uuid, of_grant uuid, lives interval, with_code boolean)
    RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO sessions (id, token_hash, user_id, grant_id, expires_at, by_code)
      VALUES (new_id, hash, of_user, of_grant, now() + lives, with_code);
    $$;

    CREATE FUNCTION gate.end_session(hash bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE sessions SET ended_at = now() WHERE token_hash = hash AND ended_at IS NULL;
    $$;

    -- Everything a user could come in with, but the password: it does nothing while they are disabled.
    CREATE FUNCTION gate.end_access_of(of_user uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE sessions SET ended_at = now() WHERE user_id = of_user AND ended_at IS NULL;
      UPDATE api_tokens SET ended_at = now() WHERE user_id = of_user AND ended_at IS NULL;
      UPDATE one_use_codes SET used_at = now() WHERE user_id = of_user AND used_at IS NULL;
    $$;

    -- True where the grant is the session's user's own and in force.
    CREATE FUNCTION gate.choose_grant(hash bytea, chosen uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE sessions s SET grant_id = chosen
       WHERE s.token_hash = hash AND s.ended_at IS NULL
         AND EXISTS (SELECT FROM gate.grants_of(s.user_id) g WHERE g.grant_id = chosen)
      RETURNING true;
    $$;

    -- The user a mailed link is for; the program checks the link's version and HMAC.
    CREATE FUNCTION gate.linked_user(of_user uuid)
    RETURNS TABLE (user_id uuid, full_name text, login text, language text, path text, link_version integer, disabled boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT id, full_name, coalesce(email, phone), language, path, link_version, disabled_at IS NOT NULL
        FROM users WHERE id = of_user;
    $$;

    -- A new password ends every other session, one-use code and mailed link. By version: a link works once.
    CREATE FUNCTION gate.set_password(of_user uuid, hash text, version integer, but_session uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH done AS (
        UPDATE users SET password_hash = hash, password_set_at = now(), link_version = link_version + 1
         WHERE id = of_user AND disabled_at IS NULL AND (version IS NULL OR link_version = version)
        RETURNING id
      ), codes AS (
        UPDATE one_use_codes c SET used_at = now() FROM done WHERE c.user_id = done.id AND c.used_at IS NULL
      ), ended AS (
        UPDATE sessions s SET ended_at = now() FROM done
         WHERE s.user_id = done.id AND s.ended_at IS NULL AND s.id IS DISTINCT FROM but_session
      )
      SELECT true FROM done;
    $$;

    -- by_code: the session was started by a one-use code, and no password was set since.
    CREATE FUNCTION gate.password_of(of_session uuid)
    RETURNS TABLE (user_id uuid, path text, password_hash text, by_code boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT u.id, u.path, u.password_hash, s.by_code AND (u.password_set_at IS NULL OR u.password_set_at < s.created_at)
        FROM sessions s JOIN users u ON u.id = s.user_id
       WHERE s.id = of_session AND s.ended_at IS NULL AND u.disabled_at IS NULL;
    $$;

    CREATE FUNCTION gate.give_code(of_user uuid, hash text, until timestamptz, by_user uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO one_use_codes (user_id, code_hash, expires_at, given_by) VALUES (of_user, hash, until, by_user)
      ON CONFLICT (user_id) DO UPDATE SET code_hash = hash, expires_at = until, given_by = by_user, used_at = NULL;
    $$;

    -- True for one caller only.
    CREATE FUNCTION gate.use_code(of_user uuid, hash text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE one_use_codes SET used_at = now()
       WHERE user_id = of_user AND code_hash = hash AND used_at IS NULL AND expires_at > now() RETURNING true;
    $$;

    CREATE FUNCTION gate.make_token(new_id uuid, hash bytea, of_user uuid, of_grant uuid, called text, until timestamptz)
    RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO api_tokens (id, token_hash, user_id, grant_id, name, expires_at)
      VALUES (new_id, hash, of_user, of_grant, called, until);
    $$;

    -- A try is noted before it is judged, so that a thousand at once don't all pass the count; a good one is forgotten.
    CREATE FUNCTION gate.note_sign_in_try(new_id uuid, keys bytea[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM sign_in_failures WHERE at < now() - interval '1 day';
      INSERT INTO sign_in_failures (id, key) SELECT new_id, unnest(keys);
    $$;
    -- Seconds to wait: 0 while no key has more tries (this one included) in 15 minutes than it is allowed failures.
    CREATE FUNCTION gate.sign_in_wait(keys bytea[], allowed integer[]) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT coalesce(max(greatest(1, ceil(extract(epoch FROM f.at + interval '15 minutes' - now())))), 0)::int
        FROM unnest(keys, allowed) AS k (key, n)
        CROSS JOIN LATERAL (
          SELECT s.at FROM sign_in_failures s
           WHERE s.key = k.key AND s.at > now() - interval '15 minutes' ORDER BY s.at DESC OFFSET k.n LIMIT 1) f;
    $$;
    -- Forgets one try; and with a key, all that failed under it.
    CREATE FUNCTION gate.forget_sign_in_try(of_id uuid, of_key bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM sign_in_failures WHERE id = of_id OR key = of_key;
    $$;

    -- Who could give a user a role: names, nearest first, for somebody who has none and so sees nothing.
    CREATE FUNCTION gate.helpers_of(of_user uuid, roles text[])
    RETURNS TABLE (full_name text, role text, name_en text, name_hi text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT u.full_name, g.role, t.name_en, t.name_hi
        FROM users me
        JOIN territories t ON me.path >= t.path AND me.path < t.path || '~'
        JOIN grants g ON g.territory_id = t.id AND g.role = ANY (roles) AND g.from_at <= now() AND (g.to_at IS NULL OR g.to_at > now())
        JOIN users u ON u.id = g.user_id AND u.disabled_at IS NULL AND u.id <> me.id
       WHERE me.id = of_user
       ORDER BY length(t.path) DESC, u.full_name LIMIT 5;
    $$;

    -- Is this e-mail or phone a user's already, wherever they are? Yes or no, and nothing else.
    CREATE FUNCTION gate.user_exists(login text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT EXISTS (SELECT FROM users WHERE email = login OR phone = login);
    $$;
    `,
    ...[
      'gate.grants_of(uuid)',
      'gate.session(bytea, interval)',
      'gate.token(bytea)',
      'gate.sign_in(text)',
      'gate.start_session(uuid, bytea, uuid, uuid, interval, boolean)',
      'gate.end_session(bytea)',
      'gate.choose_grant(bytea, uuid)',
      'gate.linked_user(uuid)',
      'gate.set_password(uuid, text, integer, uuid)',
      'gate.password_of(uuid)',
      'gate.use_code(uuid, text)',
      'gate.note_sign_in_try(uuid, bytea[])',
      'gate.sign_in_wait(bytea[], integer[])',
      'gate.forget_sign_in_try(uuid, bytea)',
      'gate.helpers_of(uuid, text[])',
    ].map((signature) => gateFunction(signature, 'sampark_app')),
    gateFunction('gate.user_exists(text)', `${STAFF}, ${SYSTEM}`),
    gateFunction('gate.give_code(uuid, text, timestamptz, uuid)', `${STAFF}, ${SYSTEM}`),
    gateFunction('gate.make_token(uuid, bytea, uuid, uuid, text, timestamptz)', `${STAFF}, ${SYSTEM}, ${MEMBER}`),
    gateFunction('gate.end_access_of(uuid)', `${STAFF}, ${SYSTEM}`),
    `GRANT EXECUTE ON FUNCTION gate.grants_of(uuid) TO ${STAFF}, ${SYSTEM}, ${MEMBER};`,
  ];
}
