import { ForwardOnly } from './forward-only.js';
import { gateFunction, isActor, isLinked, LINK, MEMBER, setting, STAFF, SYSTEM } from './policies.js';

/**
 * An entry that a stop made of what an erasure had left, or the other way round: with the stop it goes back to what it was,
 * a family's phone that stops one of them by name. It says so by its reason, which isn't the stop's.
 */
const FALLS_BACK = `why = 'erased' AND NOT lasting AND NOT only_named`;
/** Logged after the lifting that is noted beside it: the log's last word is that a name still counts. */
const BACK_TO_NAMES = `only_named = true, lasting = true, logged_at = NULL, at = now() + interval '1 millisecond'`;

/** As in the migration of own data: of a stop `s` of the person `p`, the caller may take it back. */
const MAY_UNDO = `s.undone_at IS NULL AND p.erased_at IS NULL AND p.path <> ''
         AND CASE current_setting('role')
               WHEN '${LINK}' THEN ${isLinked('p.id', 'person_id')} AND ${setting('link_purpose')} = 'own-data'
               ELSE s.by_user IS NOT NULL AND s.at > now() - interval '1 day'
                AND (${isActor('s.by_user')}
                     OR (current_setting('role') = '${STAFF}'
                         AND p.path >= ${setting('scope_from')} AND p.path < ${setting('scope_to')}))
             END`;

