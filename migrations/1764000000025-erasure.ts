import { carriedAlong } from './1764000000020-duplicates.js';
import { ForwardOnly } from './forward-only.js';
import {
  GATE,
  gateFunction,
  isLinked,
  isMine,
  LINK,
  MEMBER,
  policy,
  scoped,
  setting,
  STAFF,
  SYSTEM,
} from './policies.js';
import { retention } from './retention-tables.js';
import { vault } from './vault-tables.js';

/** Tables whose rows go with the person; those that keep a figure without them are changed first, see gate.keep_figures. */
const ERASED = [
  'people',
  'person_identities',
  'identity_claims',
  'contact_points',
  'consents',
  'person_notes',
  'person_suggestions',
  'person_skills',
  'person_merges',
  'assignments',
  'attempts',
  'invitations',
  'rsvps',
  'attendances',
  'mails',
  'import_changes',
  'import_kept',
  'retention_notices',
  'stops',
  'own_data_links',
  'consent_scans',
];

/** Free text and files: nothing plans by them. */
const UNSAMPLED: Record<string, readonly string[]> = {
  people: ['full_name', 'source', 'follow_up_why', 'filled_by'],
  person_identities: ['seen'],
  person_notes: ['text'],
  person_skills: ['source'],
  person_suggestions: ['value'],
  attempts: ['note'],
  stops: ['undone_why'],
  own_data_links: ['value'],
  consent_scans: ['bytes'],
  replies: ['sender', 'subject', 'words'],
  assignments: ['why', 'closed_why'],
  import_batches: ['file_name', 'source', 'mapping', 'counts'],
  import_chunks: ['bytes'],
  import_rejects: ['line'],
  export_chunks: ['bytes'],
  audit_values: ['before', 'after'],
  'staging.import_rows': ['line', 'name', 'remarks', 'source'],
};

/**
 * What a table needs so that rows of somebody who is erased can be copied for the vault and deleted. For tables of later
 * migrations, too: the catalogue of src/privacy/erasure names them, and a test holds the two together.
 */
export const erasable = (table: string) =>
  [
    `GRANT SELECT, DELETE ON ${table} TO ${GATE};`,
    policy(table, 'seen_where_erased', 'SELECT', GATE, 'true'),
    policy(table, 'erased_through_the_gate', 'DELETE', GATE, 'true'),
  ].join('\n');

/** Inside a gate function: the person lies in the actor's scope; a member's is also in their hands; a link's is its own. */
const WITHIN = `CASE current_setting('role') WHEN '${LINK}' THEN ${isLinked('p.id', 'person_id')}
           ELSE p.path >= ${setting('scope_from')} AND p.path < ${setting('scope_to')}
                AND (current_setting('role') IN ('${STAFF}', '${SYSTEM}')
                     OR (current_setting('role') = '${MEMBER}' AND ${isMine('p.')})) END`;
const AS_SYSTEM = `current_setting('role') = '${SYSTEM}'`;

