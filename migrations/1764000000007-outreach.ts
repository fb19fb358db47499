import { ForwardOnly } from './forward-only.js';
import { belowPerson, IN_SCOPE, isActor, MEMBER, policy, STAFF, SYSTEM, gateFunction } from './policies.js';

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
    `,
    belowPerson('assignments'),
    belowPerson('attempts'),
    `
    GRANT INSERT ON attempts TO ${MEMBER};
    ${policy('attempts', 'by_me', 'INSERT', MEMBER, `${IN_SCOPE} AND ${isActor('user_id')}`)}
    -- What happened does not change; only a move of the person touches its path.
    REVOKE UPDATE ON attempts FROM ${STAFF}, ${SYSTEM};
    GRANT UPDATE (path) ON attempts TO ${STAFF}, ${SYSTEM};

    -- A wrong number marks that point dead. A member cannot see the table: this one change, for a person of theirs.
    CREATE FUNCTION gate.mark_dead(of_person uuid, of_kind text, of_value text, reason text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE contact_points c SET dead_at = now(), dead_why = reason
        FROM people p
       WHERE p.id = of_person AND c.person_id = p.id AND c.kind = of_kind AND c.value = of_value AND c.dead_at IS NULL
         AND p.path >= nullif(current_setting('app.scope_from', true), '')
         AND p.path < nullif(current_setting('app.scope_to', true), '')
         AND (current_setting('app.actor', true) = 'system' OR p.assigned_to = nullif(current_setting('app.user_id', true), '')::uuid);
    $$;
    `,
    gateFunction('gate.mark_dead(uuid, text, text, text)', `${MEMBER}, ${STAFF}, ${SYSTEM}`),
  ];
}
