import { ForwardOnly } from './forward-only.js';
import { KEPT, ledgerBarrier, reachOf } from './may-we/reach.js';
import { gateFunction, IN_THEIR_HANDS, LINK, MEMBER, setting, STAFF, SYSTEM } from './policies.js';

const TABLES = ['people', 'contact_points', 'person_identities', 'consents', 'platforms', 'stops'];
const force = (how: 'NO FORCE' | 'FORCE') =>
  TABLES.map((table) => `ALTER TABLE ${table} ${how} ROW LEVEL SECURITY;`).join('\n');

const stoppedOf = (only: string) => `SELECT t.person_id FROM stops t WHERE ${only} AND t.undone_at IS NULL`;
const OF_THESE = 't.person_id = ANY (ids)';
const reach = reachOf(OF_THESE, 'SELECT unnest(ids)', stoppedOf(OF_THESE));
const STAND = 'SELECT s.person_id FROM stops s WHERE s.undone_at IS NULL';
const columns = [...KEPT, 'on_platforms'];
const of = (alias: string) => columns.map((column) => `${alias}.${column}`).join(', ');

/** What an erasure left of a phone or mail: a name beside it goes on stopping one of those who had it. */
const LEFT_BY_AN_ERASURE = `why = 'erased' AND NOT only_named AND kind IN ('phone', 'email')`;
/** As in the migration of the seams. */
const BACK_TO_NAMES = `only_named = true, lasting = true, logged_at = NULL, at = now() + interval '1 millisecond'`;

/**
 * While a stop stands nothing reaches its person: not by a channel that they had not then, nor by a yes of another record of
 * theirs. The rule itself says so, whoever writes into points and ledger.
 */