/** Erasure, the clocks of retention, and the sealed vault. */
export class Erasure1764000000025 extends ForwardOnly {
  name = 'Erasure1764000000025';
  protected readonly statements = [
    `
    -- Who is to be erased, and who was. id: of the record that is or was; without the record it leads nowhere, and says to who
    -- asks again that there is nobody any more. state: wished (somebody told a member), refused, asked (a job is at it), erased.
    CREATE TABLE erasures (
      id uuid PRIMARY KEY,
      path text COLLATE "C" NOT NULL,
      state text NOT NULL CHECK (state IN ('wished', 'refused', 'asked', 'erased')),
      why text NOT NULL CHECK (why IN ('asked', 'unconfirmed', 'retention', 'minor')),
      asked_at timestamptz NOT NULL DEFAULT now(),
      asked_by uuid,
      -- Why a wish was not followed; gone with the person.
      refused_why text,
      erased_at timestamptz,
      -- What is still to do outside the register: sealed by a key outside the database, by what files are searched. Gone once it
      -- is done.
      traces bytea,
      -- When files were last searched for them.
      looked_at timestamptz,
      -- Imports being read and exports being written meanwhile: looked at again when they are.
      watched uuid[] NOT NULL DEFAULT '{}',
      done_at timestamptz
    );
    CREATE INDEX erasures_by_path ON erasures (path, id);
    CREATE INDEX erasures_by_end ON erasures (erased_at) WHERE erased_at IS NOT NULL;
    CREATE INDEX erasures_open ON erasures (asked_at, id) WHERE done_at IS NULL;
    ${scoped('erasures')}
    GRANT SELECT, INSERT, UPDATE ON erasures TO ${GATE};
    ${policy('erasures', 'through_the_gate', 'ALL', GATE, 'true')}

    -- Notes down that somebody is to be erased: a member for one of theirs and only as a wish, staff and jobs in their scope,
    -- the holder of a link for themselves. True where that is new.
    CREATE FUNCTION gate.note_erasure(of_person uuid, to_state text, because text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO erasures AS e (id, path, state, why, asked_by)
      SELECT p.id, p.path, to_state, because, ${setting('user_id')}::uuid
        FROM people p
       WHERE p.id = of_person AND p.erased_at IS NULL AND p.merged_into IS NULL AND ${WITHIN}
         AND (to_state = 'wished' OR (to_state = 'asked' AND current_setting('role') <> '${MEMBER}'))
      ON CONFLICT (id) DO UPDATE
        SET state = excluded.state, why = excluded.why, path = excluded.path, asked_at = now(), asked_by = excluded.asked_by,
            refused_why = NULL
        WHERE e.state = 'refused' OR (e.state = 'wished' AND excluded.state = 'asked')
      RETURNING true;
    $$;

    -- A record and all that were merged into it, however often.
    CREATE FUNCTION gate.records_of(of_person uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH RECURSIVE r AS (SELECT of_person AS id UNION SELECT p.id FROM r JOIN people p ON p.merged_into = r.id)
      SELECT id FROM r;
    $$;
    -- Only a job may erase, only whom somebody asked it for in its scope, and with them what was merged into them.
    CREATE FUNCTION gate.being_erased(of_record uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH RECURSIVE up AS (
        SELECT of_record AS id, 1 AS n
        UNION SELECT p.merged_into, n + 1 FROM up JOIN people p ON p.id = up.id WHERE p.merged_into IS NOT NULL AND n < 50)
      SELECT ${AS_SYSTEM} AND EXISTS (
        SELECT FROM erasures e JOIN up ON up.id = e.id
         WHERE e.state = 'asked' AND e.path >= ${setting('scope_from')} AND e.path < ${setting('scope_to')});
    $$;

    -- The rows of a record, as they stand: for the vault, and to know by what files are searched.
    CREATE FUNCTION gate.copy_rows(of_table text, of_column text, of_record uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE found jsonb;
    BEGIN
      PERFORM gate.must_be_erasable(of_table, of_record);
      EXECUTE format('SELECT coalesce(jsonb_agg(to_jsonb(t)), ''[]'') FROM public.%I t WHERE t.%I = $1', of_table, of_column)
        INTO found USING of_record;
      RETURN found;
    END $$;
    CREATE FUNCTION gate.erase_rows(of_table text, of_column text, of_record uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE n integer;
    BEGIN
      PERFORM gate.must_be_erasable(of_table, of_record);
      EXECUTE format('DELETE FROM public.%I t WHERE t.%I = $1', of_table, of_column) USING of_record;
      GET DIAGNOSTICS n = ROW_COUNT;
      RETURN n;
    END $$;
    CREATE FUNCTION gate.must_be_erasable(of_table text, of_record uuid) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      IF NOT gate.being_erased(of_record) THEN
        RAISE insufficient_privilege USING MESSAGE = 'nobody asked to erase this record';
      END IF;
      IF NOT EXISTS (SELECT FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = of_table
                        AND p.policyname = 'erased_through_the_gate') THEN
        RAISE EXCEPTION 'no table of people: %', of_table;
      END IF;
    END $$;

    -- Whoever is erased leaves figures behind, and nobody in them: rows of a person without a name who lies in no territory. For
    -- meet-ups of the past one such nobody each, so that two of them tell nothing of each other; for attempts one a territory,
    -- for everybody ever erased there.
    ALTER TABLE people DROP CONSTRAINT people_merged_lie_nowhere,
      ADD CONSTRAINT people_lie_nowhere CHECK ((merged_into IS NULL AND came_by NOT IN ('erased', 'nobody')) = (path <> ''));
    CREATE UNIQUE INDEX people_nobody ON people (territory_id) WHERE came_by = 'nobody';
    GRANT INSERT ON people TO ${GATE};
    GRANT UPDATE (note, follow_up_on, device_at) ON attempts TO ${GATE};
    GRANT UPDATE (device_at) ON attendances TO ${GATE};
    GRANT UPDATE (call_me_at, not_me_at) ON invitations TO ${GATE};
    GRANT UPDATE (message_id, worker) ON mails TO ${GATE};

    CREATE FUNCTION gate.keep_figures(of_record uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      month timestamptz := date_trunc('month', now());
      past record;
      home record;
      nobody uuid;
      figures integer := 0;
    BEGIN
      IF NOT gate.being_erased(of_record) THEN
        RAISE insufficient_privilege USING MESSAGE = 'nobody asked to erase this record';
      END IF;
      -- A place that was theirs at a meet-up to come is free again.
      UPDATE events e SET heads = greatest(0, e.heads - 1 - i.guests)
        FROM invitations i
       WHERE i.person_id = of_record AND i.event_id = e.id AND e.starts_at > now() AND e.state = 'planned'
         AND i.answer = 'yes' AND i.standing = 'in';
      FOR past IN
        SELECT e.id, e.territory_id, e.path FROM events e
         WHERE e.starts_at <= now()
           AND e.id IN (SELECT event_id FROM invitations WHERE person_id = of_record
                        UNION SELECT event_id FROM attendances WHERE person_id = of_record)
      LOOP
        nobody := gen_random_uuid();
        INSERT INTO people (id, territory_id, path, full_name, name_key, came_by, created_at, erased_at)
        VALUES (nobody, past.territory_id, '', '', '', 'erased', month, month);
        UPDATE attendances SET person_id = nobody, path = past.path, device_at = NULL WHERE person_id = of_record AND event_id = past.id;
        UPDATE invitations SET person_id = nobody, path = past.path, call_me_at = NULL WHERE person_id = of_record AND event_id = past.id;
        UPDATE mails SET person_id = nobody, path = past.path, message_id = NULL, worker = NULL
         WHERE person_id = of_record AND event_id = past.id AND state NOT IN ('pending', 'sending');
        figures := figures + 1;
      END LOOP;
      FOR home IN
        SELECT DISTINCT a.territory_id AS id, t.path FROM attempts a JOIN territories t ON t.id = a.territory_id
         WHERE a.person_id = of_record
      LOOP
        INSERT INTO people (id, territory_id, path, full_name, name_key, came_by, created_at, erased_at)
        VALUES (gen_random_uuid(), home.id, '', '', '', 'nobody', month, month) ON CONFLICT DO NOTHING;
        SELECT p.id INTO nobody FROM people p WHERE p.territory_id = home.id AND p.came_by = 'nobody';
        UPDATE attempts SET person_id = nobody, path = home.path, note = NULL, follow_up_on = NULL, device_at = NULL
         WHERE person_id = of_record AND territory_id = home.id;
        figures := figures + 1;
      END LOOP;
      RETURN figures;
    END $$;

    -- Which of these phones, mails and handles does somebody else have, in any territory? Positions (from 1), and nothing else.
    CREATE FUNCTION gate.held_by_others(kinds text[], plain text[], but uuid[]) RETURNS SETOF integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT q.n::integer FROM unnest(kinds, plain) WITH ORDINALITY AS q(kind, plain, n)
       WHERE ${AS_SYSTEM}
         AND (EXISTS (SELECT FROM contact_points c JOIN people p ON p.id = c.person_id AND p.erased_at IS NULL
                       WHERE c.value = q.plain AND c.kind = q.kind AND c.person_id <> ALL (but))
           OR EXISTS (SELECT FROM person_identities i JOIN people p ON p.id = i.person_id AND p.erased_at IS NULL
                       WHERE i.handle = q.plain AND i.platform = CASE q.kind WHEN 'phone' THEN 'whatsapp' ELSE q.kind END
                         AND i.to_at IS NULL AND i.person_id <> ALL (but)));
    $$;

    -- only_named: a family's phone that somebody erased had, too. It stops nobody by itself; with that person's name it does, by
    -- an entry of kind 'phone+name' or 'email+name'.
    -- logged_at: when it was written to the log outside the database; null where it waits, or says something new.
    ALTER TABLE suppressions ADD only_named boolean NOT NULL DEFAULT false, ADD logged_at timestamptz;
    GRANT UPDATE ON suppressions TO ${GATE};
    CREATE OR REPLACE FUNCTION gate.suppressed(kinds text[], hashes bytea[]) RETURNS SETOF integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT q.n::integer FROM unnest(kinds, hashes) WITH ORDINALITY AS q(kind, hash, n)
        JOIN suppressions s ON s.kind = q.kind AND s.hash = q.hash WHERE NOT s.only_named;
    $$;
    CREATE OR REPLACE FUNCTION gate.suppress(of_kind text, plain text, of_hash bytea, key text, reason text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE ids uuid[];
    BEGIN
      INSERT INTO suppressions AS s (kind, hash, key_name, why) VALUES (of_kind, of_hash, key, reason)
      ON CONFLICT (kind, hash) DO UPDATE SET only_named = false, why = excluded.why, logged_at = NULL WHERE s.only_named;
      WITH points AS (
        UPDATE contact_points SET suppressed_at = now()
         WHERE kind = of_kind AND value = plain AND suppressed_at IS NULL RETURNING person_id),
      handles AS (
        UPDATE person_identities SET suppressed_at = now()
         WHERE (platform = of_kind OR (of_kind = 'phone' AND platform = 'whatsapp')) AND handle = plain
           AND suppressed_at IS NULL RETURNING person_id)
      SELECT array_agg(DISTINCT o.person_id) INTO ids FROM (SELECT person_id FROM points UNION SELECT person_id FROM handles) o;
      IF ids IS NOT NULL THEN PERFORM gate.keep_reach(ids); END IF;
    END $$;
    -- What somebody erased leaves: hashes of their phones, mails and handles. Stops nobody who is in the register.
    CREATE FUNCTION gate.leave_hashes(kinds text[], hashes bytea[], key text, named boolean[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO suppressions AS s (kind, hash, key_name, why, only_named)
      SELECT DISTINCT q.kind, q.hash, key, 'erased', q.named FROM unnest(kinds, hashes, named) AS q(kind, hash, named)
      ON CONFLICT (kind, hash) DO UPDATE SET only_named = false, logged_at = NULL WHERE s.only_named AND NOT excluded.only_named;
    $$;

    -- Staged phones, mails and handles of these rows that stand on the list: as before, and what only a name decides.
    DROP FUNCTION gate.staged_suppressed(uuid, integer, integer);
    CREATE FUNCTION gate.staged_suppressed(of_batch uuid, above integer, upto integer)
    RETURNS TABLE (row_no integer, kind text, value text, proof text, only_named boolean, erased boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT k.row_no, k.kind, k.value, k.proof, s.only_named, s.why = 'erased' FROM import_keys k
       CROSS JOIN LATERAL (SELECT s.only_named, s.why FROM suppressions s WHERE s.kind = k.kind AND s.hash = k.hash LIMIT 1) s
       WHERE k.batch_id = of_batch AND k.row_no > above AND k.row_no <= upto
      UNION ALL
      SELECT k.row_no, k.kind, k.value, k.proof, s.only_named, s.why = 'erased'
        FROM import_keys k CROSS JOIN LATERAL unnest(k.older) AS o(hash)
       CROSS JOIN LATERAL (SELECT s.only_named, s.why FROM suppressions s WHERE s.kind = k.kind AND s.hash = o.hash LIMIT 1) s
       WHERE k.batch_id = of_batch AND k.row_no > above AND k.row_no <= upto AND k.older IS NOT NULL;
    $$;
    `,
    `
    -- Where somebody who is erased stands in files: imports that are open, and files taken out. Beyond the caller's scope, as an
    -- erasure is; ids and states, and nothing of what is in them. Rows that can be used by their keys, others by their text; what
    -- isn't read yet by its bytes, where told to.
    CREATE FUNCTION gate.files_with(kinds text[], plain text[], hashes bytea[], needles text[], records uuid[], unread boolean)
    RETURNS TABLE (file text, id uuid, state text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      IF NOT ${AS_SYSTEM} THEN RETURN; END IF;
      RETURN QUERY
        SELECT 'import'::text, b.id, b.state FROM import_batches b
         WHERE b.state IN ('uploading', 'uploaded', 'reading', 'previewed', 'merging')
           AND (EXISTS (SELECT FROM staging.import_keys k
                         WHERE k.batch_id = b.id
                           AND (k.hash = ANY (hashes) OR k.older && hashes OR (k.kind, k.value) IN (SELECT * FROM unnest(kinds, plain))))
             OR EXISTS (SELECT FROM staging.import_outcomes o WHERE o.batch_id = b.id AND o.person_id = ANY (records))
             OR EXISTS (SELECT FROM staging.import_rows r CROSS JOIN unnest(needles) AS q (needle)
                         WHERE r.batch_id = b.id AND r.own_code IS NOT NULL AND (position(q.needle IN lower(r.line)) > 0 OR position(q.needle IN lower(r.name)) > 0))
             OR EXISTS (SELECT FROM unnest(needles) AS q (needle) WHERE position(q.needle IN lower(b.mapping::text)) > 0)
             OR (unread AND b.state IN ('uploading', 'uploaded') AND EXISTS (SELECT FROM import_chunks c CROSS JOIN unnest(needles) AS q (needle)
                         WHERE c.batch_id = b.id AND position(convert_to(q.needle, 'UTF8') IN c.bytes) > 0)));
      RETURN QUERY
        SELECT DISTINCT 'export'::text, x.id, x.state FROM exports x JOIN export_chunks c ON c.export_id = x.id
         WHERE c.people && records;
    END $$;
    -- Whether somebody was erased since: what was compared with the register before is compared anew.
    CREATE FUNCTION gate.erased_since(since timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT EXISTS (SELECT FROM erasures e WHERE e.erased_at > since);
    $$;
    -- What is being read or written at this moment, and may come to hold somebody who was erased meanwhile.
    CREATE FUNCTION gate.files_in_hand() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT b.id FROM import_batches b WHERE ${AS_SYSTEM} AND b.state IN ('uploading', 'uploaded', 'reading', 'merging')
      UNION ALL SELECT x.id FROM exports x WHERE ${AS_SYSTEM} AND x.state = 'writing';
    $$;
    -- Refused rows of imports lose their cells where one of them holds one of these; phones by their last ten digits.
    CREATE FUNCTION gate.forget_rejects(needles text[], digits text[]) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH gone AS (
        UPDATE import_rejects r SET line = NULL
         WHERE ${AS_SYSTEM} AND r.line IS NOT NULL
           AND (EXISTS (SELECT FROM unnest(needles) n WHERE position(n IN lower(array_to_string(r.line, chr(31)))) > 0)
             OR EXISTS (SELECT FROM unnest(digits) d
                         WHERE position(d IN regexp_replace(translate(array_to_string(r.line, ''), '०१२३४५६७८९', '0123456789'), '[^0-9]', '', 'g')) > 0))
        RETURNING 1)
      SELECT count(*)::integer FROM gone;
    $$;
    GRANT SELECT ON import_chunks, exports, export_chunks TO ${GATE};
    GRANT SELECT, UPDATE (line) ON import_rejects TO ${GATE};
    ${['import_chunks', 'exports', 'export_chunks', 'import_rejects', 'import_batches'].map((table) => policy(table, 'searched_where_erased', 'SELECT', GATE, 'true')).join('\n')}
    ${policy('import_rejects', 'blanked_where_erased', 'UPDATE', GATE, 'true')}

    -- What the trail keeps of a record's values, for the vault.
    CREATE FUNCTION gate.copy_values(of_record uuid) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT coalesce(jsonb_agg(jsonb_build_object('at', e.at, 'action', e.action, 'user_id', e.user_id, 'before', v.before, 'after', v.after) ORDER BY e.at), '[]')
        FROM audit_entries e LEFT JOIN audit_values v ON v.at = e.at AND v.entry_id = e.id
       WHERE e.people @> ARRAY[of_record] AND gate.being_erased(of_record);
    $$;

    -- The planner's statistics keep samples of what stood in a column (pg_statistic): taken anew, they are of those who are left.
    -- Those of the staging are of the last file, whoever was in it. Only a table's owner may ask for that, so this runs as the owner.
    CREATE FUNCTION analyze_after_erasure(register boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE nobody uuid := '00000000-0000-0000-0000-000000000000'; here text := ${setting('scope_from')};
    BEGIN
      IF register THEN ANALYZE people, person_identities, identity_claims, contact_points, person_suggestions; END IF;
      -- An empty table keeps its old samples: for a moment there is a row that is nobody's.
      INSERT INTO staging.import_keys (batch_id, row_no, kind, value, path) VALUES (nobody, 0, '', '', here);
      INSERT INTO staging.import_meetings (batch_id, row_no, kind, value, proof, path) VALUES (nobody, 0, '', '', '', here);
      INSERT INTO staging.import_rows (batch_id, row_no, path, name, name_key, consent, minor) VALUES (nobody, 0, here, '', '', '', false);
      ANALYZE staging.import_rows, staging.import_keys, staging.import_meetings;
      DELETE FROM staging.import_keys WHERE batch_id = nobody;
      DELETE FROM staging.import_meetings WHERE batch_id = nobody;
      DELETE FROM staging.import_rows WHERE batch_id = nobody;
    END $$;
    REVOKE EXECUTE ON FUNCTION analyze_after_erasure(boolean) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION analyze_after_erasure(boolean) TO ${SYSTEM};
    -- What no condition asks for isn't sampled in the first place.
    ${Object.entries(UNSAMPLED)
      .flatMap(([table, columns]) =>
        columns.map((column) => `ALTER TABLE ${table} ALTER COLUMN ${column} SET STATISTICS 0;`),
      )
      .join('\n')}
    ALTER INDEX person_suggestions_once ALTER COLUMN 3 SET STATISTICS 0;

    -- Values of the trail that name nobody by id, and hold one of these: handles looked for that somebody else held.
    CREATE FUNCTION gate.audit_forget_texts(actions text[], needles text[]) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH gone AS (
        DELETE FROM audit_values v USING audit_entries e
         WHERE ${AS_SYSTEM} AND e.action = ANY (actions) AND v.at = e.at AND v.entry_id = e.id
           AND EXISTS (SELECT FROM unnest(needles) n
                        WHERE position(n IN lower(coalesce(v.before::text, '') || coalesce(v.after::text, ''))) > 0)
        RETURNING 1)
      SELECT count(*)::integer FROM gone;
    $$;
    `,
    ...retention,
    ...ERASED.map(erasable),
    carriedAlong('retention_notices'),
    gateFunction('gate.note_erasure(uuid, text, text)', `${STAFF}, ${MEMBER}, ${SYSTEM}, ${LINK}`),
    gateFunction('gate.must_be_erasable(text, uuid)', GATE),
    gateFunction('gate.being_erased(uuid)', GATE),
    ...[
      'gate.records_of(uuid)',
      'gate.copy_rows(text, text, uuid)',
      'gate.erase_rows(text, text, uuid)',
      'gate.copy_values(uuid)',
      'gate.keep_figures(uuid)',
      'gate.held_by_others(text[], text[], uuid[])',
      'gate.leave_hashes(text[], bytea[], text, boolean[])',
      'gate.files_with(text[], text[], bytea[], text[], uuid[], boolean)',
      'gate.files_in_hand()',
      'gate.forget_rejects(text[], text[])',
      'gate.audit_forget_texts(text[], text[])',
    ].map((signature) => gateFunction(signature, SYSTEM)),
    gateFunction('gate.erased_since(timestamptz)', `${STAFF}, ${SYSTEM}`),
    gateFunction('gate.staged_suppressed(uuid, integer, integer)', `${STAFF}, ${SYSTEM}`),
    ...vault,
    `
    -- What nobody can take back, and what takes two people, is no program's.
    ALTER TABLE api_tokens ADD CHECK (permissions IS NULL OR NOT permissions && ARRAY['privacy.erase', 'privacy.vault']);
    UPDATE roles SET permissions = permissions || ARRAY['privacy.erase', 'privacy.retention']
     WHERE code IN ('state_admin', 'data_protection_officer') AND NOT 'privacy.erase' = ANY (permissions);
    INSERT INTO roles (code, name_en, name_hi, reach, permissions, levels, second_factor, built_in)
    VALUES ('vault_keeper', 'Vault keeper', 'तिजोरी रक्षक', 'territory', '{privacy.vault}', '{state,region,district}', true, true);
    `,
  ];
}
