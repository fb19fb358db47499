import { ForwardOnly } from './forward-only.js';
import { guarded, IN_SCOPE, isActor, LENS, MEMBER, policy, STAFF, SYSTEM } from './policies.js';

/** IT teams, their posts, and who held a post from when to when. */
export class Teams1764000000004 extends ForwardOnly {
  name = 'Teams1764000000004';
  protected readonly statements = [
    `
    CREATE TABLE teams (
      id uuid PRIMARY KEY,
      territory_id uuid NOT NULL UNIQUE REFERENCES territories (id),
      path text COLLATE "C" NOT NULL,
      sanctioned_strength integer NOT NULL CHECK (sanctioned_strength BETWEEN 1 AND 200),
      opened_at timestamptz NOT NULL DEFAULT now(),
      opened_by uuid,
      closed_at timestamptz
    );
    CREATE INDEX teams_by_path ON teams (path, id);
    -- kind: convenor, co_convenor, member, it_centre_operator.
    CREATE TABLE posts (
      id uuid PRIMARY KEY,
      team_id uuid NOT NULL REFERENCES teams (id),
      path text COLLATE "C" NOT NULL,
      kind text NOT NULL,
      seat integer NOT NULL,
      UNIQUE (team_id, seat)
    );
    -- Never deleted: an ended one says who, when and why.
    CREATE TABLE memberships (
      id uuid PRIMARY KEY,
      post_id uuid NOT NULL REFERENCES posts (id),
      team_id uuid NOT NULL REFERENCES teams (id),
      user_id uuid NOT NULL REFERENCES users (id),
      path text COLLATE "C" NOT NULL,
      from_at timestamptz NOT NULL DEFAULT now(),
      to_at timestamptz,
      filled_by uuid,
      -- Given with the post, and ended with it; null where the user held that role already.
      grant_id uuid REFERENCES grants (id),
      ended_by uuid,
      end_reason text
    );
    CREATE UNIQUE INDEX memberships_one_per_post ON memberships (post_id) WHERE to_at IS NULL;
    CREATE UNIQUE INDEX memberships_one_per_user ON memberships (team_id, user_id) WHERE to_at IS NULL;
    CREATE INDEX memberships_by_user ON memberships (user_id);
    `,
    ...['teams', 'posts', 'memberships'].flatMap((table) => [
      guarded(table),
      `GRANT SELECT, INSERT, UPDATE ON ${table} TO ${STAFF}, ${SYSTEM}; GRANT SELECT ON ${table} TO ${MEMBER}, ${LENS};`,
      policy(table, 'within_territory', 'ALL', `${STAFF}, ${SYSTEM}`, IN_SCOPE),
      policy(table, 'own_territory', 'SELECT', `${MEMBER}, ${LENS}`, IN_SCOPE),
    ]),
    policy('memberships', 'own', 'SELECT', MEMBER, isActor('user_id')),
  ];
}
