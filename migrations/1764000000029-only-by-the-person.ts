import { ForwardOnly } from './forward-only.js';
import { GATE, gateFunction, IN_THEIR_HANDS, LINK, MEMBER, setting, STAFF, SYSTEM } from './policies.js';

const STAGED = 'staging.import_rows, staging.import_keys, staging.import_outcomes, staging.import_meetings';

/**
 * A stop is taken back by the person alone: what is on the list stays stopped whoever brings it, and no yes is written down for
 * somebody whose stop stands without their own word for it.
 */
export class OnlyByThePerson1764000000029 extends ForwardOnly {
  name = 'OnlyByThePerson1764000000029';
  protected readonly statements = [
    `
    -- Adds entries to the ledgers of people in the caller's hands, as before.
    CREATE OR REPLACE FUNCTION gate.record_consents(entries jsonb) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      ids uuid[] := ARRAY(SELECT DISTINCT (e ->> 'person_id')::uuid FROM jsonb_array_elements(entries) e);
      told timestamptz;
    BEGIN
      PERFORM 1 FROM people p WHERE p.id = ANY (ids) ORDER BY p.id FOR NO KEY UPDATE;
      IF (SELECT count(*) FROM people p WHERE p.id = ANY (ids) AND coalesce(${IN_THEIR_HANDS}, false)) < cardinality(ids) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a ledger of somebody else';
      END IF;
      -- Whoever asked us to stop comes back by their own proven word, and by nobody's say-so.
      IF current_setting('role') <> '${SYSTEM}' AND EXISTS (
        SELECT FROM jsonb_to_recordset(entries) AS e (person_id uuid, state text, scan_id uuid)
          JOIN stops s ON s.person_id = e.person_id AND s.undone_at IS NULL
         WHERE e.state = 'given'
           AND NOT EXISTS (SELECT FROM consent_scans x WHERE x.person_id = e.person_id AND x.id = e.scan_id AND x.at = now())) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a yes for somebody who asked us to stop, without their word for it';
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

    -- When it was said last: whoever says it again means it anew. A paper signed before that opens nothing.
    ALTER TABLE stops ADD said_at timestamptz;
    ALTER TABLE stops NO FORCE ROW LEVEL SECURITY;
    UPDATE stops SET said_at = at;
    ALTER TABLE stops FORCE ROW LEVEL SECURITY;
    ALTER TABLE stops ALTER COLUMN said_at SET DEFAULT now(), ALTER COLUMN said_at SET NOT NULL;

    DROP FUNCTION gate.put_point(uuid, uuid, text, text, text);
    -- A phone, a mail or a handle of somebody in the caller's territory: new, or alive again. id is taken where it is new.
    -- stopped: it is on the list. Whoever brings it opens nothing, and what is stopped stays so whatever the caller says.
    CREATE FUNCTION gate.put_point(of_person uuid, of_id uuid, of_kind text, of_value text, of_uid text, stopped boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE place text := (SELECT p.path FROM people p WHERE p.id = of_person AND current_setting('role') <> '${LINK}' AND ${IN_THEIR_HANDS});
    BEGIN
      IF place IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'a point of somebody else'; END IF;
      IF of_kind IN ('phone', 'email') THEN
        INSERT INTO contact_points AS c (person_id, id, path, kind, value, suppressed_at)
        VALUES (of_person, of_id, place, of_kind, of_value, CASE WHEN stopped THEN now() END)
        ON CONFLICT (person_id, kind, value) DO UPDATE
          SET dead_at = NULL, dead_why = NULL, suppressed_at = coalesce(c.suppressed_at, excluded.suppressed_at);
      ELSE
        -- Who verified it before did so of another time.
        INSERT INTO person_identities AS i (person_id, id, path, platform, handle, platform_uid, suppressed_at)
        VALUES (of_person, of_id, place, of_kind, of_value, of_uid, CASE WHEN stopped THEN now() END)
        ON CONFLICT (person_id, platform, handle) DO UPDATE
          SET from_at = CASE WHEN i.to_at IS NULL THEN i.from_at ELSE excluded.from_at END,
              verified_at = CASE WHEN i.to_at IS NULL THEN i.verified_at END, verified_by = CASE WHEN i.to_at IS NULL THEN i.verified_by END,
              seen = CASE WHEN i.to_at IS NULL THEN i.seen END,
              platform_uid = coalesce(excluded.platform_uid, i.platform_uid), to_at = NULL, ended_why = NULL,
              suppressed_at = coalesce(i.suppressed_at, excluded.suppressed_at);
      END IF;
      PERFORM gate.keep_reach(ARRAY[of_person]);
    END $$;

    -- Their stops stand no longer: by a sign-up that they confirmed, or by a paper kept in this very breath that was signed after
    -- them. Gives how many stood.
    CREATE FUNCTION gate.come_back(of_person uuid, of_scan uuid, signed_at timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE stood integer;
    BEGIN
      IF NOT gate.is_proven(of_person, of_scan) THEN
        RAISE insufficient_privilege USING MESSAGE = 'nobody comes back without their own word for it';
      END IF;
      UPDATE stops SET undone_at = now(), undone_by = ${setting('user_id')}::uuid,
             undone_how = CASE WHEN of_scan IS NULL THEN 'form' ELSE 'paper' END
       WHERE person_id = of_person AND undone_at IS NULL AND said_at < coalesce(signed_at, now());
      GET DIAGNOSTICS stood = ROW_COUNT;
      IF stood > 0 THEN PERFORM gate.keep_reach(ARRAY[of_person]); END IF;
      RETURN stood;
    END $$;
    CREATE FUNCTION gate.is_proven(of_person uuid, of_scan uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT EXISTS (
        SELECT FROM people p
         WHERE p.id = of_person AND ${IN_THEIR_HANDS}
           AND CASE current_setting('role')
                 WHEN '${SYSTEM}' THEN true
                 WHEN '${LINK}' THEN false
                 ELSE EXISTS (SELECT FROM consent_scans x WHERE x.person_id = p.id AND x.id = of_scan AND x.at = now()) END);
    $$;

    -- A phone, mail or handle of whoever signed that paper is open again, for everybody who has it, as it was stopped. Where the
    -- stop of somebody else stands behind it, it stays on the list, and is open for who signed alone. named: what an erasure left
    -- of it under their name.
    CREATE FUNCTION gate.open_by_paper(of_person uuid, of_scan uuid, of_kind text, plain text, hashes bytea[], named bytea[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      IF of_scan IS NULL OR NOT gate.is_proven(of_person, of_scan) OR NOT EXISTS (
        SELECT FROM contact_points c WHERE c.person_id = of_person AND c.kind = of_kind AND c.value = plain
        UNION ALL
        SELECT FROM person_identities i WHERE i.person_id = of_person AND i.handle = plain
           AND (i.platform = of_kind OR (i.platform = 'whatsapp' AND of_kind = 'phone'))) THEN
        RAISE insufficient_privilege USING MESSAGE = 'no point of anybody who signed that paper';
      END IF;
      PERFORM gate.lift_suppression(of_kind || '+name', '', named);
      IF gate.stopped_for_others(of_person, of_kind, plain) THEN
        UPDATE contact_points SET suppressed_at = NULL WHERE person_id = of_person AND kind = of_kind AND value = plain;
        UPDATE person_identities SET suppressed_at = NULL WHERE person_id = of_person AND handle = plain
           AND (platform = of_kind OR (of_kind = 'phone' AND platform = 'whatsapp'));
        PERFORM gate.keep_reach(ARRAY[of_person]);
        RETURN false;
      END IF;
      PERFORM gate.lift_suppression(of_kind, plain, hashes);
      RETURN true;
    END $$;
    -- Does the stop of somebody else stand behind a phone, mail or handle? Wherever they are.
    CREATE FUNCTION gate.stopped_for_others(but uuid, of_kind text, plain text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT EXISTS (
        SELECT FROM stops o
         WHERE o.undone_at IS NULL AND o.person_id <> but
           AND o.person_id IN (
             SELECT c.person_id FROM contact_points c WHERE c.value = plain AND c.kind = of_kind
             UNION ALL SELECT i.person_id FROM person_identities i WHERE i.handle = plain
                AND (i.platform = of_kind OR (i.platform = 'whatsapp' AND of_kind = 'phone'))));
    $$;
    `,
    `
    -- Entries found by an older key go on under the newest, but for those that somebody else has in hand just now: two slices of an
    -- import, each in a long unit of work, wait for one another nowhere. Nobody ever sees neither. Gives how many it took.
    CREATE FUNCTION gate.rekey_in_passing(kinds text[], olds bytea[], news bytea[], key text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH free AS MATERIALIZED (
        SELECT s.kind, s.hash, q.new FROM suppressions s JOIN unnest(kinds, olds, news) AS q(kind, old, new)
            ON s.kind = q.kind AND s.hash = q.old AND q.old <> q.new FOR UPDATE OF s SKIP LOCKED
      ) SELECT gate.rekey_suppressions(array_agg(kind), array_agg(hash), array_agg(new), key) FROM free;
    $$;

    -- Which of the staged phones, mails and handles of these rows are stopped, and what a name alone decides? Found by an older
    -- key they are re-keyed, unless another slice is at it; by either key they are found.
    CREATE OR REPLACE FUNCTION gate.staged_suppressed(of_batch uuid, above integer, upto integer, newest text)
    RETURNS TABLE (row_no integer, kind text, value text, proof text, only_named boolean, erased boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      BEGIN
        PERFORM gate.rekey_in_passing(array_agg(k.kind), array_agg(o.hash), array_agg(k.hash), newest)
           FROM import_keys k CROSS JOIN LATERAL unnest(k.older) AS o(hash)
          CROSS JOIN LATERAL (SELECT 1 FROM suppressions s WHERE s.kind = k.kind AND s.hash = o.hash LIMIT 1) s
          WHERE k.batch_id = of_batch AND k.row_no > above AND k.row_no <= upto AND k.older IS NOT NULL
         HAVING count(*) > 0;
        RETURN QUERY
          SELECT k.row_no, k.kind, k.value, k.proof, s.only_named, s.why = 'erased' FROM import_keys k
           CROSS JOIN LATERAL (SELECT s.only_named, s.why FROM suppressions s WHERE s.kind = k.kind AND s.hash = k.hash LIMIT 1) s
           WHERE k.batch_id = of_batch AND k.row_no > above AND k.row_no <= upto
          UNION ALL
          SELECT k.row_no, k.kind, k.value, k.proof, s.only_named, s.why = 'erased'
            FROM import_keys k CROSS JOIN LATERAL unnest(k.older) AS o(hash)
           CROSS JOIN LATERAL (SELECT s.only_named, s.why FROM suppressions s WHERE s.kind = k.kind AND s.hash = o.hash LIMIT 1) s
           WHERE k.batch_id = of_batch AND k.row_no > above AND k.row_no <= upto AND k.older IS NOT NULL;
      END $$;

    -- What was staged of a batch goes at once, where nothing else is staged: a million rows that are deleted one by one are in
    -- everybody's way until they are vacuumed. False where another batch is there, or somebody reads or writes just now (a backup
    -- does); then the caller deletes its own.
    CREATE FUNCTION gate.empty_staging(of_batch uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      -- What others committed after a snapshot that stays would not be seen, and would be lost.
      IF current_setting('transaction_isolation') <> 'read committed' OR gate.stages_another(of_batch) THEN RETURN false; END IF;
      LOCK TABLE ${STAGED} IN ACCESS EXCLUSIVE MODE NOWAIT;
      IF gate.stages_another(of_batch) THEN RETURN false; END IF;
      TRUNCATE ${STAGED};
      RETURN true;
    EXCEPTION WHEN lock_not_available THEN RETURN false;
    END $$;
    -- A batch out of the caller's scope is another one.
    CREATE FUNCTION gate.stages_another(of_batch uuid) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT EXISTS (
        SELECT FROM import_batches b
         WHERE (b.id <> of_batch OR NOT coalesce(b.path >= ${setting('scope_from')} AND b.path < ${setting('scope_to')}, false))
           AND EXISTS (SELECT FROM staging.import_rows r WHERE r.batch_id = b.id));
    $$;
    GRANT TRUNCATE ON ${STAGED} TO ${GATE};

    -- Letters of an address that nobody had are looked for when somebody is erased.
    CREATE INDEX replies_from ON replies (lower(sender)) WHERE sender IS NOT NULL;
    CREATE INDEX privacy_requests_from ON privacy_requests (lower(mail)) WHERE person_id IS NULL;
    `,
    gateFunction('gate.put_point(uuid, uuid, text, text, text, boolean)', `${STAFF}, ${SYSTEM}`),
    gateFunction('gate.come_back(uuid, uuid, timestamptz)', `${STAFF}, ${MEMBER}, ${SYSTEM}`),
    gateFunction('gate.is_proven(uuid, uuid)', GATE),
    gateFunction('gate.open_by_paper(uuid, uuid, text, text, bytea[], bytea[])', `${STAFF}, ${MEMBER}`),
    gateFunction('gate.stopped_for_others(uuid, text, text)', GATE),
    gateFunction('gate.rekey_in_passing(text[], bytea[], bytea[], text)', GATE),
    gateFunction('gate.empty_staging(uuid)', `${STAFF}, ${SYSTEM}`),
    gateFunction('gate.stages_another(uuid)', GATE),
  ];
}
