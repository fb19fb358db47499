import { ForwardOnly } from './forward-only.js';
import {
  AUDITOR,
  GATE,
  gateFunction,
  guarded,
  HOST,
  isActor,
  LENS,
  MEMBER,
  policy,
  setting,
  STAFF,
  SYSTEM,
} from './policies.js';

const EVERYBODY_IN_A_GRANT = `${STAFF}, ${SYSTEM}, ${MEMBER}, ${HOST}, ${AUDITOR}`;
const NEW_TABLES = ['reset_requests', 'reset_links', 'oidc_identities'];

/** What no token carries that somebody makes: whoever finds one must not get more people, roles or tokens out of it. */
const NEVER = `ARRAY['token.make', 'grant.give', 'grant.delegate', 'role.edit', 'user.invite', 'user.disable']`;

/** Inside a gate function: the user is the actor, or lies in the scope of staff or of a job. `u` is the user's row. */
const OWN_OR_IN_SCOPE = `(${isActor('u.id')} OR (current_setting('role') IN ('${STAFF}', '${SYSTEM}')
           AND u.path >= ${setting('scope_from')} AND u.path < ${setting('scope_to')}))`;

/** Tokens with a list of what they may do; links to reset a password; sign-in by a provider elsewhere; links that run out. */
export class TokensAndReset1764000000014 extends ForwardOnly {
  name = 'TokensAndReset1764000000014';
  protected readonly statements = [
    `
    -- Somebody asked for a link to reset a password: whoever it is, the request does just this; a job looks who it is.
    CREATE TABLE reset_requests (
      id uuid PRIMARY KEY,
      -- What was typed, encrypted by a key outside the database; deleted with the row once the job has answered.
      login bytea NOT NULL,
      asked_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX reset_requests_by_age ON reset_requests (asked_at);
    -- The newest link of each user: the one that works, until it runs out or users.link_version is raised.
    CREATE TABLE reset_links (
      user_id uuid PRIMARY KEY REFERENCES users (id),
      request_id uuid NOT NULL,
      expires_at timestamptz NOT NULL
    );
    -- Who a user is at the provider they sign in with. By its own id: an e-mail can change hands.
    CREATE TABLE oidc_identities (
      issuer text NOT NULL,
      subject text NOT NULL,
      user_id uuid NOT NULL REFERENCES users (id),
      linked_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (issuer, subject),
      UNIQUE (issuer, user_id)
    );

    -- When the newest welcome link was made: it runs out.
    ALTER TABLE users ADD link_made_at timestamptz NOT NULL DEFAULT now();
    GRANT SELECT (link_made_at) ON users TO ${EVERYBODY_IN_A_GRANT}, ${LENS};
    GRANT INSERT (link_made_at), UPDATE (link_made_at) ON users TO ${STAFF}, ${SYSTEM};

    ALTER TABLE api_tokens
      -- What it may do of what the role allows; null: everything. No program makes tokens with one: the program sees to that.
      ADD permissions text[],
      ADD last_used_from text,
      ADD ended_by uuid,
      ADD CHECK (permissions IS NULL OR NOT permissions && ${NEVER});
    CREATE INDEX api_tokens_by_user ON api_tokens (user_id, id DESC);
    `,
    ...NEW_TABLES.map(guarded),
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ${NEW_TABLES.join(', ')} TO ${GATE};`,
    ...NEW_TABLES.map((table) => policy(table, 'through_the_gate', 'ALL', GATE, 'true')),
    `
    DROP FUNCTION gate.linked_user(uuid);
    DROP FUNCTION gate.token(bytea);
    DROP FUNCTION gate.make_token(uuid, bytea, uuid, uuid, text, timestamptz);

    -- The user a mailed link is for; the program checks the link's version, age and HMAC.
    CREATE FUNCTION gate.linked_user(of_user uuid)
    RETURNS TABLE (user_id uuid, full_name text, login text, path text, link_version integer, link_made_at timestamptz,
                   disabled boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT id, full_name, coalesce(email, phone), path, link_version, u.link_made_at, disabled_at IS NOT NULL
        FROM users u WHERE id = of_user;
    $$;

    -- What a password of theirs must not be made of.
    CREATE FUNCTION gate.words_of(of_user uuid) RETURNS TABLE (name text, email text, phone text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT full_name, u.email, u.phone FROM users u WHERE id = of_user;
    $$;

    -- Seconds to wait for each key: 0 while it has no more requests (this one included) in 15 minutes than it is allowed.
    CREATE FUNCTION gate.request_waits(keys bytea[], allowed integer[]) RETURNS integer[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT array_agg(coalesce(f.wait, 0) ORDER BY k.nth)
        FROM unnest(keys, allowed) WITH ORDINALITY AS k (key, n, nth)
        LEFT JOIN LATERAL (
          SELECT greatest(1, ceil(extract(epoch FROM s.at + interval '15 minutes' - now())))::int AS wait
            FROM sign_in_failures s
           WHERE s.key = k.key AND s.at > now() - interval '15 minutes' ORDER BY s.at DESC OFFSET k.n LIMIT 1) f ON true;
    $$;
    CREATE FUNCTION gate.ask_reset(new_id uuid, sealed bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM reset_requests WHERE asked_at < now() - interval '1 day';
      INSERT INTO reset_requests (id, login) VALUES (new_id, sealed);
    $$;
    CREATE FUNCTION gate.reset_request(of_id uuid) RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT login FROM reset_requests WHERE id = of_id;
    $$;
    CREATE FUNCTION gate.forget_reset_request(of_id uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM reset_requests WHERE id = of_id;
    $$;
    -- The link of this request is the user's newest from now on; no row where there is a newer one.
    CREATE FUNCTION gate.make_reset_link(of_user uuid, of_request uuid, lives interval) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO reset_links (user_id, request_id, expires_at) VALUES (of_user, of_request, now() + lives)
      ON CONFLICT (user_id) DO UPDATE SET request_id = excluded.request_id, expires_at = excluded.expires_at
        WHERE reset_links.request_id <= excluded.request_id
      RETURNING true;
    $$;
    CREATE FUNCTION gate.reset_link(of_user uuid)
    RETURNS TABLE (user_id uuid, full_name text, login text, path text, link_version integer, request_id uuid, live boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT u.id, u.full_name, coalesce(u.email, u.phone), u.path, u.link_version, l.request_id,
             l.expires_at > now() AND u.disabled_at IS NULL
        FROM reset_links l JOIN users u ON u.id = l.user_id WHERE l.user_id = of_user;
    $$;

    -- The user of a token with its grant, as far as the token goes. Where it is used from is kept once a minute at most.
    CREATE FUNCTION gate.token(hash bytea, address text)
    RETURNS TABLE (token_id uuid, user_id uuid, full_name text, language text, held jsonb)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH live AS (
        SELECT k.id, k.user_id, k.grant_id, k.permissions, k.last_used_at, u.full_name, u.language
          FROM api_tokens k JOIN users u ON u.id = k.user_id
         WHERE k.token_hash = hash AND k.ended_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
           AND u.disabled_at IS NULL
      ), touched AS (
        UPDATE api_tokens k SET last_used_at = now(), last_used_from = address FROM live
         WHERE k.id = live.id AND (live.last_used_at IS NULL OR live.last_used_at < now() - interval '1 minute')
      )
      SELECT l.id, l.user_id, l.full_name, l.language,
             to_jsonb(g) || jsonb_build_object('permissions', (
               SELECT coalesce(jsonb_agg(p), '[]') FROM unnest(g.permissions) p
                WHERE l.permissions IS NULL OR p = ANY (l.permissions)))
        FROM live l JOIN LATERAL gate.grants_of(l.user_id) g ON g.grant_id = l.grant_id;
    $$;

    -- For oneself; commands make them for others. True where it was made.
    CREATE FUNCTION gate.make_token(new_id uuid, hash bytea, of_user uuid, of_grant uuid, called text, runs_out timestamptz,
                                    allowed text[])
    RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO api_tokens (id, token_hash, user_id, grant_id, name, expires_at, permissions)
      SELECT new_id, hash, of_user, g.grant_id, called, runs_out, allowed
        FROM gate.grants_of(of_user) g
       WHERE g.grant_id = of_grant
         AND (current_setting('role') = '${SYSTEM}' OR (${isActor('of_user')} AND allowed IS NOT NULL))
      RETURNING true;
    $$;

    -- A user's tokens, newest first: one's own, or of somebody in scope. Never their hashes.
    CREATE FUNCTION gate.tokens_of(of_user uuid, before uuid, most integer)
    RETURNS TABLE (id uuid, name text, permissions text[], role_code text, role_en text, role_hi text, name_en text,
                   name_hi text, created_at timestamptz, expires_at timestamptz, last_used_at timestamptz,
                   last_used_from text, ended_at timestamptz, ended_by text, grant_holds boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT k.id, k.name, k.permissions, r.code, r.name_en, r.name_hi, t.name_en, t.name_hi, k.created_at, k.expires_at,
             k.last_used_at, k.last_used_from, k.ended_at, e.full_name, gate.grant_holds(g)
        FROM api_tokens k
        JOIN users u ON u.id = k.user_id
        JOIN grants g ON g.id = k.grant_id JOIN roles r ON r.code = g.role JOIN territories t ON t.id = g.territory_id
        LEFT JOIN users e ON e.id = k.ended_by
       WHERE k.user_id = of_user AND (before IS NULL OR k.id < before) AND ${OWN_OR_IN_SCOPE}
       ORDER BY k.id DESC LIMIT most;
    $$;

    -- Whose a token is, for who may see it.
    CREATE FUNCTION gate.owner_of_token(of_token uuid) RETURNS TABLE (user_id uuid, path text, ended boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT u.id, u.path, k.ended_at IS NOT NULL FROM api_tokens k JOIN users u ON u.id = k.user_id
       WHERE k.id = of_token AND ${OWN_OR_IN_SCOPE};
    $$;
    CREATE FUNCTION gate.end_token(of_token uuid, by_user uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE api_tokens k SET ended_at = now(), ended_by = by_user FROM users u
       WHERE k.id = of_token AND u.id = k.user_id AND k.ended_at IS NULL AND ${OWN_OR_IN_SCOPE}
      RETURNING true;
    $$;

    CREATE FUNCTION gate.oidc_user(of_issuer text, of_subject text)
    RETURNS TABLE (user_id uuid, full_name text, path text, disabled boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT u.id, u.full_name, u.path, u.disabled_at IS NOT NULL
        FROM oidc_identities o JOIN users u ON u.id = o.user_id
       WHERE o.issuer = of_issuer AND o.subject = of_subject;
    $$;
    -- Links a user by an e-mail that the provider has verified; whoever is linked there already stays as they are.
    CREATE FUNCTION gate.link_oidc(of_issuer text, of_subject text, of_email text)
    RETURNS TABLE (user_id uuid, path text)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH linked AS (
        INSERT INTO oidc_identities (issuer, subject, user_id)
        SELECT of_issuer, of_subject, u.id FROM users u WHERE u.email = of_email AND u.disabled_at IS NULL
        ON CONFLICT DO NOTHING
        RETURNING oidc_identities.user_id
      )
      SELECT u.id, u.path FROM linked JOIN users u ON u.id = linked.user_id;
    $$;
    -- Forgets who a user is at the provider: the next sign-in there links anew. True where there was something.
    CREATE FUNCTION gate.unlink_oidc(of_user uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM oidc_identities o USING users u
       WHERE o.user_id = of_user AND u.id = o.user_id AND ${OWN_OR_IN_SCOPE}
      RETURNING true;
    $$;
    `,
    ...[
      'gate.linked_user(uuid)',
      'gate.words_of(uuid)',
      'gate.reset_link(uuid)',
      'gate.request_waits(bytea[], integer[])',
      'gate.token(bytea, text)',
      'gate.oidc_user(text, text)',
      'gate.link_oidc(text, text, text)',
    ].map((signature) => gateFunction(signature, 'sampark_app')),
    ...[
      'gate.ask_reset(uuid, bytea)',
      'gate.reset_request(uuid)',
      'gate.forget_reset_request(uuid)',
      'gate.make_reset_link(uuid, uuid, interval)',
    ].map((signature) => gateFunction(signature, SYSTEM)),
    ...[
      'gate.make_token(uuid, bytea, uuid, uuid, text, timestamptz, text[])',
      'gate.tokens_of(uuid, uuid, integer)',
      'gate.owner_of_token(uuid)',
      'gate.end_token(uuid, uuid)',
    ].map((signature) => gateFunction(signature, EVERYBODY_IN_A_GRANT)),
    gateFunction('gate.unlink_oidc(uuid)', `${STAFF}, ${SYSTEM}`),
  ];
}