/** What the parts of privacy make of each other's entries: stops, erasures, sign-ups, and a backup that is put back. */
export class SeamsOfPrivacy1764000000028 extends ForwardOnly {
  name = 'SeamsOfPrivacy1764000000028';
  protected readonly statements = [
    `
    -- As before. What was stopped before somebody was erased is known as theirs from now on, and no stop that somebody else
    -- takes back takes it off again.
    CREATE OR REPLACE FUNCTION gate.leave_hashes(kinds text[], hashes bytea[], key text, named boolean[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO suppressions AS s (kind, hash, key_name, why, only_named)
      SELECT DISTINCT q.kind, q.hash, key, 'erased', q.named FROM unnest(kinds, hashes, named) AS q(kind, hash, named)
      ON CONFLICT (kind, hash) DO UPDATE
        SET only_named = s.only_named AND excluded.only_named, lasting = s.lasting OR NOT excluded.only_named, why = 'erased', logged_at = NULL
        WHERE s.why <> 'erased' OR ((s.only_named OR NOT s.lasting) AND NOT excluded.only_named);
    $$;

    -- As before. What an erasure left for a name alone keeps that as its reason, and the moment is the stop's.
    CREATE OR REPLACE FUNCTION gate.suppress(of_kind text, plain text, of_hash bytea, key text, reason text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE ids uuid[];
    BEGIN
      INSERT INTO suppressions AS s (kind, hash, key_name, why) VALUES (of_kind, of_hash, key, reason)
      ON CONFLICT (kind, hash) DO UPDATE SET only_named = false, at = now(), logged_at = NULL WHERE s.only_named;
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

    -- Opens a phone, mail or handle for everybody who has it.
    CREATE FUNCTION gate.open_points(of_kind text, plain text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE ids uuid[];
    BEGIN
      WITH points AS (
        UPDATE contact_points SET suppressed_at = NULL
         WHERE kind = of_kind AND value = plain AND suppressed_at IS NOT NULL RETURNING person_id),
      handles AS (
        UPDATE person_identities SET suppressed_at = NULL
         WHERE handle = plain AND suppressed_at IS NOT NULL
           AND (platform = of_kind OR (of_kind = 'phone' AND platform = 'whatsapp')) RETURNING person_id)
      SELECT array_agg(DISTINCT o.person_id) INTO ids FROM (SELECT person_id FROM points UNION SELECT person_id FROM handles) o;
      IF ids IS NOT NULL THEN PERFORM gate.keep_reach(ids); END IF;
    END $$;

    -- As before; what goes back to names is kept.
    CREATE OR REPLACE FUNCTION gate.unsuppress(of_person uuid, of_stop uuid, of_kind text, plain text, hashes bytea[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      IF NOT EXISTS (SELECT FROM gate.points_of_stop(of_person, of_stop) v
                      WHERE v.value = plain AND (v.kind = of_kind OR (v.kind = 'whatsapp' AND of_kind = 'phone'))) THEN
        RAISE insufficient_privilege USING MESSAGE = 'no point of a stop that the caller may take back';
      END IF;
      IF EXISTS (SELECT FROM suppressions x WHERE x.kind = of_kind AND x.hash = ANY (hashes) AND x.lasting AND NOT x.only_named)
         OR EXISTS (SELECT FROM stops o
                     WHERE o.undone_at IS NULL AND (o.person_id, o.id) <> (of_person, of_stop)
                       -- Who takes their own word back takes all of it back.
                       AND NOT (o.person_id = of_person AND current_setting('role') = '${LINK}')
                       AND o.person_id IN (
                         SELECT c.person_id FROM contact_points c WHERE c.value = plain AND c.kind = of_kind
                         UNION ALL SELECT i.person_id FROM person_identities i WHERE i.handle = plain
                            AND (i.platform = of_kind OR (i.platform = 'whatsapp' AND of_kind = 'phone')))) THEN
        RETURN false;
      END IF;
      UPDATE suppressions SET ${BACK_TO_NAMES} WHERE kind = of_kind AND hash = ANY (hashes) AND ${FALLS_BACK};
      DELETE FROM suppressions x WHERE x.kind = of_kind AND x.hash = ANY (hashes) AND NOT x.only_named;
      PERFORM gate.open_points(of_kind, plain);
      RETURN true;
    END $$;

    -- As before; what stops one of a family by name goes on doing so.
    CREATE OR REPLACE FUNCTION gate.lift_suppression(of_kind text, plain text, hashes bytea[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE back integer; lifted integer;
    BEGIN
      UPDATE suppressions SET ${BACK_TO_NAMES} WHERE kind = of_kind AND hash = ANY (hashes) AND ${FALLS_BACK};
      GET DIAGNOSTICS back = ROW_COUNT;
      DELETE FROM suppressions WHERE kind = of_kind AND hash = ANY (hashes) AND NOT only_named;
      GET DIAGNOSTICS lifted = ROW_COUNT;
      PERFORM gate.open_points(of_kind, plain);
      RETURN back + lifted;
    END $$;

    -- As before; a stop that is put back can be taken back by the person, as it could.
    CREATE OR REPLACE FUNCTION gate.restore_suppressions(kinds text[], hashes bytea[], key_names text[], whys text[], ats timestamptz[], named boolean[])
    RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO suppressions AS s (kind, hash, key_name, why, at, only_named, lasting, logged_at)
      SELECT q.kind, q.hash, q.key_name, q.why, q.at, q.named, q.why <> 'asked_to_stop', now()
        FROM unnest(kinds, hashes, key_names, whys, ats, named) AS q(kind, hash, key_name, why, at, named)
      ON CONFLICT (kind, hash) DO UPDATE SET only_named = false WHERE s.only_named AND NOT excluded.only_named;
    $$;

    -- As before; what an erasure left for a name alone stays.
    CREATE OR REPLACE FUNCTION gate.lift_suppressions(kinds text[], hashes bytea[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM suppressions s USING unnest(kinds, hashes) AS q(kind, hash)
       WHERE s.kind = q.kind AND s.hash = q.hash AND NOT s.only_named;
    $$;

    -- What was written to us from these addresses by nobody we knew, of somebody who is erased: a reply is emptied, a settled
    -- request goes. One that waits for its answer stays until it has it.
    CREATE FUNCTION gate.forget_letters_from(mails text[]) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH emptied AS (
        UPDATE replies SET sender = NULL, subject = NULL, words = NULL,
               settled_at = coalesce(settled_at, now()), settled_how = coalesce(settled_how, 'erased')
         WHERE people = '{}' AND lower(sender) = ANY (mails) RETURNING 1),
      gone AS (
        DELETE FROM privacy_requests WHERE person_id IS NULL AND closed_at IS NOT NULL AND lower(mail) = ANY (mails) RETURNING 1)
      SELECT ((SELECT count(*) FROM emptied) + (SELECT count(*) FROM gone))::integer;
    $$;

    -- For whoever has just taken a stop of theirs back: does another one stand?
    CREATE FUNCTION gate.still_stopped(of_person uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT EXISTS (SELECT FROM stops s WHERE s.person_id = of_person AND s.undone_at IS NULL)
         AND EXISTS (SELECT FROM stops s WHERE s.person_id = of_person AND s.undone_at = now());
    $$;

    -- What the entries cited that such a stop took back, so that it is cited again.
    CREATE FUNCTION gate.cited_before(of_person uuid, of_stop uuid)
    RETURNS TABLE (purpose text, channel text, state text, notice text, language text, "scanId" uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT DISTINCT ON (c.purpose, c.channel, c.state) c.purpose, c.channel, c.state, c.notice, c.language, c.scan_id
        FROM stops s JOIN consents c ON c.person_id = s.person_id
       WHERE s.person_id = of_person AND s.id = of_stop AND s.undone_at = now() AND c.state <> 'withdrawn'
       ORDER BY c.purpose, c.channel, c.state, c.at DESC, c.id DESC;
    $$;

    -- As before; where two records became one, a phone that both had stands with either.
    CREATE OR REPLACE FUNCTION gate.points_of_stop(of_person uuid, of_stop uuid) RETURNS TABLE (kind text, value text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT v.kind, v.value FROM stops s JOIN people p ON p.id = s.person_id
        CROSS JOIN LATERAL (
          SELECT c.kind, c.value FROM contact_points c WHERE c.person_id IN (SELECT gate.records_of(p.id)) AND c.id = ANY (s.points)
          UNION SELECT i.platform, i.handle FROM person_identities i WHERE i.person_id IN (SELECT gate.records_of(p.id)) AND i.id = ANY (s.points)) v
       WHERE s.person_id = of_person AND s.id = of_stop AND ${MAY_UNDO};
    $$;

    -- As before; a last notice is a letter as well.
    CREATE INDEX retention_notices_by_id ON retention_notices (id);
    CREATE OR REPLACE FUNCTION gate.people_of_letter(of_letter uuid) RETURNS TABLE (person_id uuid, path text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT DISTINCT p.id, p.path
        FROM (SELECT m.person_id FROM mails m WHERE m.id = of_letter OR m.joined_to = of_letter
              UNION SELECT l.person_id FROM own_data_links l WHERE l.id = of_letter AND l.kind = 'data'
              UNION SELECT n.person_id FROM retention_notices n WHERE n.id = of_letter AND n.told = 'mail') w
        JOIN people p ON p.id = coalesce(gate.successor(w.person_id), w.person_id)
       WHERE p.erased_at IS NULL AND p.merged_into IS NULL ORDER BY p.id;
    $$;

    -- As before. The link to their data notes that it was used to say something, and goes on working.
    CREATE OR REPLACE FUNCTION gate.own_data_link(of_person uuid, of_link uuid, of_kind text)
    RETURNS TABLE (path text, link_version integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT p.path, p.link_version FROM own_data_links l JOIN people p ON p.id = l.person_id
       WHERE l.person_id = of_person AND l.id = of_link AND l.kind = of_kind AND l.expires_at > now()
         AND (l.used_at IS NULL OR l.kind = 'data')
         AND p.erased_at IS NULL AND p.merged_into IS NULL;
    $$;
    `,
    gateFunction('gate.forget_letters_from(text[])', SYSTEM),
    gateFunction('gate.open_points(text, text)', SYSTEM),
    gateFunction('gate.cited_before(uuid, uuid)', `${STAFF}, ${MEMBER}, ${LINK}`),
    gateFunction('gate.still_stopped(uuid)', `${STAFF}, ${MEMBER}, ${LINK}`),
  ];
}
