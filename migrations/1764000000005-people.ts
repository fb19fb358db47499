import { ForwardOnly } from './forward-only.js';
import {
  belowPerson,
  GATE,
  gateFunction,
  guarded,
  IN_SCOPE,
  isActor,
  isLinked,
  LENS,
  LINK,
  MEMBER,
  policy,
  scoped,
  STAFF,
  SYSTEM,
} from './policies.js';

/** The register: people, how to reach them, what they agreed to, and who must never be contacted. */
export class People1764000000005 extends ForwardOnly {
  name = 'People1764000000005';
  protected readonly statements = [
    `
    CREATE TABLE people (
      id uuid PRIMARY KEY,
      territory_id uuid NOT NULL REFERENCES territories (id),
      path text COLLATE "C" NOT NULL,
      -- Waits at the lowest territory that is certain, to be placed at a finer one.
      waiting boolean NOT NULL DEFAULT false,
      full_name text NOT NULL,
      name_key text COLLATE "C" NOT NULL,
      language text,
      birth_year smallint,
      birth_year_noted_on date,
      pin text,
      district_lgd integer,
      tehsil_lgd integer,
      team_id uuid REFERENCES teams (id),
      assigned_to uuid REFERENCES users (id),
      assigned_at timestamptz,
      -- The queue: what to do next, and what was done last. Kept by the attempts, never by hand.
      follow_up_on date,
      follow_up_why text,
      last_attempt_at timestamptz,
      last_disposition text,
      last_reached_at timestamptz,
      closed_at timestamptz,
      -- Provenance: import, join_form, walk_in or user; which batch and row; in the words of the source.
      came_by text NOT NULL,
      source text,
      batch_id uuid,
      batch_row integer,
      -- Which batch and row filled a field later: {"language": {"batch": …, "row": …}}.
      filled_by jsonb NOT NULL DEFAULT '{}',
      created_at timestamptz NOT NULL DEFAULT now(),
      created_by uuid,
      erased_at timestamptz
    );
    CREATE INDEX people_by_path ON people (path, id);
    CREATE INDEX people_by_assignee ON people (assigned_to, path, id) WHERE assigned_to IS NOT NULL;
    CREATE INDEX people_unassigned ON people (path, id) WHERE assigned_to IS NULL;
    CREATE INDEX people_waiting ON people (path, pin, id) WHERE waiting;
    CREATE INDEX people_by_name_key ON people (name_key);
    CREATE INDEX people_by_batch ON people (batch_id) WHERE batch_id IS NOT NULL;
    ${scoped('people')}
    GRANT SELECT ON people TO ${MEMBER}, ${LENS}, ${LINK};
    GRANT UPDATE (full_name, name_key, language, follow_up_on, follow_up_why, last_attempt_at, last_disposition,
                  last_reached_at, closed_at) ON people TO ${MEMBER};
    ${policy('people', 'assigned_to_me', 'SELECT', MEMBER, `${isActor('assigned_to')} AND ${IN_SCOPE}`)}
    ${policy('people', 'change_mine', 'UPDATE', MEMBER, `${isActor('assigned_to')} AND ${IN_SCOPE}`)}
    ${policy('people', 'for_the_views', 'SELECT', LENS, IN_SCOPE)}
    ${policy('people', 'of_the_link', 'SELECT', LINK, isLinked('id', 'person_id'))}

    CREATE TABLE person_identities (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      platform text NOT NULL,
      handle text NOT NULL,
      platform_uid text,
      from_at timestamptz NOT NULL DEFAULT now(),
      to_at timestamptz,
      verified_at timestamptz,
      verified_by uuid,
      suppressed_at timestamptz,
      batch_id uuid,
      batch_row integer,
      PRIMARY KEY (person_id, id),
      UNIQUE (person_id, platform, handle)
    );
    -- The value first: a platform alone must never look like a way in, or a stale statistic makes a list scan it per person.
    CREATE INDEX person_identities_by_handle ON person_identities (handle, platform);
    CREATE INDEX person_identities_by_path ON person_identities (path);

    -- One handle, one person, wherever they are: keyed by the identity, so that it shards by it.
    CREATE TABLE identity_claims (
      platform text NOT NULL,
      handle text NOT NULL,
      person_id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      PRIMARY KEY (platform, handle)
    );
    CREATE INDEX identity_claims_by_path ON identity_claims (path);
    CREATE INDEX identity_claims_by_person ON identity_claims (person_id);

    CREATE TABLE contact_points (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      -- phone (E.164) or email (lower case)
      kind text NOT NULL CHECK (kind IN ('phone', 'email')),
      value text NOT NULL,
      preferred boolean NOT NULL DEFAULT false,
      dead_at timestamptz,
      dead_why text,
      suppressed_at timestamptz,
      batch_id uuid,
      batch_row integer,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (person_id, id),
      UNIQUE (person_id, kind, value)
    );
    CREATE INDEX contact_points_by_value ON contact_points (value, kind);
    CREATE INDEX contact_points_by_path ON contact_points (path);

    -- Append-only. purpose: register, contact, invitations, photos. channel: phone, email or a platform's code.
    CREATE TABLE consents (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      purpose text NOT NULL,
      channel text NOT NULL,
      state text NOT NULL CHECK (state IN ('given', 'refused', 'withdrawn', 'expired')),
      -- form, paper, spoken, import, link, mail
      how text NOT NULL,
      notice text,
      language text,
      by_user uuid,
      batch_id uuid,
      batch_row integer,
      at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (person_id, id)
    );
    CREATE INDEX consents_newest ON consents (person_id, purpose, channel, id DESC);
    CREATE INDEX consents_by_path ON consents (path);

    CREATE TABLE person_notes (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      text text NOT NULL,
      by_user uuid,
      batch_id uuid,
      batch_row integer,
      at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (person_id, id)
    );
    CREATE INDEX person_notes_by_path ON person_notes (path);

    -- A different value that never replaced the one we hold, or another person who may be the same one.
    CREATE TABLE person_suggestions (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      field text NOT NULL,
      value text,
      other_id uuid,
      why text NOT NULL,
      batch_id uuid,
      batch_row integer,
      at timestamptz NOT NULL DEFAULT now(),
      settled_at timestamptz,
      settled_by uuid,
      settled_how text,
      PRIMARY KEY (person_id, id)
    );
    CREATE INDEX person_suggestions_by_path ON person_suggestions (path);
    CREATE UNIQUE INDEX person_suggestions_once
      ON person_suggestions (person_id, field, coalesce(value, ''), coalesce(other_id, person_id));
    `,
    ...['person_identities', 'contact_points', 'consents', 'person_notes', 'person_suggestions'].map((table) =>
      belowPerson(table),
    ),
    scoped('identity_claims', `${STAFF}, ${SYSTEM}`),
    `
    -- The ledger and the notes are append-only for everybody.
    REVOKE UPDATE ON consents, person_notes FROM ${STAFF}, ${SYSTEM};
    -- Only a move to another territory touches the path of what is otherwise never changed.
    GRANT UPDATE (path) ON consents, person_notes TO ${STAFF}, ${SYSTEM};

    -- A member writes what happened with a person of theirs.
    GRANT INSERT ON consents, person_notes TO ${MEMBER};
    ${policy('consents', 'by_me', 'INSERT', MEMBER, `${IN_SCOPE} AND ${isActor('by_user')}`)}
    ${policy('person_notes', 'by_me', 'INSERT', MEMBER, `${IN_SCOPE} AND ${isActor('by_user')}`)}
    -- The holder of a link withdraws or gives for the link's person alone, and sees where mail would go.
    GRANT INSERT, SELECT ON consents TO ${LINK};
    GRANT SELECT ON contact_points, person_identities TO ${LINK};
    ${policy('consents', 'by_link', 'INSERT', LINK, isLinked('person_id', 'person_id'))}
    ${policy('consents', 'of_the_link', 'SELECT', LINK, isLinked('person_id', 'person_id'))}
    ${policy('contact_points', 'of_the_link', 'SELECT', LINK, isLinked('person_id', 'person_id'))}
    ${policy('person_identities', 'of_the_link', 'SELECT', LINK, isLinked('person_id', 'person_id'))}

    -- Keyed hashes (the key is outside the database) of what must never be contacted or imported again.
    CREATE TABLE suppressions (
      kind text NOT NULL,
      hash bytea NOT NULL,
      key_name text NOT NULL,
      why text NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (kind, hash)
    );
    ${guarded('suppressions')}
    GRANT SELECT, INSERT ON suppressions TO ${GATE};
    ${policy('suppressions', 'through_the_gate', 'ALL', GATE, 'true')}
    GRANT SELECT, UPDATE ON contact_points, person_identities, people TO ${GATE};
    GRANT SELECT ON identity_claims TO ${GATE};
    ${['contact_points', 'person_identities', 'people', 'identity_claims'].map((table) => policy(table, 'through_the_gate', 'ALL', GATE, 'true')).join('\n')}

    -- Which of these hashes are stopped? Gives their positions (from 1), and nothing else.
    CREATE FUNCTION gate.suppressed(kinds text[], hashes bytea[]) RETURNS SETOF integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT q.n::integer FROM unnest(kinds, hashes) WITH ORDINALITY AS q(kind, hash, n)
        JOIN suppressions s ON s.kind = q.kind AND s.hash = q.hash;
    $$;

    -- Adds to the list, and marks the points and identities of everybody who has this value, in any territory.
    -- kind: phone, email or a platform's code; plain: the value itself, which is not kept here.
    CREATE FUNCTION gate.suppress(of_kind text, plain text, of_hash bytea, key text, reason text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO suppressions (kind, hash, key_name, why) VALUES (of_kind, of_hash, key, reason) ON CONFLICT DO NOTHING;
      UPDATE contact_points SET suppressed_at = now()
       WHERE kind = of_kind AND value = plain AND suppressed_at IS NULL;
      UPDATE person_identities SET suppressed_at = now()
       WHERE (platform = of_kind OR (of_kind = 'phone' AND platform = 'whatsapp')) AND handle = plain AND suppressed_at IS NULL;
    $$;

    -- Which of these identities does somebody outside the caller's scope hold? Positions (from 1), and nothing else.
    CREATE FUNCTION gate.held_elsewhere(platforms text[], handles text[]) RETURNS SETOF integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT q.n::integer FROM unnest(platforms, handles) WITH ORDINALITY AS q(platform, handle, n)
        JOIN identity_claims c ON c.platform = q.platform AND c.handle = q.handle
       WHERE NOT coalesce(c.path >= nullif(current_setting('app.scope_from', true), '')
                      AND c.path < nullif(current_setting('app.scope_to', true), ''), false);
    $$;

    -- May we, for this purpose, by this channel? One row per person in sight; a null barrier means yes, else the reason.
    -- The one rule: a point must be there, not stopped, alive; then the newest entry of the ledger counts. Being a set, it
    -- melts into the query that joins it, and each person costs three look-ups by key. Names are looked up when it runs, so
    -- that a member's search_path leads it to the views of schema own.
    CREATE FUNCTION contact_barriers(for_purpose text, by_channel text) RETURNS TABLE (person_id uuid, barrier text)
    LANGUAGE sql STABLE AS $$
      SELECT p.id,
             CASE coalesce(
                    (SELECT max(CASE WHEN c.suppressed_at IS NOT NULL THEN 1 WHEN c.dead_at IS NOT NULL THEN 2 ELSE 3 END)
                       FROM contact_points c
                      WHERE c.person_id = p.id AND c.kind = by_channel),
                    (SELECT max(CASE WHEN i.suppressed_at IS NOT NULL THEN 1 ELSE 3 END)
                       FROM person_identities i
                      WHERE i.person_id = p.id AND i.platform = by_channel AND i.to_at IS NULL),
                    0)
               WHEN 0 THEN 'no_point'
               WHEN 1 THEN 'suppressed'
               WHEN 2 THEN 'dead_point'
               ELSE nullif(
                      coalesce(
                        (SELECT s.state FROM consents s
                          WHERE s.person_id = p.id AND s.purpose = for_purpose AND s.channel = by_channel
                          ORDER BY s.id DESC LIMIT 1),
                        'no_consent'),
                      'given')
             END
        FROM people p;
    $$;
    -- The same for one person; somebody out of sight cannot be reached.
    CREATE FUNCTION contact_barrier(of_person uuid, for_purpose text, by_channel text) RETURNS text
    LANGUAGE sql STABLE AS $$
      SELECT nullif(coalesce((SELECT coalesce(b.barrier, '') FROM contact_barriers(for_purpose, by_channel) b
                               WHERE b.person_id = of_person), 'no_point'), '');
    $$;
    REVOKE EXECUTE ON FUNCTION contact_barriers(text, text), contact_barrier(uuid, text, text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION contact_barriers(text, text), contact_barrier(uuid, text, text)
      TO ${STAFF}, ${MEMBER}, ${SYSTEM}, ${LINK};
    `,
    gateFunction('gate.suppressed(text[], bytea[])', `${STAFF}, ${SYSTEM}, ${MEMBER}, ${LINK}`),
    gateFunction('gate.suppress(text, text, bytea, text, text)', `${STAFF}, ${SYSTEM}, ${MEMBER}, ${LINK}`),
    gateFunction('gate.held_elsewhere(text[], text[])', `${STAFF}, ${SYSTEM}, ${MEMBER}`),
  ];
}
