import { ForwardOnly } from './forward-only.js';
import { gateFunction, IN_THEIR_HANDS, LINK, MEMBER, STAFF, SYSTEM } from './policies.js';

/** The person `p` is in the caller's hands; a link ends points in functions of its own. */
const WITHIN = `current_setting('role') <> '${LINK}' AND ${IN_THEIR_HANDS}`;

const force = (how: 'NO FORCE' | 'FORCE') =>
  ['identity_claims', 'person_identities'].map((table) => `ALTER TABLE ${table} ${how} ROW LEVEL SECURITY;`).join('\n');

/**
 * Whoever loses a handle loses the claim on it in the same breath, by whatever hand it ends; and an account is known by the
 * platform's own id, whatever it is called (T20).
 */
export class IdentitiesByAccount1764000000036 extends ForwardOnly {
  name = 'IdentitiesByAccount1764000000036';

  protected readonly statements = [
    `
    -- The same as person_identities_by_uid, word for word.
    DROP INDEX person_identities_by_account;

    -- A wrong number, or a handle at which somebody else answered: dead, why, and free for whose it is.
    CREATE OR REPLACE FUNCTION gate.mark_dead(of_person uuid, of_kind text, of_value text, reason text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      IF NOT EXISTS (SELECT FROM people p WHERE p.id = of_person AND ${WITHIN}) THEN RETURN; END IF;
      UPDATE contact_points c SET dead_at = now(), dead_why = reason, preferred = false
       WHERE c.person_id = of_person AND c.value = of_value AND c.dead_at IS NULL
         AND c.kind = CASE of_kind WHEN 'whatsapp' THEN 'phone' ELSE of_kind END;
      UPDATE person_identities i SET to_at = now(), ended_why = reason, preferred = false
       WHERE i.person_id = of_person AND i.handle = of_value AND i.to_at IS NULL
         AND i.platform = CASE of_kind WHEN 'phone' THEN 'whatsapp' ELSE of_kind END;
      DELETE FROM identity_claims k WHERE k.person_id = of_person AND k.platform = of_kind AND k.handle = of_value;
      PERFORM gate.keep_reach(ARRAY[of_person]);
    END $$;

    -- A phone or mail is dead, a handle theirs no longer; it stays in the record. What ended before keeps its day and its
    -- reason. A number that was never theirs is as little theirs on WhatsApp. True where there was such a point.
    CREATE OR REPLACE FUNCTION gate.end_point(of_person uuid, of_id uuid, reason text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE number text; ended record;
    BEGIN
      IF NOT EXISTS (SELECT FROM people p WHERE p.id = of_person AND ${WITHIN}) THEN RETURN false; END IF;
      SELECT c.kind, c.value INTO ended FROM contact_points c WHERE c.person_id = of_person AND c.id = of_id;
      IF NOT FOUND THEN
        SELECT i.platform AS kind, i.handle AS value INTO ended FROM person_identities i WHERE i.person_id = of_person AND i.id = of_id;
        IF NOT FOUND THEN RETURN false; END IF;
      END IF;
      IF reason = 'wrong' AND ended.kind IN ('phone', 'whatsapp') THEN number := ended.value; END IF;
      UPDATE contact_points c SET dead_at = now(), dead_why = reason, preferred = false
       WHERE c.person_id = of_person AND c.dead_at IS NULL AND (c.id = of_id OR (c.kind = 'phone' AND c.value = number));
      UPDATE person_identities i SET to_at = now(), ended_why = reason, preferred = false
       WHERE i.person_id = of_person AND i.to_at IS NULL AND (i.id = of_id OR (i.platform = 'whatsapp' AND i.handle = number));
      DELETE FROM identity_claims k WHERE k.person_id = of_person AND k.platform = ended.kind AND k.handle = ended.value;
      PERFORM gate.keep_reach(ARRAY[of_person]);
      RETURN true;
    END $$;

    -- Which of these accounts does somebody have, by the platform's own id, whom the caller doesn't see? Positions (from 1),
    -- and nothing else. Where the id was all that was known it stands as the handle. Who was set aside has none of their own.
    CREATE FUNCTION gate.accounts_elsewhere(of_person uuid, platforms text[], uids text[]) RETURNS SETOF integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT DISTINCT q.n::integer FROM unnest(platforms, uids) WITH ORDINALITY AS q (platform, uid, n)
       CROSS JOIN LATERAL (
         SELECT i.person_id FROM person_identities i WHERE i.platform_uid = q.uid AND i.platform = q.platform AND i.to_at IS NULL
         UNION ALL
         SELECT i.person_id FROM person_identities i WHERE i.handle = lower(q.uid) AND i.platform = q.platform AND i.to_at IS NULL) a
        JOIN people p ON p.id = a.person_id
       WHERE a.person_id IS DISTINCT FROM of_person AND p.path <> '' AND NOT coalesce(${WITHIN}, false);
    $$;
    `,
    gateFunction('gate.accounts_elsewhere(uuid, text[], text[])', `${STAFF}, ${MEMBER}, ${SYSTEM}`),
    // Claims that a wrong number left behind: the handle couldn't be anybody's any more.
    force('NO FORCE'),
    `DELETE FROM identity_claims c
      WHERE NOT EXISTS (SELECT FROM person_identities i
                         WHERE i.person_id = c.person_id AND i.platform = c.platform AND i.handle = c.handle AND i.to_at IS NULL);`,
    force('FORCE'),
  ];
}