export class AStopClosesAll1764000000031 extends ForwardOnly {
  name = 'AStopClosesAll1764000000031';
  protected readonly statements = [
    force('NO FORCE'),
    `
    -- As before; whoever asked us to stop withdrew, whatever the ledger says.
    CREATE OR REPLACE FUNCTION ledger_barrier(of_person uuid, for_purpose text, by_channel text) RETURNS text
    LANGUAGE sql STABLE AS $$ ${ledgerBarrier(`
                      (SELECT 'withdrawn' FROM stops o WHERE o.person_id = p.id AND o.undone_at IS NULL LIMIT 1),`)} $$;

    CREATE OR REPLACE FUNCTION gate.keep_reach(ids uuid[]) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE n integer;
    BEGIN
      -- Who writes about one of them at the same time waits here, and then sees what was written before.
      PERFORM 1 FROM people p WHERE p.id = ANY (ids) ORDER BY p.id FOR NO KEY UPDATE;
      UPDATE people p SET (${columns.join(', ')}) = (${of('r')})
        FROM (${reach}) r
       WHERE p.id = r.person_id AND (${of('p')}) IS DISTINCT FROM (${of('r')});
      GET DIAGNOSTICS n = ROW_COUNT;
      RETURN n;
    END $$;
    CREATE OR REPLACE FUNCTION gate.mend_reach(behind uuid, most integer) RETURNS TABLE (last uuid, mended uuid[])
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE ids uuid[]; wrong uuid[];
    BEGIN
      SELECT array_agg(s.id) INTO ids FROM (
        SELECT p.id FROM people p WHERE (behind IS NULL OR p.id > behind) ORDER BY p.id LIMIT most) s;
      SELECT array_agg(p.id) INTO wrong
        FROM people p JOIN (${reach}) r ON r.person_id = p.id
       WHERE (${of('p')}) IS DISTINCT FROM (${of('r')});
      IF wrong IS NOT NULL THEN PERFORM gate.keep_reach(wrong); END IF;
      RETURN QUERY SELECT ids[cardinality(ids)], coalesce(wrong, '{}');
    END $$;

    UPDATE people p SET (${columns.join(', ')}) = (${of('r')})
      FROM (${reachOf(`t.person_id IN (${STAND})`, `SELECT DISTINCT s.person_id FROM stops s WHERE s.undone_at IS NULL`, STAND)}) r
     WHERE p.id = r.person_id AND (${of('p')}) IS DISTINCT FROM (${of('r')});
    `,
    `
    -- As before: what stands before a stop. Said once more, in the same way, it is said now; the person waits for nobody who
    -- writes into their ledger at the same time, and is closed at once.
    CREATE OR REPLACE FUNCTION gate.note_stop(of_person uuid, of_stop uuid, of_how text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE noted boolean;
    BEGIN
      PERFORM 1 FROM people p WHERE p.id = of_person AND ${IN_THEIR_HANDS} FOR NO KEY UPDATE;
      IF NOT FOUND THEN RETURN NULL; END IF;
      INSERT INTO stops (person_id, id, path, how, by_user, since, consents, points, hands)
      SELECT p.id, of_stop, p.path, of_how, ${setting('user_id')}::uuid, of_stop,
             (SELECT coalesce(jsonb_agg(to_jsonb(n)), '[]')
                FROM (SELECT DISTINCT ON (c.purpose, c.channel) c.purpose, c.channel, c.state FROM consents c
                       WHERE c.person_id = p.id ORDER BY c.purpose, c.channel, c.at DESC, c.id DESC) n),
             ARRAY(SELECT c.id FROM contact_points c WHERE c.person_id = p.id
                   UNION ALL SELECT i.id FROM person_identities i WHERE i.person_id = p.id),
             -- What this very transaction has closed already was open.
             jsonb_build_object('closed_at', CASE WHEN p.closed_at < now() THEN p.closed_at END,
               'follow_up_on', p.follow_up_on, 'follow_up_why', p.follow_up_why, 'team_id', p.team_id,
               'assigned_to', p.assigned_to, 'assigned_at', p.assigned_at,
               'assignment', (SELECT a.id FROM assignments a WHERE a.person_id = p.id AND a.closed_at IS NULL),
               'assignment_state', (SELECT a.state FROM assignments a WHERE a.person_id = p.id AND a.closed_at IS NULL))
        FROM people p
       WHERE p.id = of_person
         AND (NOT EXISTS (SELECT FROM stops s WHERE s.person_id = p.id AND s.undone_at IS NULL AND s.how = of_how
                             AND s.by_user IS NOT DISTINCT FROM ${setting('user_id')}::uuid)
              OR EXISTS (SELECT FROM contact_points c WHERE c.person_id = p.id AND c.suppressed_at IS NULL)
              OR EXISTS (SELECT FROM person_identities i WHERE i.person_id = p.id AND i.suppressed_at IS NULL))
      RETURNING true INTO noted;
      UPDATE stops s SET said_at = now()
       WHERE s.person_id = of_person AND s.undone_at IS NULL AND s.how = of_how
         AND s.by_user IS NOT DISTINCT FROM ${setting('user_id')}::uuid;
      PERFORM gate.keep_reach(ARRAY[of_person]);
      RETURN noted;
    END $$;

    -- Of two records that were one for a time, and of which the one that remained asked us to stop meanwhile: so did the other.
    CREATE FUNCTION gate.share_stops(from_person uuid, to_person uuid, not_before timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE to_path text := gate.path_to_carry(to_person); shared integer;
    BEGIN
      IF to_path IS NULL OR gate.path_to_carry(from_person) IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'not both in the territory';
      END IF;
      INSERT INTO stops (person_id, id, path, how, by_user, at, said_at, since, consents, points)
      SELECT to_person, s.id, to_path, s.how, s.by_user, s.at, s.said_at, s.id,
             (SELECT coalesce(jsonb_agg(to_jsonb(n)), '[]')
                FROM (SELECT DISTINCT ON (c.purpose, c.channel) c.purpose, c.channel, c.state FROM consents c
                       WHERE c.person_id = to_person ORDER BY c.purpose, c.channel, c.at DESC, c.id DESC) n),
             -- Not what came since.
             ARRAY(SELECT c.id FROM contact_points c WHERE c.person_id = to_person AND c.created_at <= s.said_at
                   UNION ALL SELECT i.id FROM person_identities i WHERE i.person_id = to_person)
        FROM stops s WHERE s.person_id = from_person AND s.undone_at IS NULL AND s.said_at >= not_before
      ON CONFLICT DO NOTHING;
      GET DIAGNOSTICS shared = ROW_COUNT;
      IF shared > 0 THEN PERFORM gate.keep_reach(ARRAY[to_person]); END IF;
      RETURN shared;
    END $$;

    -- As before; a stop closes whoever it goes along to.
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
      IF n > 0 AND from_person <> to_person AND of_table IN ('contact_points', 'person_identities', 'consents', 'stops') THEN
        PERFORM gate.keep_reach(ARRAY[from_person, to_person]);
      END IF;
      RETURN n;
    END $$;

    -- As before; whatever else stands behind it, what an erasure left of a phone or a mail goes on stopping that one by name, also
    -- in an old list.
    CREATE OR REPLACE FUNCTION gate.lift_suppression(of_kind text, plain text, hashes bytea[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE back integer; lifted integer;
    BEGIN
      UPDATE suppressions SET ${BACK_TO_NAMES} WHERE kind = of_kind AND hash = ANY (hashes) AND ${LEFT_BY_AN_ERASURE};
      GET DIAGNOSTICS back = ROW_COUNT;
      DELETE FROM suppressions WHERE kind = of_kind AND hash = ANY (hashes) AND NOT only_named;
      GET DIAGNOSTICS lifted = ROW_COUNT;
      PERFORM gate.open_points(of_kind, plain);
      RETURN back + lifted;
    END $$;

    -- Of what somebody stopped who is back and hasn't opened it: no stop stands behind it any more, so none that is taken back later
    -- takes it off the list.
    CREATE FUNCTION gate.left_stopped(of_kind text, hashes bytea[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE suppressions x
         SET lasting = true, why = CASE x.why WHEN 'asked_to_stop' THEN 'not_opened' ELSE x.why END, logged_at = NULL
       WHERE x.kind = of_kind AND x.hash = ANY (hashes) AND NOT x.lasting AND NOT x.only_named;
    $$;

    -- Had they this phone, mail or handle whenever they asked us to stop? What came later may be anybody's. Also where no stop stands.
    CREATE FUNCTION gate.had_when_stopped(of_person uuid, of_kind text, plain text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT EXISTS (SELECT FROM people p WHERE p.id = of_person AND ${IN_THEIR_HANDS})
         AND NOT EXISTS (
           SELECT FROM stops s
            WHERE s.person_id = of_person AND s.undone_at IS NULL
              AND NOT EXISTS (
                SELECT FROM contact_points c
                 WHERE c.person_id IN (SELECT gate.records_of(of_person)) AND c.id = ANY (s.points) AND c.kind = of_kind AND c.value = plain
                UNION ALL
                SELECT FROM person_identities i
                 WHERE i.person_id IN (SELECT gate.records_of(of_person)) AND i.id = ANY (s.points) AND i.platform = of_kind AND i.handle = plain));
    $$;

    -- The mail that the letter went to: one that came after a stop doesn't take it back.
    ALTER TABLE own_data_links ADD point_id uuid;
    `,
    gateFunction('gate.had_when_stopped(uuid, text, text)', `${SYSTEM}, ${LINK}`),
    gateFunction('gate.left_stopped(text, bytea[])', `${STAFF}, ${MEMBER}, ${SYSTEM}`),
    gateFunction('gate.share_stops(uuid, uuid, timestamptz)', `${STAFF}, ${SYSTEM}`),
    force('FORCE'),
  ];
}
