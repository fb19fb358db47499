import { carriedAlong } from './1764000000020-duplicates.js';
import { erasable } from './1764000000025-erasure.js';
import { ForwardOnly } from './forward-only.js';
import { GATE, gateFunction, guarded, IN_SCOPE, isLinked, LINK, policy, setting, STAFF, SYSTEM } from './policies.js';

const asRole = (role: string) => `current_setting('role') = '${role}'`;
const inScope = (path: string) => `${path} >= ${setting('scope_from')} AND ${path} < ${setting('scope_to')}`;
/** The holder of the link that was sent for somebody's own data. */
const ofTheirs = (column: string) => `${isLinked(column, 'person_id')} AND ${setting('link_purpose')} = 'own-data'`;

/**
 * Whom somebody names to use their rights where they no longer can (DPDP Act 2023, section 14; Rules 2025, rule 14), and
 * requests that are made on somebody's behalf.
 */
export class Nominations1764000000030 extends ForwardOnly {
  name = 'Nominations1764000000030';
  protected readonly statements = [
    `
    -- One individual by name, and one phone (E.164) or mail of theirs: nothing else of a third party. The newest row of a person
    -- counts; two come together by a merge alone. All three empty: whoever was named wants nothing of theirs kept any more.
    CREATE TABLE nominations (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      name text,
      phone text,
      mail text,
      named_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (person_id, id),
      CHECK (num_nonnulls(phone, mail) = num_nonnulls(name))
    );
    CREATE INDEX nominations_by_path ON nominations (path);
    CREATE INDEX nominations_by_phone ON nominations (phone) WHERE phone IS NOT NULL;
    CREATE INDEX nominations_by_mail ON nominations (mail) WHERE mail IS NOT NULL;
    ALTER TABLE nominations ALTER name SET STATISTICS 0, ALTER phone SET STATISTICS 0, ALTER mail SET STATISTICS 0;
    ${guarded('nominations')}
    -- Staff move and merge records, and so see that there is a row, and never whom it names. A member has no view of it.
    GRANT SELECT (person_id, id, path), UPDATE (path) ON nominations TO ${STAFF}, ${SYSTEM};
    ${policy('nominations', 'within_territory', 'ALL', `${STAFF}, ${SYSTEM}`, IN_SCOPE)}
    GRANT SELECT ON nominations TO ${LINK};
    ${policy('nominations', 'own_data', 'SELECT', LINK, ofTheirs('person_id'))}
    GRANT INSERT, UPDATE (name, phone, mail) ON nominations TO ${GATE};
    ${policy('nominations', 'named_through_the_gate', 'INSERT', GATE, 'true')}
    ${carriedAlong('nominations')}
    ${erasable('nominations')}

    -- on_behalf: asked by somebody else for person_id, who has died or can't act; name, phone and mail are then those of who asks.
    ALTER TABLE privacy_requests ADD on_behalf boolean NOT NULL DEFAULT false, ADD phone text;
    CREATE INDEX privacy_requests_asker_phone ON privacy_requests (phone) WHERE on_behalf;
    CREATE INDEX privacy_requests_asker_mail ON privacy_requests (mail) WHERE on_behalf;
    `,
    `
    -- In place of whoever was named before; a name of null takes it away. False where it stood so already: a form that is sent
    -- twice at once waits here for itself, and says it once.
    CREATE FUNCTION gate.nominate(of_person uuid, of_id uuid, of_name text, of_phone text, of_mail text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE place text;
    BEGIN
      SELECT p.path INTO place FROM people p
       WHERE p.id = of_person AND ${asRole(LINK)} AND ${ofTheirs('p.id')} AND p.erased_at IS NULL AND p.merged_into IS NULL
         FOR NO KEY UPDATE;
      IF place IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'nobody names somebody for another'; END IF;
      IF ARRAY(SELECT concat_ws('|', n.name, n.phone, n.mail) FROM nominations n WHERE n.person_id = of_person)
         = ARRAY(SELECT concat_ws('|', of_name, of_phone, of_mail) WHERE of_name IS NOT NULL) THEN
        RETURN false;
      END IF;
      DELETE FROM nominations n WHERE n.person_id = of_person;
      IF of_name IS NOT NULL THEN
        INSERT INTO nominations (person_id, id, path, name, phone, mail) VALUES (of_person, of_id, place, of_name, of_phone, of_mail);
      END IF;
      RETURN true;
    END $$;

    -- Whether who asks on somebody's behalf is whom they named: for staff, of one request that waits for its answer. standing:
    -- phone, mail (what the request gives agrees), other, not_given (nothing of the kind to compare), nobody, gone (emptied),
    -- unknown (the request is about nobody of the register), elsewhere (about somebody out of the caller's territory).
    CREATE FUNCTION gate.nominee_for(of_request uuid)
    RETURNS TABLE (person_id uuid, standing text, name text, phone text, mail text, named_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT p.id,
             CASE WHEN r.person_id IS NULL THEN 'unknown' WHEN p.id IS NULL THEN 'elsewhere'
                  WHEN n.id IS NULL THEN 'nobody' WHEN n.name IS NULL THEN 'gone'
                  WHEN n.phone = r.phone THEN 'phone' WHEN n.mail = r.mail THEN 'mail'
                  WHEN (n.phone IS NULL OR r.phone IS NULL) AND (n.mail IS NULL OR r.mail IS NULL) THEN 'not_given'
                  ELSE 'other' END,
             n.name, n.phone, n.mail, n.named_at
        FROM privacy_requests r
        LEFT JOIN people p ON p.id = coalesce(gate.successor(r.person_id), r.person_id) AND p.erased_at IS NULL AND ${inScope('p.path')}
        LEFT JOIN LATERAL (SELECT * FROM nominations m WHERE m.person_id = p.id ORDER BY m.named_at DESC, m.id DESC LIMIT 1) n ON true
       WHERE r.id = of_request AND r.on_behalf AND r.closed_at IS NULL AND ${asRole(STAFF)} AND ${inScope('r.path')};
    $$;

    -- Of somebody who is erased: where others named one of these phones or mails. alone: nobody who stays has it, too.
    CREATE FUNCTION gate.nominations_of(points text[], but uuid[])
    RETURNS TABLE (person_id uuid, id uuid, path text, name text, alone boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT n.person_id, n.id, n.path, n.name,
             NOT EXISTS (SELECT FROM contact_points c JOIN people p ON p.id = c.person_id AND p.erased_at IS NULL
                          WHERE c.value = coalesce(n.phone, n.mail) AND c.person_id <> ALL (but))
        FROM nominations n
       WHERE ${asRole(SYSTEM)} AND (n.phone = ANY (points) OR n.mail = ANY (points)) AND n.person_id <> ALL (but);
    $$;
    CREATE FUNCTION gate.empty_nomination(of_person uuid, of_id uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE nominations n SET name = NULL, phone = NULL, mail = NULL WHERE n.person_id = of_person AND n.id = of_id AND ${asRole(SYSTEM)};
    $$;
    -- What they asked for others is gone once it has its answer; that there was a request stays in the trail.
    CREATE FUNCTION gate.forget_askers(points text[]) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH gone AS (
        DELETE FROM privacy_requests r
         WHERE ${asRole(SYSTEM)} AND r.on_behalf AND r.closed_at IS NOT NULL AND (r.phone = ANY (points) OR r.mail = ANY (points)) RETURNING 1)
      SELECT count(*)::integer FROM gone;
    $$;
    `,
    gateFunction('gate.nominate(uuid, uuid, text, text, text)', LINK),
    gateFunction('gate.nominee_for(uuid)', STAFF),
    gateFunction('gate.nominations_of(text[], uuid[])', SYSTEM),
    gateFunction('gate.empty_nomination(uuid, uuid)', SYSTEM),
    gateFunction('gate.forget_askers(text[])', SYSTEM),
  ];
}
