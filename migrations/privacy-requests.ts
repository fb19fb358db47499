import { GATE, gateFunction, isLinked, LINK, policy, scoped, SYSTEM } from './policies.js';

/** What people ask of us about their data: by when it has to be answered, what was done, and by whom. */
export const PRIVACY_REQUESTS = [
  `
  CREATE TABLE privacy_requests (
    id uuid PRIMARY KEY,
    territory_id uuid NOT NULL REFERENCES territories (id),
    path text COLLATE "C" NOT NULL,
    -- Null: nobody of the register, as far as we know, or not any more.
    person_id uuid REFERENCES people (id) ON DELETE SET NULL,
    kind text NOT NULL CHECK (kind = ANY (ARRAY['access', 'correction', 'erasure', 'objection', 'grievance'])),
    came_how text NOT NULL CHECK (came_how = ANY (ARRAY['mail', 'phone', 'letter', 'own_data', 'member'])),
    state text NOT NULL DEFAULT 'received' CHECK (state = ANY (ARRAY['received', 'acknowledged', 'answered', 'refused', 'withdrawn'])),
    language text NOT NULL,
    -- As they call themselves, and where the answer goes.
    name text NOT NULL,
    mail text,
    details text NOT NULL,
    received_on date NOT NULL,
    due_on date NOT NULL,
    extended_at timestamptz,
    -- How we know that it is them.
    checked_how text,
    checked_at timestamptz,
    checked_by uuid,
    opened_at timestamptz NOT NULL DEFAULT now(),
    opened_by uuid,
    closed_at timestamptz
  );
  CREATE INDEX privacy_requests_by_due ON privacy_requests (due_on, id) WHERE closed_at IS NULL;
  CREATE INDEX privacy_requests_by_closed ON privacy_requests (closed_at, id) WHERE closed_at IS NOT NULL;
  CREATE INDEX privacy_requests_by_person ON privacy_requests (person_id);
  CREATE INDEX privacy_requests_by_path ON privacy_requests (path);

  -- What was done about it, never changed. what: checked, note, or the letter: acknowledgement, answer, extension, refusal; withdrawn.
  CREATE TABLE privacy_request_entries (
    id uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES privacy_requests (id) ON DELETE CASCADE,
    path text COLLATE "C" NOT NULL,
    what text NOT NULL,
    text text NOT NULL,
    -- Of a letter: mail, print or spoken.
    sent_how text,
    sent_at timestamptz,
    at timestamptz NOT NULL DEFAULT now(),
    by_user uuid
  );
  CREATE INDEX privacy_request_entries_by_request ON privacy_request_entries (request_id, id);
  CREATE INDEX privacy_request_entries_by_path ON privacy_request_entries (path);
  `,
  scoped('privacy_requests'),
  scoped('privacy_request_entries'),
  `
  -- Whoever holds the link to their own data asks for themselves, and for nobody else.
  GRANT INSERT ON privacy_requests TO ${LINK};
  ${policy('privacy_requests', 'by_link', 'INSERT', LINK, isLinked('person_id', 'person_id'))}

  -- Whoever is erased takes their requests along; that there was one, and what became of it, stays in the trail.
  GRANT SELECT, DELETE ON privacy_requests TO ${GATE};
  ${policy('privacy_requests', 'erased_through_the_gate', 'ALL', GATE, 'true')}

  -- Whom to remind: who holds one of the roles at or above a place.
  CREATE FUNCTION gate.request_readers(of_path text, roles text[]) RETURNS TABLE (user_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT u.id
      FROM grants g JOIN users u ON u.id = g.user_id AND u.disabled_at IS NULL AND u.email IS NOT NULL
     WHERE of_path >= g.path AND of_path < g.path || '~' AND g.role = ANY (roles) AND gate.grant_holds(g);
  $$;

  UPDATE roles SET permissions = array_append(permissions, 'privacy.requests')
   WHERE code IN ('state_admin', 'data_protection_officer') AND NOT 'privacy.requests' = ANY (permissions);
  `,
  gateFunction('gate.request_readers(text, text[])', SYSTEM),
];
