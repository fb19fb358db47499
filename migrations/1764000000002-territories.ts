import { ForwardOnly } from './forward-only.js';
import { EVERY_ACTOR, GATE, guarded, IN_SCOPE, policy, readable, STAFF, SYSTEM } from './policies.js';

/** The tree of territories, the state's own divisions, and which of these a territory covers. */
export class Territories1764000000002 extends ForwardOnly {
  name = 'Territories1764000000002';
  protected readonly statements = [
    `
    CREATE TABLE territories (
      id uuid PRIMARY KEY,
      parent_id uuid REFERENCES territories (id),
      path text COLLATE "C" NOT NULL UNIQUE,
      code text NOT NULL UNIQUE,
      level text NOT NULL,
      kind text,
      name_en text NOT NULL,
      name_hi text NOT NULL,
      lgd_code integer,
      -- Keys of children are counted, never reused: a path once given means one territory for ever.
      children_made integer NOT NULL DEFAULT 0,
      from_on date NOT NULL DEFAULT current_date,
      to_on date,
      CHECK (octet_length(path) < 40)
    );
    CREATE INDEX territories_by_parent ON territories (parent_id);
    CREATE INDEX territories_by_name_en ON territories (name_en, id);
    CREATE INDEX territories_by_name_hi ON territories (name_hi, id);
    -- Where a territory stood, and what it was called, at any time (past figures use the tree of their date).
    CREATE TABLE territory_spans (
      territory_id uuid NOT NULL REFERENCES territories (id),
      from_at timestamptz NOT NULL DEFAULT now(),
      to_at timestamptz,
      parent_id uuid,
      path text COLLATE "C" NOT NULL,
      name_en text NOT NULL,
      name_hi text NOT NULL,
      PRIMARY KEY (territory_id, from_at)
    );
    CREATE UNIQUE INDEX territory_spans_in_force ON territory_spans (territory_id) WHERE to_at IS NULL;
    CREATE TABLE revenue_districts (
      lgd_code integer PRIMARY KEY, name_en text NOT NULL, name_hi text NOT NULL, population integer);
    CREATE TABLE tehsils (
      lgd_code integer PRIMARY KEY, name_en text NOT NULL, name_hi text NOT NULL, district_lgd integer NOT NULL);
    CREATE TABLE pins (
      pin text NOT NULL, district_lgd integer NOT NULL, tehsil_lgd integer, is_primary boolean NOT NULL,
      PRIMARY KEY (pin, district_lgd));
    CREATE TABLE district_aliases (alias text PRIMARY KEY, lgd_code integer NOT NULL);
    -- kind: revenue_district, tehsil, block, urban_body (value: LGD code) or pin.
    CREATE TABLE coverage (
      id uuid PRIMARY KEY,
      territory_id uuid NOT NULL REFERENCES territories (id),
      path text COLLATE "C" NOT NULL,
      kind text NOT NULL,
      value text NOT NULL,
      UNIQUE (territory_id, kind, value)
    );
    CREATE INDEX coverage_by_value ON coverage (kind, value);
    CREATE INDEX coverage_by_path ON coverage (path, id);
    `,
    ...['territories', 'territory_spans', 'coverage', 'revenue_districts', 'tehsils', 'pins', 'district_aliases'].map(
      readable,
    ),
    ...['territories', 'territory_spans', 'coverage'].flatMap((table) => [
      guarded(table),
      policy(
        table,
        'everybody_reads',
        'SELECT',
        `${EVERY_ACTOR}, sampark_app, sampark_lens, sampark_owner, ${GATE}`,
        'true',
      ),
      policy(table, 'within_territory', 'INSERT', `${STAFF}, ${SYSTEM}`, IN_SCOPE),
      policy(table, 'changes_within_territory', 'UPDATE', `${STAFF}, ${SYSTEM}`, IN_SCOPE),
      `GRANT INSERT, UPDATE ON ${table} TO ${STAFF}, ${SYSTEM};`,
    ]),
    // `migrate` makes the root, before anybody has a scope.
    policy('territories', 'the_root', 'INSERT', 'sampark_owner', 'parent_id IS NULL'),
    policy('territory_spans', 'the_root', 'INSERT', 'sampark_owner', 'parent_id IS NULL'),
    policy('coverage', 'removal_within_territory', 'DELETE', `${STAFF}, ${SYSTEM}`, IN_SCOPE),
    `GRANT DELETE ON coverage TO ${STAFF}, ${SYSTEM};`,
    `GRANT INSERT, UPDATE ON revenue_districts, tehsils, pins, district_aliases TO ${SYSTEM};`,
  ];
}
