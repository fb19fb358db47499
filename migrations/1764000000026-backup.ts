import { ForwardOnly } from './forward-only.js';
import { PRIVACY_REQUESTS } from './privacy-requests.js';
import { GATE, gateFunction, guarded, LINK, MEMBER, policy, STAFF, SYSTEM } from './policies.js';

const IS_SYSTEM = `current_setting('app.actor', true) = 'system'`;

/** The keys of the suppression list, what a restored backup must erase again, and what people ask of us about their data. */
export class Backup1764000000026 extends ForwardOnly {
  name = 'Backup1764000000026';
  protected readonly statements = [
    `
    INSERT INTO installation (key, value) VALUES ('id', gen_random_uuid()::text) ON CONFLICT DO NOTHING;

    -- The names of the keys, and of each what only its secret gives: another secret under the name is noticed.
    CREATE TABLE suppression_keys (
      name text PRIMARY KEY,
      check_value bytea,
      first_used_at timestamptz NOT NULL DEFAULT now()
    );
    ALTER TABLE suppressions NO FORCE ROW LEVEL SECURITY;
    INSERT INTO suppression_keys (name, first_used_at) SELECT key_name, min(at) FROM suppressions GROUP BY key_name;
    CREATE INDEX suppressions_by_key ON suppressions (key_name);
    CREATE INDEX suppressions_unlogged ON suppressions (at) WHERE logged_at IS NULL;
    ALTER TABLE suppressions FORCE ROW LEVEL SECURITY;
    ${guarded('suppression_keys')}
    GRANT SELECT, INSERT, UPDATE, DELETE ON suppression_keys TO ${GATE};
    ${policy('suppression_keys', 'through_the_gate', 'ALL', GATE, 'true')}
    GRANT UPDATE, DELETE ON suppressions TO ${GATE};

    CREATE FUNCTION gate.suppression_keys()
    RETURNS TABLE (name text, check_value bytea, entries bigint, first_used_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT k.name, k.check_value, (SELECT count(*) FROM suppressions s WHERE s.key_name = k.name), k.first_used_at
        FROM suppression_keys k ORDER BY k.first_used_at, k.name;
    $$;

    -- Notes a key. Gives the check value that stands there: the first one ever told.
    CREATE FUNCTION gate.use_suppression_key(of_name text, of_check bytea) RETURNS bytea
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO suppression_keys AS k (name, check_value) VALUES (of_name, of_check)
      ON CONFLICT (name) DO UPDATE SET check_value = coalesce(k.check_value, excluded.check_value)
      RETURNING k.check_value;
    $$;

    -- Forgets a key that nothing hangs on. False: something does, or nobody knows it.
    CREATE FUNCTION gate.forget_suppression_key(of_name text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH gone AS (
        DELETE FROM suppression_keys k WHERE k.name = of_name
           AND NOT EXISTS (SELECT FROM suppressions s WHERE s.key_name = k.name) RETURNING 1
      ) SELECT EXISTS (SELECT FROM gone);
    $$;

    -- Entries found by an older key go on under the newest, with their reason and their first date. Of two at once one
    -- finds nothing left to take; nobody ever sees neither. Gives how many it took.
    CREATE FUNCTION gate.rekey_suppressions(kinds text[], olds bytea[], news bytea[], key text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH gone AS (
        DELETE FROM suppressions s USING unnest(kinds, olds, news) AS q(kind, old, new)
         WHERE s.kind = q.kind AND s.hash = q.old AND q.old <> q.new
        RETURNING s.kind, q.new AS hash, s.why, s.at, s.lasting, s.only_named
      ), kept AS (
        INSERT INTO suppressions AS s (kind, hash, key_name, why, at, lasting, only_named)
        SELECT DISTINCT ON (kind, hash) kind, hash, key, why, at, bool_or(lasting) OVER same, bool_and(only_named) OVER same
          FROM gone WINDOW same AS (PARTITION BY kind, hash) ORDER BY kind, hash, at
        ON CONFLICT (kind, hash) DO UPDATE
          SET why = CASE WHEN excluded.at < s.at THEN excluded.why ELSE s.why END, at = least(s.at, excluded.at),
              lasting = s.lasting OR excluded.lasting, only_named = s.only_named AND excluded.only_named
      ) SELECT count(*)::int FROM gone;
    $$;

    -- Which of the staged phones, mails and handles of these rows are stopped? Found by an older key, they are re-keyed.
    DROP FUNCTION gate.staged_suppressed(uuid, integer, integer);
    CREATE FUNCTION gate.staged_suppressed(of_batch uuid, above integer, upto integer, newest text)
    RETURNS TABLE (row_no integer, kind text, value text, proof text, only_named boolean, erased boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      BEGIN
        PERFORM gate.rekey_suppressions(array_agg(k.kind), array_agg(o.hash), array_agg(k.hash), newest)
           FROM import_keys k CROSS JOIN LATERAL unnest(k.older) AS o(hash)
          CROSS JOIN LATERAL (SELECT 1 FROM suppressions s WHERE s.kind = k.kind AND s.hash = o.hash LIMIT 1) s
          WHERE k.batch_id = of_batch AND k.row_no > above AND k.row_no <= upto AND k.older IS NOT NULL
         HAVING count(*) > 0;
        RETURN QUERY
          SELECT k.row_no, k.kind, k.value, k.proof, s.only_named, s.why = 'erased' FROM import_keys k
           CROSS JOIN LATERAL (SELECT s.only_named, s.why FROM suppressions s WHERE s.kind = k.kind AND s.hash = k.hash LIMIT 1) s
           WHERE k.batch_id = of_batch AND k.row_no > above AND k.row_no <= upto;
      END $$;

    -- The keys its rows were hashed by, newest first: by others they say nothing, and the file is read again.
    ALTER TABLE import_batches ADD hashed_by text;
    `,
    gateFunction('gate.suppression_keys()', 'sampark_app'),
    gateFunction('gate.use_suppression_key(text, bytea)', 'sampark_app'),
    gateFunction('gate.forget_suppression_key(text)', 'sampark_app'),
    gateFunction('gate.rekey_suppressions(text[], bytea[], bytea[], text)', `${STAFF}, ${SYSTEM}, ${MEMBER}, ${LINK}`),
    gateFunction('gate.staged_suppressed(uuid, integer, integer, text)', `${STAFF}, ${SYSTEM}`),
    `
    -- What waits to be written to the erasure log. Keyed hashes, and nothing else about anybody.
    CREATE TABLE erasure_log_pending (
      id uuid PRIMARY KEY,
      kind text NOT NULL,
      hash bytea NOT NULL,
      key_name text NOT NULL,
      at timestamptz NOT NULL DEFAULT now()
    );
    -- Where that log ends, as far as the database knows: a file that ends before was shortened.
    CREATE TABLE erasure_log_head (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      seq bigint NOT NULL DEFAULT 0,
      mac bytea,
      at timestamptz NOT NULL DEFAULT now()
    );
    INSERT INTO erasure_log_head DEFAULT VALUES;
    ${guarded('erasure_log_pending')}
    ${guarded('erasure_log_head')}
    GRANT SELECT, INSERT, DELETE ON erasure_log_pending TO ${SYSTEM};
    GRANT INSERT ON erasure_log_pending TO ${GATE};
    GRANT SELECT ON installation TO ${GATE};
    GRANT SELECT, UPDATE ON erasure_log_head TO ${SYSTEM};
    ${policy('erasure_log_pending', 'the_system', 'ALL', SYSTEM, IS_SYSTEM)}
    ${policy('erasure_log_pending', 'through_the_gate', 'INSERT', GATE, 'true')}
    ${policy('erasure_log_head', 'the_system', 'ALL', SYSTEM, IS_SYSTEM)}

    -- The log is of one installation, and so says its id.
    CREATE FUNCTION gate.installation_id() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT value FROM installation WHERE key = 'id';
    $$;

    CREATE FUNCTION gate.note_erasures(ids uuid[], kinds text[], hashes bytea[], key_names text[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO erasure_log_pending (id, kind, hash, key_name)
      SELECT * FROM unnest(ids, kinds, hashes, key_names) ON CONFLICT DO NOTHING;
    $$;

    -- Takes some of the suppressions that the log doesn't have; given back where the unit of work fails.
    CREATE FUNCTION gate.take_unlogged_suppressions(most integer)
    RETURNS TABLE (kind text, hash bytea, key_name text, why text, named boolean, at timestamptz)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE suppressions s SET logged_at = now()
        FROM (SELECT u.kind, u.hash FROM suppressions u WHERE u.logged_at IS NULL ORDER BY u.at LIMIT most FOR UPDATE SKIP LOCKED) t
       WHERE s.kind = t.kind AND s.hash = t.hash
      RETURNING s.kind, s.hash, s.key_name, s.why, s.only_named, s.at;
    $$;

    -- Puts suppressions back that a restored backup doesn't have, and takes off what was lifted since.
    CREATE FUNCTION gate.restore_suppressions(kinds text[], hashes bytea[], key_names text[], whys text[], ats timestamptz[], named boolean[])
    RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO suppressions AS s (kind, hash, key_name, why, at, only_named, logged_at)
      SELECT q.*, now() FROM unnest(kinds, hashes, key_names, whys, ats, named) q
      ON CONFLICT (kind, hash) DO UPDATE SET only_named = false WHERE s.only_named AND NOT excluded.only_named;
    $$;
    -- A log that begins anew holds all of them again.
    CREATE FUNCTION gate.relog_suppressions() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS 'UPDATE suppressions SET logged_at = NULL WHERE logged_at IS NOT NULL';
    CREATE FUNCTION gate.lift_suppressions(kinds text[], hashes bytea[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM suppressions s USING unnest(kinds, hashes) AS q(kind, hash) WHERE s.kind = q.kind AND s.hash = q.hash;
    $$;
    `,
    gateFunction('gate.note_erasures(uuid[], text[], bytea[], text[])', `${STAFF}, ${SYSTEM}, ${MEMBER}, ${LINK}`),
    gateFunction('gate.installation_id()', SYSTEM),
    gateFunction('gate.take_unlogged_suppressions(integer)', SYSTEM),
    gateFunction('gate.restore_suppressions(text[], bytea[], text[], text[], timestamptz[], boolean[])', SYSTEM),
    gateFunction('gate.relog_suppressions()', SYSTEM),
    gateFunction('gate.lift_suppressions(text[], bytea[])', SYSTEM),
    ...PRIVACY_REQUESTS,
  ];
}
