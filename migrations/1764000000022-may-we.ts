import { ForwardOnly } from './forward-only.js';
import { EVIDENCE } from './may-we/evidence.js';
import { KEPT, keptBarrier, ledgerBarrier, reachOf, wish } from './may-we/reach.js';
import { SEGMENT_RULE } from './may-we/segment-rule.js';
import { WRITERS } from './may-we/writers.js';
import { MAILS } from './may-we/mails.js';
import { EVERY_ACTOR, GATE, gateFunction, isMine, LENS, LINK, MEMBER, STAFF, SYSTEM } from './policies.js';

/** The bit of the channel asked for: looked up once a query. */
const MASK = '(SELECT 1::bigint << channel_bit(by_channel))';

const PEOPLE_BELOW = ['people', 'contact_points', 'person_identities', 'consents', 'platforms', 'mails'];
const force = (how: 'NO FORCE' | 'FORCE') =>
  PEOPLE_BELOW.map((table) => `ALTER TABLE ${table} ${how} ROW LEVEL SECURITY;`).join('\n');

/**
 * "May we, for this purpose, by this channel, now?" is kept on people, as bits, for a list of any length; what may only be
 * written by whoever asked it goes through functions that do.
 */
export class MayWe1764000000022 extends ForwardOnly {
  name = 'MayWe1764000000022';
  protected readonly statements = [
    // The owner is bound by the policies as well, and has none of its own.
    force('NO FORCE'),
    `
    -- A channel's place in the masks below: phone 0, mail 1, then a platform each. A place is never given again.
    ALTER TABLE platforms ADD bit smallint UNIQUE CHECK (bit BETWEEN 2 AND 62);
    UPDATE platforms p SET bit = q.n + 1 FROM (SELECT code, row_number() OVER (ORDER BY position, code) AS n FROM platforms) q WHERE q.code = p.code;
    CREATE FUNCTION next_channel_bit() RETURNS smallint LANGUAGE sql VOLATILE AS
      'SELECT (coalesce(max(bit), 1) + 1)::smallint FROM public.platforms';
    ALTER TABLE platforms ALTER COLUMN bit SET DEFAULT next_channel_bit(), ALTER COLUMN bit SET NOT NULL;
    CREATE VIEW channels WITH (security_invoker) AS
      SELECT 'phone' AS code, 0 AS bit UNION ALL SELECT 'email', 1 UNION ALL SELECT code, bit FROM platforms;
    GRANT SELECT ON channels TO ${EVERY_ACTOR}, sampark_app, ${LENS}, ${GATE};
    -- 63, where nobody has anything, for a channel that there isn't.
    CREATE FUNCTION channel_bit(code text) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS
      $$ SELECT coalesce(CASE code WHEN 'phone' THEN 0 WHEN 'email' THEN 1 ELSE (SELECT p.bit FROM public.platforms p WHERE p.code = $1) END, 63) $$;

    -- Of each channel three bits, one in each of a, b and c (1, 2 and 4): 0 no point, 1 stopped, 2 dead, 3 no word, 4 refused,
    -- 5 withdrawn, 6 expired, 7 yes. What is written nowhere is "no point", and yes is where all three are set. Kept by
    -- gate.keep_reach() alone, out of the points and the ledger.
    ALTER TABLE people
      ${[...KEPT, 'on_platforms'].map((column) => `ADD ${column} bigint NOT NULL DEFAULT 0`).join(', ')},
      ADD may_contact bigint GENERATED ALWAYS AS (contact_a & contact_b & contact_c) STORED,
      ADD may_invite bigint GENERATED ALWAYS AS (invite_a & invite_b & invite_c) STORED;

    -- The newest entry is what was said last, not what was typed in last: an old form doesn't undo a withdrawal.
    DROP INDEX consents_newest, consents_given, consents_taken_back, contact_points_live, people_by_last_attempt;
    CREATE INDEX consents_newest ON consents (person_id, purpose, channel, at DESC, id DESC) INCLUDE (state, path);
    `,
    `
    UPDATE people p SET (${[...KEPT, 'on_platforms'].join(', ')}) = (${[...KEPT, 'on_platforms'].map((column) => `r.${column}`).join(', ')})
      FROM (${reachOf('true', 'SELECT p.id FROM people p')}) r WHERE r.person_id = p.id AND r.on_platforms + r.contact_a + r.contact_b + r.contact_c > 0;

    -- All that a list asks of people stands beside their place, so that a count reads no row of theirs.
    DROP INDEX people_by_path;
    CREATE INDEX people_by_path ON people (path, id) INCLUDE
      (language, also_speaks, last_attempt_at, ${KEPT.join(', ')}, on_platforms, contact_only, contact_not_before, assigned_to, erased_at);
    -- The same of what they answered and where they were, and what they offer: with the path, which the policy asks for.
    CREATE INDEX invitations_said ON invitations (person_id) INCLUDE (path, answer, sent_at);
    CREATE INDEX attendances_there ON attendances (person_id) INCLUDE (path, server_at) WHERE undone_at IS NULL;
    DROP INDEX person_skills_by_code;
    CREATE INDEX person_skills_by_code ON person_skills (code, person_id) INCLUDE (path);
    `,
    `
    -- The rule itself, over points and ledger, for one person and any purpose: a point must be there, not stopped, alive;
    -- then the newest entry of the ledger counts. Somebody out of sight cannot be reached.
    CREATE FUNCTION ledger_barrier(of_person uuid, for_purpose text, by_channel text) RETURNS text
    LANGUAGE sql STABLE AS $$ ${ledgerBarrier()} $$;

    -- May we, for this purpose, by this channel, now? One row per person in sight; a null barrier means yes, else the reason.
    -- Out of what is kept on people: being a set, it melts into the query that joins it, and costs a bit of each person.
    CREATE OR REPLACE FUNCTION contact_barriers(for_purpose text, by_channel text) RETURNS TABLE (person_id uuid, barrier text)
    LANGUAGE sql STABLE AS $$
      SELECT p.id,
             CASE for_purpose
               WHEN 'contact' THEN ${keptBarrier('contact', MASK, 'by_channel')}
               WHEN 'invitations' THEN ${keptBarrier('invite', MASK, 'by_channel')}
               ELSE ledger_barrier(p.id, for_purpose, by_channel)
             END
        FROM people p;
    $$;
    -- The same for one person, and worked out anew: what is about to be done to somebody trusts nothing that is kept.
    CREATE OR REPLACE FUNCTION contact_barrier(of_person uuid, for_purpose text, by_channel text) RETURNS text
    LANGUAGE sql STABLE AS $$
      SELECT coalesce(ledger_barrier(of_person, for_purpose, by_channel),
                      CASE WHEN for_purpose IN ('contact', 'invitations') THEN
                        (SELECT ${wish('by_channel')} FROM people p WHERE p.id = of_person) END);
    $$;
    REVOKE EXECUTE ON FUNCTION ledger_barrier(uuid, text, text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION ledger_barrier(uuid, text, text) TO ${STAFF}, ${MEMBER}, ${SYSTEM}, ${LINK}, ${GATE};
    GRANT EXECUTE ON FUNCTION contact_barrier(uuid, text, text) TO ${GATE};
    GRANT EXECUTE ON FUNCTION channel_bit(text) TO ${EVERY_ACTOR}, ${GATE};

    -- Works the bits of these people out anew. Gives how many differed.
    CREATE FUNCTION gate.keep_reach(ids uuid[]) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE n integer;
    BEGIN
      -- Who writes about one of them at the same time waits here, and then sees what was written before.
      PERFORM 1 FROM people p WHERE p.id = ANY (ids) ORDER BY p.id FOR NO KEY UPDATE;
      UPDATE people p SET (${[...KEPT, 'on_platforms'].join(', ')}) = (${[...KEPT, 'on_platforms'].map((column) => `r.${column}`).join(', ')})
        FROM (${reachOf('t.person_id = ANY (ids)', 'SELECT unnest(ids)')}) r
       WHERE p.id = r.person_id
         AND (${[...KEPT, 'on_platforms'].map((column) => `p.${column}`).join(', ')}) IS DISTINCT FROM (${[...KEPT, 'on_platforms'].map((column) => `r.${column}`).join(', ')});
      GET DIAGNOSTICS n = ROW_COUNT;
      RETURN n;
    END $$;

    -- Looks at the next few people behind one, in the order of ids, and mends what isn't as it should be. Gives the last
    -- one looked at (null: nobody is left), and who was mended.
    CREATE FUNCTION gate.mend_reach(behind uuid, most integer) RETURNS TABLE (last uuid, mended uuid[])
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE ids uuid[]; wrong uuid[];
    BEGIN
      SELECT array_agg(s.id) INTO ids FROM (
        SELECT p.id FROM people p WHERE (behind IS NULL OR p.id > behind) ORDER BY p.id LIMIT most) s;
      SELECT array_agg(p.id) INTO wrong
        FROM people p JOIN (${reachOf('t.person_id = ANY (ids)', 'SELECT unnest(ids)')}) r ON r.person_id = p.id
       WHERE (${[...KEPT, 'on_platforms'].map((column) => `p.${column}`).join(', ')}) IS DISTINCT FROM (${[...KEPT, 'on_platforms'].map((column) => `r.${column}`).join(', ')});
      IF wrong IS NOT NULL THEN PERFORM gate.keep_reach(wrong); END IF;
      RETURN QUERY SELECT ids[cardinality(ids)], coalesce(wrong, '{}');
    END $$;
    `,
    gateFunction('gate.keep_reach(uuid[])', `${STAFF}, ${MEMBER}, ${SYSTEM}, ${LINK}`),
    gateFunction('gate.mend_reach(uuid, integer)', SYSTEM),
    ...EVIDENCE,
    ...WRITERS,
    ...MAILS,
    SEGMENT_RULE,
    `
    -- As before (see the hosts' migration): nobody is asked twice, no minor is asked, and the rest is the one rule.
    CREATE OR REPLACE FUNCTION gate.invitable(of_event uuid, place text, in_language text, on_platform text, never boolean, weeks integer, only_ids uuid[])
    RETURNS TABLE (id uuid, path text, language text, why text)
    LANGUAGE sql STABLE AS $$
      SELECT p.id, p.path, p.language,
             CASE WHEN i.person_id IS NOT NULL THEN 'already_asked'
                  WHEN p.birth_year > extract(year FROM now()) - 18 THEN 'minor'
                  ELSE ${keptBarrier('invite', '2', "'email'")} END
        FROM people p
        LEFT JOIN invitations i ON i.person_id = p.id AND i.event_id = of_event
       WHERE p.path >= place AND p.path < place || '~' AND p.erased_at IS NULL
         AND CASE in_language WHEN 'other' THEN p.language NOT IN ('hi', 'en') WHEN 'unknown' THEN p.language IS NULL
                              ELSE in_language IS NULL OR p.language = in_language END
         AND (on_platform IS NULL OR p.on_platforms >> (SELECT channel_bit(on_platform)) & 1 = 1)
         AND (never IS NULL OR p.last_attempt_at IS NULL)
         AND (weeks IS NULL OR p.last_attempt_at IS NULL OR p.last_attempt_at < now() - make_interval(weeks => weeks))
         AND (only_ids IS NULL OR p.id = ANY (only_ids));
    $$;
    `,
    `
    DROP VIEW own.consents;
    CREATE VIEW own.consents WITH (security_barrier) AS
      SELECT t.* FROM public.consents t JOIN public.people p ON p.id = t.person_id WHERE ${isMine('p.')};
    ALTER VIEW own.consents OWNER TO ${LENS};
    GRANT SELECT ON own.consents TO ${MEMBER};
    `,
    force('FORCE'),
  ];
}
