import {
  GATE,
  gateFunction,
  IN_SCOPE,
  isLinked,
  isMine,
  LINK,
  MEMBER,
  policy,
  setting,
  STAFF,
  SYSTEM,
} from '../policies.js';

/** Inside a gate function: the person `p` lies in the actor's scope; a member's is in their hands, a link's is its own. */
const WITHIN = `CASE current_setting('role')
             WHEN '${LINK}' THEN ${isLinked('p.id', 'person_id')}
             ELSE p.path >= ${setting('scope_from')} AND p.path < ${setting('scope_to')}
              AND (current_setting('role') IN ('${STAFF}', '${SYSTEM}')
                   OR (current_setting('role') = '${MEMBER}' AND ${isMine('p.')})) END`;

/** What an import writes bare, set-based, and only with its batch; it has the bits kept by a statement of its own. */
const BY_IMPORT = `${IN_SCOPE} AND batch_id IS NOT NULL`;

/**
 * The ledger and the points are written by functions, which keep the bits on people in the same breath. Whoever acts may
 * neither add to these tables nor change what says whether somebody can be reached.
 */
export const WRITERS: string[] = [
  `

    REVOKE INSERT ON consents FROM ${MEMBER}, ${LINK};
    DROP POLICY by_me ON consents;
    DROP POLICY by_link ON consents;
    DROP POLICY within_territory ON consents;
    ${policy('consents', 'within_territory', 'SELECT', `${STAFF}, ${SYSTEM}`, IN_SCOPE)}
    ${policy('consents', 'moved_within_territory', 'UPDATE', `${STAFF}, ${SYSTEM}`, IN_SCOPE)}
    ${policy('consents', 'by_import', 'INSERT', `${STAFF}, ${SYSTEM}`, `${BY_IMPORT} AND how = 'import' AND state = 'given'`)}
    GRANT INSERT ON consents TO ${GATE};
    ${policy('consents', 'written_through_the_gate', 'INSERT', GATE, 'true')}

    ${['contact_points', 'person_identities']
      .map(
        (table) => `
    REVOKE UPDATE ON ${table} FROM ${STAFF}, ${SYSTEM};
    DROP POLICY within_territory ON ${table};
    ${policy(table, 'within_territory', 'SELECT', `${STAFF}, ${SYSTEM}`, IN_SCOPE)}
    ${policy(table, 'changed_within_territory', 'UPDATE', `${STAFF}, ${SYSTEM}`, IN_SCOPE)}
    ${policy(table, 'by_import', 'INSERT', `${STAFF}, ${SYSTEM}`, BY_IMPORT)}
    GRANT INSERT ON ${table} TO ${GATE};`,
      )
      .join('\n')}
    GRANT UPDATE (path, preferred) ON contact_points TO ${STAFF}, ${SYSTEM};
    GRANT UPDATE (path, preferred, platform_uid, verified_at, verified_by, seen) ON person_identities TO ${STAFF}, ${SYSTEM};
  `,
  `
    -- Adds entries to the ledgers of people in the caller's hands: [{person_id, id, purpose, channel, state, how, notice,
    -- language, at, scan_id}]. Without \`at\` it was said now, which is after everything said before; a time to come is now.
    CREATE FUNCTION gate.record_consents(entries jsonb) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      ids uuid[] := ARRAY(SELECT DISTINCT (e ->> 'person_id')::uuid FROM jsonb_array_elements(entries) e);
      told timestamptz;
    BEGIN
      PERFORM 1 FROM people p WHERE p.id = ANY (ids) ORDER BY p.id FOR NO KEY UPDATE;
      IF (SELECT count(*) FROM people p WHERE p.id = ANY (ids) AND coalesce(${WITHIN}, false)) < cardinality(ids) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a ledger of somebody else';
      END IF;
      told := clock_timestamp();
      INSERT INTO consents (person_id, id, path, purpose, channel, state, how, notice, language, by_user, scan_id, at)
      SELECT e.person_id, e.id, p.path, e.purpose, e.channel, e.state, e.how, e.notice, e.language, ${setting('user_id')}::uuid, e.scan_id,
             CASE WHEN e.at < told THEN e.at
                  ELSE greatest(told, (SELECT max(s.at) + interval '1 microsecond' FROM consents s
                                        WHERE s.person_id = e.person_id AND s.purpose = e.purpose AND s.channel = e.channel)) END
        FROM jsonb_to_recordset(entries) AS e (person_id uuid, id uuid, purpose text, channel text, state text, how text, notice text,
                                               language text, at timestamptz, scan_id uuid)
        JOIN people p ON p.id = e.person_id;
      PERFORM gate.keep_reach(ids);
    END $$;

    -- The paper that entries cite, of somebody in the caller's hands.
    CREATE FUNCTION gate.keep_scan(of_person uuid, of_id uuid, type text, content bytea) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      INSERT INTO consent_scans (person_id, id, path, media_type, bytes, sha256, by_user)
      SELECT p.id, of_id, p.path, type, content, sha256(content), ${setting('user_id')}::uuid FROM people p
       WHERE p.id = of_person AND current_setting('role') <> '${LINK}' AND ${WITHIN};
      IF NOT FOUND THEN RAISE insufficient_privilege USING MESSAGE = 'a paper of somebody else'; END IF;
    END $$;

    -- A phone, a mail or a handle of somebody in the caller's territory: new, or alive again. id is taken where it is new.
    CREATE FUNCTION gate.put_point(of_person uuid, of_id uuid, of_kind text, of_value text, of_uid text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE place text := (SELECT p.path FROM people p WHERE p.id = of_person AND current_setting('role') <> '${LINK}' AND ${WITHIN});
    BEGIN
      IF place IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'a point of somebody else'; END IF;
      IF of_kind IN ('phone', 'email') THEN
        INSERT INTO contact_points AS c (person_id, id, path, kind, value) VALUES (of_person, of_id, place, of_kind, of_value)
        ON CONFLICT (person_id, kind, value) DO UPDATE SET dead_at = NULL, dead_why = NULL, suppressed_at = NULL;
      ELSE
        -- Who verified it before did so of another time.
        INSERT INTO person_identities AS i (person_id, id, path, platform, handle, platform_uid)
        VALUES (of_person, of_id, place, of_kind, of_value, of_uid)
        ON CONFLICT (person_id, platform, handle) DO UPDATE
          SET from_at = CASE WHEN i.to_at IS NULL THEN i.from_at ELSE excluded.from_at END,
              verified_at = CASE WHEN i.to_at IS NULL THEN i.verified_at END, verified_by = CASE WHEN i.to_at IS NULL THEN i.verified_by END,
              seen = CASE WHEN i.to_at IS NULL THEN i.seen END,
              platform_uid = coalesce(excluded.platform_uid, i.platform_uid), to_at = NULL, ended_why = NULL, suppressed_at = NULL;
      END IF;
      PERFORM gate.keep_reach(ARRAY[of_person]);
    END $$;

    -- A phone or mail is dead, a handle theirs no longer; it stays in the record. True where there was such a point.
    CREATE FUNCTION gate.end_point(of_person uuid, of_id uuid, reason text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      IF NOT EXISTS (SELECT FROM people p WHERE p.id = of_person AND current_setting('role') <> '${LINK}' AND ${WITHIN}) THEN RETURN false; END IF;
      UPDATE contact_points SET dead_at = now(), dead_why = reason, preferred = false WHERE person_id = of_person AND id = of_id;
      IF NOT FOUND THEN
        UPDATE person_identities SET to_at = coalesce(to_at, now()), ended_why = reason, preferred = false WHERE person_id = of_person AND id = of_id;
        IF NOT FOUND THEN RETURN false; END IF;
      END IF;
      PERFORM gate.keep_reach(ARRAY[of_person]);
      RETURN true;
    END $$;

    -- Of two records of one person: the handle that ended with the one is used with the other, and so it is used; or ended
    -- again, where the two are taken apart. True where it stood so.
    CREATE FUNCTION gate.turn_identity(of_person uuid, of_id uuid, was timestamptz, becomes timestamptz) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      UPDATE person_identities i SET to_at = becomes FROM people p
       WHERE p.id = of_person AND current_setting('role') IN ('${STAFF}', '${SYSTEM}') AND ${WITHIN}
         AND i.person_id = p.id AND i.id = of_id AND i.to_at IS NOT DISTINCT FROM was;
      IF NOT FOUND THEN RETURN false; END IF;
      PERFORM gate.keep_reach(ARRAY[of_person]);
      RETURN true;
    END $$;

    -- As before, and the bits with it.
    CREATE OR REPLACE FUNCTION gate.suppress(of_kind text, plain text, of_hash bytea, key text, reason text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE ids uuid[]; others uuid[];
    BEGIN
      INSERT INTO suppressions (kind, hash, key_name, why) VALUES (of_kind, of_hash, key, reason) ON CONFLICT DO NOTHING;
      WITH stopped AS (UPDATE contact_points SET suppressed_at = now()
                        WHERE kind = of_kind AND value = plain AND suppressed_at IS NULL RETURNING person_id)
      SELECT array_agg(person_id) INTO ids FROM stopped;
      WITH stopped AS (UPDATE person_identities SET suppressed_at = now()
                        WHERE (platform = of_kind OR (of_kind = 'phone' AND platform = 'whatsapp')) AND handle = plain
                          AND suppressed_at IS NULL RETURNING person_id)
      SELECT array_agg(person_id) INTO others FROM stopped;
      IF ids IS NOT NULL OR others IS NOT NULL THEN PERFORM gate.keep_reach(coalesce(ids, '{}') || coalesce(others, '{}')); END IF;
    END $$;
    CREATE OR REPLACE FUNCTION gate.mark_dead(of_person uuid, of_kind text, of_value text, reason text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      IF NOT EXISTS (SELECT FROM people p WHERE p.id = of_person AND current_setting('role') <> '${LINK}' AND ${WITHIN}) THEN RETURN; END IF;
      UPDATE contact_points c SET dead_at = now(), dead_why = reason
       WHERE c.person_id = of_person AND c.value = of_value AND c.dead_at IS NULL
         AND c.kind = CASE of_kind WHEN 'whatsapp' THEN 'phone' ELSE of_kind END;
      UPDATE person_identities i SET to_at = now()
       WHERE i.person_id = of_person AND i.handle = of_value AND i.to_at IS NULL
         AND i.platform = CASE of_kind WHEN 'phone' THEN 'whatsapp' ELSE of_kind END;
      PERFORM gate.keep_reach(ARRAY[of_person]);
    END $$;
    CREATE OR REPLACE FUNCTION gate.carry(of_table text, from_person uuid, to_person uuid, ids uuid[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE to_path text := gate.path_to_carry(to_person); n integer;
    BEGIN
      IF to_path IS NULL OR gate.path_to_carry(from_person) IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'not both in the territory';
      END IF;
      IF NOT EXISTS (SELECT FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = of_table AND p.policyname = 'carried_along') THEN
        RAISE EXCEPTION 'no table of people: %', of_table;
      END IF;
      EXECUTE format('UPDATE public.%I SET person_id = $1, path = $2 WHERE person_id = $3' || CASE WHEN ids IS NULL THEN '' ELSE ' AND id = ANY ($4)' END, of_table)
        USING to_person, to_path, from_person, ids;
      GET DIAGNOSTICS n = ROW_COUNT;
      IF n > 0 AND from_person <> to_person AND of_table IN ('contact_points', 'person_identities', 'consents') THEN
        PERFORM gate.keep_reach(ARRAY[from_person, to_person]);
      END IF;
      RETURN n;
    END $$;
    CREATE OR REPLACE FUNCTION gate.undo_changes(of_batch uuid, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        ids uuid[];
      BEGIN
        SELECT array_agg(s.person_id) INTO ids FROM (
          SELECT c.person_id FROM import_changes c
           WHERE c.batch_id = of_batch AND ${IN_SCOPE}
             AND EXISTS (SELECT FROM import_batches b WHERE b.id = of_batch AND b.state = 'undoing')
           ORDER BY c.person_id LIMIT most) s;
        IF ids IS NULL THEN RETURN 0; END IF;
        DELETE FROM person_suggestions s WHERE s.person_id = ANY (ids) AND s.batch_id = of_batch AND s.settled_at IS NULL;
        DELETE FROM person_notes n WHERE n.person_id = ANY (ids) AND n.batch_id = of_batch;
        DELETE FROM consents e WHERE e.person_id = ANY (ids) AND e.batch_id = of_batch;
        DELETE FROM contact_points c WHERE c.person_id = ANY (ids) AND c.batch_id = of_batch
           AND c.suppressed_at IS NULL AND c.dead_at IS NULL;
        WITH gone AS (
          DELETE FROM person_identities i WHERE i.person_id = ANY (ids) AND i.batch_id = of_batch
             AND i.suppressed_at IS NULL AND i.to_at IS NULL AND i.verified_at IS NULL
          RETURNING i.person_id, i.platform, i.handle)
        DELETE FROM identity_claims c USING gone g
         WHERE c.person_id = g.person_id AND c.platform = g.platform AND c.handle = g.handle;
        UPDATE people p
           SET language = CASE WHEN f.language THEN NULL ELSE p.language END,
               pin = CASE WHEN f.pin THEN NULL ELSE p.pin END,
               district_lgd = CASE WHEN f.district THEN NULL ELSE p.district_lgd END,
               tehsil_lgd = CASE WHEN f.district THEN NULL ELSE p.tehsil_lgd END,
               birth_year = CASE WHEN f.birth_year THEN NULL ELSE p.birth_year END,
               birth_year_noted_on = CASE WHEN f.birth_year THEN NULL ELSE p.birth_year_noted_on END,
               filled_by = p.filled_by - f.fields
          FROM (SELECT q.id, array_agg(b.key) AS fields, bool_or(b.key = 'language') AS language, bool_or(b.key = 'pin') AS pin,
                       bool_or(b.key = 'district') AS district, bool_or(b.key = 'birth_year') AS birth_year
                  FROM people q CROSS JOIN LATERAL jsonb_each(q.filled_by) b
                 WHERE q.id = ANY (ids) AND b.value ->> 'batch' = of_batch::text AND b.key <> 'territory'
                   AND NOT EXISTS (SELECT FROM import_kept k WHERE k.person_id = q.id AND k.batch_id = of_batch AND b.key = ANY (k.why))
                 GROUP BY q.id) f
         WHERE p.id = f.id;
        PERFORM gate.keep_reach(ids);
        DELETE FROM import_changes c WHERE c.batch_id = of_batch AND c.person_id = ANY (ids);
        RETURN cardinality(ids);
      END $$;
  `,
  gateFunction('gate.record_consents(jsonb)', `${STAFF}, ${MEMBER}, ${SYSTEM}, ${LINK}`),
  gateFunction('gate.keep_scan(uuid, uuid, text, bytea)', `${STAFF}, ${MEMBER}, ${SYSTEM}`),
  ...['gate.put_point(uuid, uuid, text, text, text)', 'gate.end_point(uuid, uuid, text)'].map((signature) =>
    gateFunction(signature, `${STAFF}, ${SYSTEM}`),
  ),
  gateFunction('gate.turn_identity(uuid, uuid, timestamptz, timestamptz)', `${STAFF}, ${SYSTEM}`),
];
