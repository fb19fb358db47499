import { guarded, policy, setting, STAFF, SYSTEM } from './policies.js';

const VAULT = 'sampark_vault';
const TABLES = ['entries', 'openings', 'approvals'];

/** The caller keeps the vault by a role that holds now, and the entry's territory lies in their scope. */
const KEEPS = `current_setting('role') = '${STAFF}'
         AND EXISTS (SELECT FROM gate.grants_of(${setting('user_id')}::uuid) g WHERE 'privacy.vault' = ANY (g.permissions)
                        AND t.path >= g.path AND t.path < g.path || '~')
         AND t.path >= ${setting('scope_from')} AND t.path < ${setting('scope_to')}`;

const inVault = (signature: string, callers: string) =>
  `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC;
   ALTER FUNCTION ${signature} OWNER TO ${VAULT};
   GRANT EXECUTE ON FUNCTION ${signature} TO ${callers};`;

/**
 * What law makes us keep of the erased, sealed by a key outside the database. Nobody of the program reads its tables: a role
 * of its own does, in these functions. Part of migration 25.
 */
export const vault = [
  `
  CREATE SCHEMA vault;
  GRANT USAGE ON SCHEMA vault TO ${STAFF}, ${SYSTEM}, sampark_app, ${VAULT};
  GRANT CREATE ON SCHEMA vault TO ${VAULT};
  GRANT USAGE ON SCHEMA public, gate TO ${VAULT};
  GRANT EXECUTE ON FUNCTION gate.grants_of(uuid) TO ${VAULT};
  GRANT SELECT ON territories, user_names TO ${VAULT};
  ${policy('territories', 'read_by_the_vault', 'SELECT', VAULT, 'true')}

  -- person: the opaque id of whoever was erased. rule: of the jurisdiction's list, see vault-rules.ts.
  CREATE TABLE vault.entries (
    id uuid PRIMARY KEY,
    person uuid NOT NULL,
    territory_id uuid NOT NULL REFERENCES territories (id),
    jurisdiction text NOT NULL,
    rule text NOT NULL,
    key_name text NOT NULL,
    sealed bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now(),
    purge_on date NOT NULL,
    UNIQUE (person, rule)
  );
  CREATE INDEX entries_by_purge ON vault.entries (purge_on);
  -- Somebody asks to open an entry; with two people's reasons it can be opened, once, for an hour, by one of them.
  CREATE TABLE vault.openings (
    id uuid PRIMARY KEY,
    entry_id uuid NOT NULL REFERENCES vault.entries (id) ON DELETE CASCADE,
    asked_at timestamptz NOT NULL DEFAULT now(),
    opened_at timestamptz,
    opened_by uuid
  );
  CREATE INDEX openings_by_entry ON vault.openings (entry_id, id);
  CREATE TABLE vault.approvals (
    opening_id uuid NOT NULL REFERENCES vault.openings (id) ON DELETE CASCADE,
    user_id uuid NOT NULL,
    why text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (opening_id, user_id)
  );
  ${TABLES.map((table) => `${guarded(`vault.${table}`)} GRANT SELECT, INSERT, UPDATE, DELETE ON vault.${table} TO ${VAULT}; ${policy(`vault.${table}`, 'the_vault', 'ALL', VAULT, 'true')}`).join('\n')}

  -- For jobs alone. Sealed twice it is one entry.
  CREATE FUNCTION vault.seal(new_id uuid, of_person uuid, at_territory uuid, by_jurisdiction text, by_rule text, key text, content bytea, until date)
  RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = vault, pg_temp AS $$
    INSERT INTO vault.entries (id, person, territory_id, jurisdiction, rule, key_name, sealed, purge_on)
    SELECT new_id, of_person, at_territory, by_jurisdiction, by_rule, key, content, until WHERE current_setting('role') = '${SYSTEM}'
    ON CONFLICT (person, rule) DO NOTHING;
  $$;
  CREATE FUNCTION vault.purge(on_day date) RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = vault, pg_temp AS $$
    WITH gone AS (DELETE FROM vault.entries WHERE purge_on <= on_day AND current_setting('role') = '${SYSTEM}' RETURNING 1)
    SELECT count(*)::integer FROM gone;
  $$;
  -- The names of the keys that entries are sealed with: none of them can be done without.
  CREATE FUNCTION vault.keys_in_use() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = vault, pg_temp AS $$
    SELECT DISTINCT key_name FROM vault.entries;
  $$;

  -- What there is, without what is in it; from one on, newest first.
  CREATE FUNCTION vault.list(below uuid, most integer)
  RETURNS TABLE (id uuid, person uuid, name_en text, name_hi text, jurisdiction text, rule text, sealed_at timestamptz, purge_on date)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = vault, public, pg_temp AS $$
    SELECT e.id, e.person, t.name_en, t.name_hi, e.jurisdiction, e.rule, e.sealed_at, e.purge_on
      FROM vault.entries e JOIN territories t ON t.id = e.territory_id
     WHERE (below IS NULL OR e.id < below) AND ${KEEPS} ORDER BY e.id DESC LIMIT most;
  $$;
  CREATE FUNCTION vault.entry(of_id uuid)
  RETURNS TABLE (id uuid, person uuid, path text, name_en text, name_hi text, jurisdiction text, rule text, sealed_at timestamptz,
                 purge_on date, openings jsonb)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = vault, public, pg_temp AS $$
    SELECT e.id, e.person, t.path, t.name_en, t.name_hi, e.jurisdiction, e.rule, e.sealed_at, e.purge_on,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'askedAt', o.asked_at, 'openedAt', o.opened_at, 'openedBy', o.opened_by,
                     'approvals', (SELECT coalesce(jsonb_agg(jsonb_build_object('userId', a.user_id, 'name', u.full_name, 'why', a.why, 'at', a.at) ORDER BY a.at), '[]')
                                     FROM vault.approvals a LEFT JOIN user_names u ON u.id = a.user_id WHERE a.opening_id = o.id)) ORDER BY o.id DESC), '[]')
              FROM vault.openings o WHERE o.entry_id = e.id)
      FROM vault.entries e JOIN territories t ON t.id = e.territory_id WHERE e.id = of_id AND ${KEEPS};
  $$;
  -- Asks to open an entry, with one's own reason; whoever asks approves. Null: no such entry, or one is asked for already.
  CREATE FUNCTION vault.ask(new_id uuid, of_entry uuid, because text) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = vault, public, pg_temp AS $$
    WITH asked AS (
      INSERT INTO vault.openings (id, entry_id)
      SELECT new_id, e.id FROM vault.entries e JOIN territories t ON t.id = e.territory_id
       WHERE e.id = of_entry AND ${KEEPS}
         AND NOT EXISTS (SELECT FROM vault.openings o WHERE o.entry_id = e.id AND o.opened_at IS NULL AND o.asked_at > now() - interval '7 days')
      RETURNING id)
    INSERT INTO vault.approvals (opening_id, user_id, why) SELECT id, ${setting('user_id')}::uuid, because FROM asked RETURNING true;
  $$;
  -- Somebody else's approval. Null: nothing is asked, or it is one's own.
  CREATE FUNCTION vault.approve(of_opening uuid, because text) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = vault, public, pg_temp AS $$
    INSERT INTO vault.approvals (opening_id, user_id, why)
    SELECT o.id, ${setting('user_id')}::uuid, because
      FROM vault.openings o JOIN vault.entries e ON e.id = o.entry_id JOIN territories t ON t.id = e.territory_id
     WHERE o.id = of_opening AND o.opened_at IS NULL AND o.asked_at > now() - interval '7 days' AND ${KEEPS}
    ON CONFLICT DO NOTHING RETURNING true;
  $$;
  -- Opens it, once: the hour begins. Only for one of the two who approved. Null: not yet, no longer, or not theirs.
  CREATE FUNCTION vault.open(of_opening uuid) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = vault, public, pg_temp AS $$
    UPDATE vault.openings o SET opened_at = now(), opened_by = ${setting('user_id')}::uuid
      FROM vault.entries e JOIN territories t ON t.id = e.territory_id
     WHERE o.id = of_opening AND e.id = o.entry_id AND o.opened_at IS NULL AND o.asked_at > now() - interval '7 days' AND ${KEEPS}
       AND (SELECT count(*) FROM vault.approvals a WHERE a.opening_id = o.id) >= 2
       AND EXISTS (SELECT FROM vault.approvals a WHERE a.opening_id = o.id AND a.user_id = ${setting('user_id')}::uuid)
    RETURNING true;
  $$;
  -- What is in it, for who opened it, while its hour lasts.
  CREATE FUNCTION vault.content(of_opening uuid)
  RETURNS TABLE (entry_id uuid, person uuid, path text, key_name text, sealed bytea, closes_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = vault, public, pg_temp AS $$
    SELECT e.id, e.person, t.path, e.key_name, e.sealed, o.opened_at + interval '1 hour'
      FROM vault.openings o JOIN vault.entries e ON e.id = o.entry_id JOIN territories t ON t.id = e.territory_id
     WHERE o.id = of_opening AND o.opened_by = ${setting('user_id')}::uuid AND o.opened_at > now() - interval '1 hour' AND ${KEEPS};
  $$;
  `,
  inVault('vault.seal(uuid, uuid, uuid, text, text, text, bytea, date)', SYSTEM),
  inVault('vault.purge(date)', SYSTEM),
  inVault('vault.keys_in_use()', 'sampark_app'),
  ...[
    'vault.list(uuid, integer)',
    'vault.entry(uuid)',
    'vault.ask(uuid, uuid, text)',
    'vault.approve(uuid, text)',
    'vault.open(uuid)',
    'vault.content(uuid)',
  ].map((signature) => inVault(signature, STAFF)),
  `REVOKE CREATE ON SCHEMA vault FROM ${VAULT};`,
];
