import { ForwardOnly } from './forward-only.js';
import { GATE, gateFunction, guarded, policy, STAFF, SYSTEM } from './policies.js';

const TABLES = ['authenticator_apps', 'passkeys', 'recovery_codes', 'passkey_challenges'];

/**
 * What a session is known by, and the second factor. No role of the program reads these tables: sign-in sees what it must
 * through the gate's functions, and secrets are sealed by a key outside the database besides.
 */
export class SecondFactor1764000000013 extends ForwardOnly {
  name = 'SecondFactor1764000000013';
  protected readonly statements = [
    `
    ALTER TABLE sessions
      ADD method text NOT NULL DEFAULT 'password' CHECK (method IN ('password', 'code', 'link', 'passkey', 'oidc')),
      -- When the second factor was shown in it, last.
      ADD proved_at timestamptz,
      ADD address text,
      ADD agent text;
    UPDATE sessions SET method = 'code' WHERE by_code;
    CREATE INDEX sessions_with_place ON sessions (expires_at) WHERE address IS NOT NULL OR agent IS NOT NULL;

    CREATE TABLE authenticator_apps (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id),
      -- Sealed: AES-256-GCM by a key derived from SECRET_KEY, for this user alone.
      secret bytea NOT NULL,
      made_at timestamptz NOT NULL DEFAULT now(),
      -- The session that is setting it up: nobody else is shown the secret.
      made_in uuid NOT NULL REFERENCES sessions (id),
      confirmed_at timestamptz,
      -- The newest time step that a code was taken for: each works once (RFC 6238, section 5.2).
      last_step bigint
    );
    CREATE UNIQUE INDEX authenticator_apps_in_use ON authenticator_apps (user_id) WHERE confirmed_at IS NOT NULL;
    CREATE UNIQUE INDEX authenticator_apps_pending ON authenticator_apps (user_id) WHERE confirmed_at IS NULL;

    CREATE TABLE passkeys (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id),
      credential_id text NOT NULL UNIQUE,
      public_key bytea NOT NULL,
      counter bigint NOT NULL,
      transports text[] NOT NULL,
      -- Kept by a service on several devices, and not by this one alone.
      backed_up boolean NOT NULL,
      name text NOT NULL,
      made_at timestamptz NOT NULL DEFAULT now(),
      used_at timestamptz
    );
    CREATE INDEX passkeys_by_user ON passkeys (user_id);

    CREATE TABLE recovery_codes (
      user_id uuid NOT NULL REFERENCES users (id),
      -- Keyed by a key outside the database.
      code_hash text NOT NULL,
      made_at timestamptz NOT NULL DEFAULT now(),
      used_at timestamptz,
      PRIMARY KEY (user_id, code_hash)
    );

    -- bound_to: a keyed hash of the session, or of the cookie of somebody not signed in yet.
    CREATE TABLE passkey_challenges (
      challenge text PRIMARY KEY,
      purpose text NOT NULL CHECK (purpose IN ('sign-in', 'proof', 'new')),
      bound_to text NOT NULL,
      address bytea NOT NULL,
      made_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX passkey_challenges_by_age ON passkey_challenges (made_at);
    CREATE INDEX passkey_challenges_by_address ON passkey_challenges (address, made_at);
    `,
    ...TABLES.map(guarded),
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ${TABLES.join(', ')} TO ${GATE};`,
    ...TABLES.map((table) => policy(table, 'through_the_gate', 'ALL', GATE, 'true')),
    `
    DROP FUNCTION gate.session(bytea, interval);
    DROP FUNCTION gate.start_session(uuid, bytea, uuid, uuid, interval, boolean);
    DROP FUNCTION gate.sign_in_wait(bytea[], integer[]);

    CREATE FUNCTION gate.has_second_factor(of_user uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT EXISTS (SELECT FROM authenticator_apps WHERE user_id = of_user AND confirmed_at IS NOT NULL)
          OR EXISTS (SELECT FROM passkeys WHERE user_id = of_user);
    $$;

    -- A session and its user with all grants in force; no row for an ended, idle or foreign one.
    CREATE FUNCTION gate.session(hash bytea, idle interval, proof_holds interval)
    RETURNS TABLE (session_id uuid, user_id uuid, full_name text, language text, chosen uuid, grants jsonb,
                   enrolled boolean, proved boolean, proof_fresh boolean)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH live AS (
        SELECT s.id, s.user_id, s.grant_id, s.seen_at, s.proved_at, u.full_name, u.language
          FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.token_hash = hash AND s.ended_at IS NULL AND s.expires_at > now() AND s.seen_at > now() - idle
           AND u.disabled_at IS NULL
      ), touched AS (
        UPDATE sessions s SET seen_at = now() FROM live WHERE s.id = live.id AND live.seen_at < now() - interval '1 minute'
      )
      SELECT l.id, l.user_id, l.full_name, l.language, l.grant_id,
             (SELECT coalesce(jsonb_agg(to_jsonb(g)), '[]') FROM gate.grants_of(l.user_id) g),
             gate.has_second_factor(l.user_id), l.proved_at IS NOT NULL,
             coalesce(l.proved_at > now() - proof_holds, false)
        FROM live l;
    $$;

    -- Where and with what somebody was signed in is forgotten three months after the session could last be used.
    CREATE FUNCTION gate.start_session(new_id uuid, hash bytea, of_user uuid, lives interval, how text, shown boolean,
                                       from_address text, by_agent text)
    RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE sessions SET address = NULL, agent = NULL
       WHERE expires_at < now() - interval '90 days' AND (address IS NOT NULL OR agent IS NOT NULL);
      INSERT INTO sessions (id, token_hash, user_id, expires_at, by_code, method, proved_at, address, agent)
      VALUES (new_id, hash, of_user, now() + lives, how = 'code', how, CASE WHEN shown THEN now() END, from_address, by_agent);
    $$;

    -- The second factor was shown: the session goes on under another token, and the one before is dead.
    CREATE FUNCTION gate.prove_session(hash bytea, new_hash bytea) RETURNS timestamptz
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE sessions SET token_hash = new_hash, proved_at = now(), seen_at = now()
       WHERE token_hash = hash AND ended_at IS NULL AND expires_at > now() RETURNING expires_at;
    $$;

    CREATE FUNCTION gate.sessions_of(of_user uuid, idle interval)
    RETURNS TABLE (id uuid, method text, proved boolean, address text, agent text, created_at timestamptz, seen_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT s.id, s.method, s.proved_at IS NOT NULL, s.address, s.agent, s.created_at, s.seen_at
        FROM sessions s
       WHERE s.user_id = of_user AND s.ended_at IS NULL AND s.expires_at > now() AND s.seen_at > now() - idle
       ORDER BY s.seen_at DESC, s.id DESC LIMIT 100;
    $$;
    CREATE FUNCTION gate.end_session_of(of_user uuid, of_session uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE sessions SET ended_at = now() WHERE user_id = of_user AND id = of_session AND ended_at IS NULL RETURNING true;
    $$;
    CREATE FUNCTION gate.end_sessions_of(of_user uuid, but uuid) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH ended AS (
        UPDATE sessions SET ended_at = now()
         WHERE user_id = of_user AND ended_at IS NULL AND id IS DISTINCT FROM but RETURNING 1)
      SELECT count(*)::int FROM ended;
    $$;

    -- Seconds to wait: 0 while no key has more tries (this one included) in its span than it is allowed failures.
    CREATE FUNCTION gate.sign_in_wait(keys bytea[], allowed integer[], spans interval[]) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT coalesce(max(greatest(1, ceil(extract(epoch FROM f.at + k.span - now())))), 0)::int
        FROM unnest(keys, allowed, spans) AS k (key, n, span)
        CROSS JOIN LATERAL (
          SELECT s.at FROM sign_in_failures s
           WHERE s.key = k.key AND s.at > now() - k.span ORDER BY s.at DESC OFFSET k.n LIMIT 1) f;
    $$;

    -- What a user has, without anything secret.
    CREATE FUNCTION gate.second_factors_of(of_user uuid)
    RETURNS TABLE (app_since timestamptz, codes_left integer, passkeys jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT (SELECT confirmed_at FROM authenticator_apps WHERE user_id = of_user AND confirmed_at IS NOT NULL),
             (SELECT count(*)::int FROM recovery_codes WHERE user_id = of_user AND used_at IS NULL),
             (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'since', made_at, 'usedAt', used_at,
                                                           'credential', credential_id, 'transports', transports)
                                        ORDER BY made_at, id), '[]')
                FROM passkeys WHERE user_id = of_user);
    $$;

    -- The sealed secret: of the app in use, or of the one that this session is setting up, for an hour.
    CREATE FUNCTION gate.authenticator_app(of_user uuid, set_up_in uuid) RETURNS TABLE (id uuid, secret bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT a.id, a.secret FROM authenticator_apps a
       WHERE a.user_id = of_user
         AND CASE WHEN set_up_in IS NULL THEN a.confirmed_at IS NOT NULL
                  ELSE a.confirmed_at IS NULL AND a.made_in = set_up_in AND a.made_at > now() - interval '1 hour' END;
    $$;
    CREATE FUNCTION gate.begin_authenticator_app(new_id uuid, of_user uuid, of_session uuid, sealed bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO authenticator_apps (id, user_id, secret, made_in) VALUES (new_id, of_user, sealed, of_session)
      ON CONFLICT (user_id) WHERE confirmed_at IS NULL
      DO UPDATE SET id = new_id, secret = sealed, made_in = of_session, made_at = now();
    $$;
    -- Takes the place of the app before. True for one caller only.
    CREATE FUNCTION gate.confirm_authenticator_app(of_user uuid, of_app uuid, step bigint) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM authenticator_apps
       WHERE user_id = of_user AND confirmed_at IS NOT NULL
         AND EXISTS (SELECT FROM authenticator_apps p WHERE p.id = of_app AND p.user_id = of_user AND p.confirmed_at IS NULL);
      UPDATE authenticator_apps SET confirmed_at = now(), last_step = step
       WHERE id = of_app AND user_id = of_user AND confirmed_at IS NULL RETURNING true;
    $$;
    -- True once for a time step, and never for one before it.
    CREATE FUNCTION gate.use_authenticator_app(of_app uuid, step bigint) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE authenticator_apps SET last_step = step
       WHERE id = of_app AND confirmed_at IS NOT NULL AND (last_step IS NULL OR last_step < step) RETURNING true;
    $$;
    CREATE FUNCTION gate.remove_authenticator_app(of_user uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH gone AS (DELETE FROM authenticator_apps WHERE user_id = of_user AND confirmed_at IS NOT NULL RETURNING 1)
      SELECT true FROM gone;
    $$;

    -- Old challenges go with each new one; false where this address asked for too many of them.
    CREATE FUNCTION gate.make_challenge(new_challenge text, what_for text, bound text, from_address bytea, most integer)
    RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM passkey_challenges WHERE made_at < now() - interval '5 minutes';
      INSERT INTO passkey_challenges (challenge, purpose, bound_to, address)
      SELECT new_challenge, what_for, bound, from_address
       WHERE (SELECT count(*) FROM passkey_challenges WHERE address = from_address) < most
      RETURNING true;
    $$;
    -- True once, within five minutes, for the purpose and the session (or cookie) it was made for.
    CREATE FUNCTION gate.take_challenge(of_challenge text, what_for text, bound text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM passkey_challenges
       WHERE challenge = of_challenge AND purpose = what_for AND bound_to = bound
         AND made_at > now() - interval '5 minutes' RETURNING true;
    $$;

    CREATE FUNCTION gate.passkey(credential text)
    RETURNS TABLE (id uuid, user_id uuid, full_name text, path text, disabled boolean, public_key bytea, counter bigint,
                   transports text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT k.id, u.id, u.full_name, u.path, u.disabled_at IS NOT NULL, k.public_key, k.counter, k.transports
        FROM passkeys k JOIN users u ON u.id = k.user_id WHERE k.credential_id = credential;
    $$;
    -- False for a counter that has not gone on: a copy of the key was used, or the same answer twice at once.
    CREATE FUNCTION gate.use_passkey(of_id uuid, new_counter bigint, on_several boolean) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE passkeys SET counter = new_counter, used_at = now(), backed_up = on_several
       WHERE id = of_id AND (counter < new_counter OR (counter = 0 AND new_counter = 0)) RETURNING true;
    $$;
    -- Null where this key is somebody's already.
    CREATE FUNCTION gate.add_passkey(new_id uuid, of_user uuid, credential text, key bytea, counted bigint, ways text[],
                                     on_several boolean, called text)
    RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO passkeys (id, user_id, credential_id, public_key, counter, transports, backed_up, name)
      VALUES (new_id, of_user, credential, key, counted, ways, on_several, called)
      ON CONFLICT (credential_id) DO NOTHING RETURNING true;
    $$;
    CREATE FUNCTION gate.remove_passkey(of_user uuid, of_id uuid) RETURNS text
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM passkeys WHERE id = of_id AND user_id = of_user RETURNING name;
    $$;

    CREATE FUNCTION gate.set_recovery_codes(of_user uuid, hashes text[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM recovery_codes WHERE user_id = of_user;
      INSERT INTO recovery_codes (user_id, code_hash) SELECT of_user, unnest(hashes);
    $$;
    -- True for one caller only.
    CREATE FUNCTION gate.use_recovery_code(of_user uuid, hash text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE recovery_codes SET used_at = now() WHERE user_id = of_user AND code_hash = hash AND used_at IS NULL RETURNING true;
    $$;

    -- Without a factor left, nothing was shown, and there is nothing to recover.
    CREATE FUNCTION gate.forget_proofs(of_user uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE sessions SET proved_at = NULL
       WHERE user_id = of_user AND proved_at IS NOT NULL AND NOT gate.has_second_factor(of_user);
      DELETE FROM recovery_codes WHERE user_id = of_user AND NOT gate.has_second_factor(of_user);
    $$;
    -- Everything a user could show; their sessions end with it.
    CREATE FUNCTION gate.reset_second_factor(of_user uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM authenticator_apps WHERE user_id = of_user;
      DELETE FROM passkeys WHERE user_id = of_user;
      DELETE FROM recovery_codes WHERE user_id = of_user;
      UPDATE sessions SET ended_at = now() WHERE user_id = of_user AND ended_at IS NULL;
    $$;
    `,
    ...[
      'gate.session(bytea, interval, interval)',
      'gate.start_session(uuid, bytea, uuid, interval, text, boolean, text, text)',
      'gate.prove_session(bytea, bytea)',
      'gate.sign_in_wait(bytea[], integer[], interval[])',
      'gate.authenticator_app(uuid, uuid)',
      'gate.begin_authenticator_app(uuid, uuid, uuid, bytea)',
      'gate.use_authenticator_app(uuid, bigint)',
      'gate.make_challenge(text, text, text, bytea, integer)',
      'gate.take_challenge(text, text, text)',
      'gate.passkey(text)',
      'gate.use_passkey(uuid, bigint, boolean)',
    ].map((signature) => gateFunction(signature, 'sampark_app')),
    // What is written down in the same unit of work.
    ...[
      'gate.confirm_authenticator_app(uuid, uuid, bigint)',
      'gate.remove_authenticator_app(uuid)',
      'gate.add_passkey(uuid, uuid, text, bytea, bigint, text[], boolean, text)',
      'gate.remove_passkey(uuid, uuid)',
      'gate.set_recovery_codes(uuid, text[])',
      'gate.use_recovery_code(uuid, text)',
      'gate.forget_proofs(uuid)',
    ].map((signature) => gateFunction(signature, SYSTEM)),
    ...[
      'gate.has_second_factor(uuid)',
      'gate.second_factors_of(uuid)',
      'gate.sessions_of(uuid, interval)',
      'gate.end_session_of(uuid, uuid)',
      'gate.end_sessions_of(uuid, uuid)',
      'gate.reset_second_factor(uuid)',
    ].map((signature) => gateFunction(signature, `sampark_app, ${STAFF}, ${SYSTEM}`)),
  ];
}
