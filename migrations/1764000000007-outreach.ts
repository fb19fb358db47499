import { ForwardOnly } from './forward-only.js';
import { belowPerson, GATE, gateFunction, IN_SCOPE, isActor, LENS, MEMBER, policy, STAFF, SYSTEM } from './policies.js';

/** Inside a gate function: the person lies in the actor's scope; a member's is also assigned to them. */
const WITHIN = `p.path >= nullif(current_setting('app.scope_from', true), '')
           AND p.path < nullif(current_setting('app.scope_to', true), '')
           AND (current_setting('role') IN ('${STAFF}', '${SYSTEM}') OR ${isActor('p.assigned_to')})`;

/** Who looks after whom, and what was tried. */
export class Outreach1764000000007 extends ForwardOnly {
  name = 'Outreach1764000000007';
  protected readonly statements = [
    `
    -- state: given, accepted, returned, closed. Closed ones stay.
    CREATE TABLE assignments (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      team_id uuid NOT NULL REFERENCES teams (id),
      user_id uuid REFERENCES users (id),
      state text NOT NULL,
      why text,
      at timestamptz NOT NULL DEFAULT now(),
      by_user uuid,
      closed_at timestamptz,
      closed_by uuid,
      closed_why text,
      PRIMARY KEY (person_id, id)
    );
    CREATE INDEX assignments_by_path ON assignments (path);
    CREATE INDEX assignments_open ON assignments (user_id) WHERE closed_at IS NULL;
    CREATE UNIQUE INDEX assignments_one_open ON assignments (person_id) WHERE closed_at IS NULL;

    -- id is made by the device: sent twice, it is one attempt.
    CREATE TABLE attempts (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      user_id uuid NOT NULL REFERENCES users (id),
      channel text NOT NULL,
      disposition text NOT NULL,
      note text,
      follow_up_on date,
      event_id uuid,
      device_at timestamptz,
      server_at timestamptz NOT NULL DEFAULT now(),
      -- Where it happened: this never moves with the person.
      territory_id uuid NOT NULL,
      at_path text COLLATE "C" NOT NULL,
      -- Logged although the ledger said no: accepted, and marked.
      against text,
      PRIMARY KEY (person_id, id)
    );
    CREATE INDEX attempts_by_path ON attempts (path);
    CREATE INDEX attempts_by_place ON attempts (at_path, server_at);
    CREATE INDEX attempts_by_user ON attempts (user_id, server_at);
    CREATE INDEX attempts_newest ON attempts (server_at DESC, id DESC);

    -- The order of a member's queue: follow-ups by their day, then who was never contacted, then whose contact is longest
    -- ago. One scan from its start gives the next person.
    CREATE INDEX people_next ON people (assigned_to, follow_up_on, last_attempt_at NULLS FIRST, id) WHERE closed_at IS NULL;
    `,
    belowPerson('assignments'),
    belowPerson('attempts'),
    `
    GRANT INSERT ON attempts TO ${MEMBER};
    ${policy('attempts', 'by_me', 'INSERT', MEMBER, `${IN_SCOPE} AND ${isActor('user_id')}`)}
    -- What happened does not change; only a move of the person touches its path.
    REVOKE UPDATE ON attempts FROM ${STAFF}, ${SYSTEM};
    GRANT UPDATE (path) ON attempts TO ${STAFF}, ${SYSTEM};

    -- A wrong number marks that point dead, and ends the identity it stands for (WhatsApp's is the phone's number). A
    -- member cannot see the tables: this one change, for a person of theirs.
    -- of_kind: phone, email or a platform's code.
    CREATE FUNCTION gate.mark_dead(of_person uuid, of_kind text, of_value text, reason text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE contact_points c SET dead_at = now(), dead_why = reason
        FROM people p
       WHERE p.id = of_person AND c.person_id = p.id AND c.value = of_value AND c.dead_at IS NULL
         AND c.kind = CASE of_kind WHEN 'whatsapp' THEN 'phone' ELSE of_kind END
         AND ${WITHIN};
      UPDATE person_identities i SET to_at = now()
        FROM people p
       WHERE p.id = of_person AND i.person_id = p.id AND i.handle = of_value AND i.to_at IS NULL
         AND i.platform = CASE of_kind WHEN 'phone' THEN 'whatsapp' ELSE of_kind END
         AND ${WITHIN};
    $$;

    -- Who of a team can be given people: filled posts but the operator's, users that may sign in. A user's own row may lie
    -- in another territory than the team, hence a view of the lens.
    CREATE VIEW team_hands AS
      SELECT m.team_id, m.user_id, m.path
        FROM memberships m
        JOIN posts o ON o.id = m.post_id AND o.kind IN ('convenor', 'co_convenor', 'member')
        JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
       WHERE m.to_at IS NULL;
    ALTER VIEW team_hands OWNER TO ${LENS};
    GRANT SELECT ON team_hands TO ${STAFF}, ${SYSTEM};

    GRANT SELECT, UPDATE ON assignments TO ${GATE};
    ${policy('assignments', 'answers_through_the_gate', 'ALL', GATE, 'true')}
    -- A member accepts a person given to them, or gives them back. True where there was such a one.
    CREATE FUNCTION gate.accept_assignment(of_person uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE assignments a SET state = 'accepted'
        FROM people p
       WHERE a.person_id = of_person AND p.id = of_person AND a.closed_at IS NULL AND ${isActor('a.user_id')} AND ${isActor('p.assigned_to')} AND ${WITHIN}
      RETURNING true;
    $$;
    CREATE FUNCTION gate.return_assignment(of_person uuid, reason text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE assignments a SET state = 'returned', closed_at = now(), closed_by = a.user_id, closed_why = reason
        FROM people p
       WHERE a.person_id = of_person AND p.id = of_person AND a.closed_at IS NULL AND ${isActor('a.user_id')} AND ${isActor('p.assigned_to')} AND ${WITHIN};
      UPDATE people p SET assigned_to = NULL, assigned_at = NULL, team_id = NULL
       WHERE p.id = of_person AND ${isActor('p.assigned_to')} AND ${WITHIN}
      RETURNING true;
    $$;

    GRANT SELECT ON attempts TO ${GATE};
    ${policy('attempts', 'own_through_the_gate', 'SELECT', GATE, isActor('user_id'))}
    -- What the caller themselves sent before under this id: somebody who asked to stop is out of a member's sight by the
    -- time a bad connection makes the phone send it again.
    CREATE FUNCTION gate.my_attempt(of_person uuid, of_id uuid) RETURNS SETOF attempts
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT * FROM attempts a WHERE a.person_id = of_person AND a.id = of_id AND ${isActor('a.user_id')};
    $$;
    `,
    gateFunction('gate.my_attempt(uuid, uuid)', `${MEMBER}, ${STAFF}, ${SYSTEM}`),
    gateFunction('gate.mark_dead(uuid, text, text, text)', `${MEMBER}, ${STAFF}, ${SYSTEM}`),
    gateFunction('gate.accept_assignment(uuid)', `${MEMBER}, ${STAFF}`),
    gateFunction('gate.return_assignment(uuid, text)', `${MEMBER}, ${STAFF}`),
  ];
}
