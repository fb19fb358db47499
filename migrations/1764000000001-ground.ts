import { ForwardOnly } from './forward-only.js';
import { EVERY_ACTOR, guarded, IN_SCOPE, isActor, policy, STAFF, SYSTEM } from './policies.js';

/** Schemas, and the audit trail. */
export class Ground1764000000001 extends ForwardOnly {
  name = 'Ground1764000000001';
  protected readonly statements = [
    `
    -- gate: narrow functions that see more than their caller. own: what a member sees below a person.
    CREATE SCHEMA gate;
    CREATE SCHEMA own;
    REVOKE ALL ON SCHEMA public, gate, own FROM PUBLIC;
    GRANT USAGE ON SCHEMA public, gate TO ${EVERY_ACTOR}, sampark_app, sampark_gate, sampark_lens;
    GRANT USAGE ON SCHEMA own TO sampark_member, sampark_lens;
    GRANT CREATE ON SCHEMA own, public TO sampark_lens;
    GRANT CREATE ON SCHEMA gate TO sampark_gate;
    -- For /readyz: which migrations ran.
    GRANT SELECT ON migrations TO sampark_app;

    CREATE TABLE audit_entries (
      id uuid PRIMARY KEY,
      at timestamptz NOT NULL,
      actor_kind text NOT NULL,
      actor_name text,
      user_id uuid,
      grant_id uuid,
      role text,
      path text COLLATE "C" NOT NULL,
      action text NOT NULL,
      subject text,
      subject_id uuid,
      people uuid[] NOT NULL DEFAULT '{}',
      facts jsonb,
      request_id text
    );
    CREATE INDEX audit_entries_by_path ON audit_entries (path, id DESC);
    CREATE INDEX audit_entries_by_person ON audit_entries USING gin (people);
    CREATE TABLE audit_values (
      id uuid PRIMARY KEY,
      entry_id uuid NOT NULL,
      salt bytea NOT NULL,
      before jsonb,
      after jsonb
    );
    CREATE INDEX audit_values_by_entry ON audit_values (entry_id);

    -- Append-only: no role of the program has UPDATE or DELETE here.
    ${guarded('audit_entries')}
    ${guarded('audit_values')}
    GRANT INSERT ON audit_entries, audit_values TO ${EVERY_ACTOR};
    GRANT SELECT ON audit_entries TO ${STAFF}, ${SYSTEM};
    `,
    policy('audit_entries', 'write', 'INSERT', EVERY_ACTOR, `actor_kind = current_setting('app.actor', true)`),
    policy(
      'audit_entries',
      'within_territory',
      'SELECT',
      `${STAFF}, ${SYSTEM}`,
      `${IN_SCOPE} OR ${isActor('user_id')}`,
    ),
    policy('audit_values', 'write', 'INSERT', EVERY_ACTOR, 'true'),
  ];
}
