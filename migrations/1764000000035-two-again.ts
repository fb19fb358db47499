import { ForwardOnly } from './forward-only.js';
import { gateFunction, isLinked, isMine, LINK, MEMBER, setting, STAFF, SYSTEM } from './policies.js';

const TABLES = [
  'people',
  'person_merges',
  'stops',
  'assignments',
  'consents',
  'contact_points',
  'person_identities',
  'identity_claims',
  'platforms',
];
const force = (how: 'NO FORCE' | 'FORCE') =>
  TABLES.map((table) => `ALTER TABLE ${table} ${how} ROW LEVEL SECURITY;`).join('\n');

/** As in the migration of erasure. */
const WITHIN = `CASE current_setting('role') WHEN '${LINK}' THEN ${isLinked('p.id', 'person_id')}
           ELSE p.path >= ${setting('scope_from')} AND p.path < ${setting('scope_to')}
                AND (current_setting('role') IN ('${STAFF}', '${SYSTEM}')
                     OR (current_setting('role') = '${MEMBER}' AND ${isMine('p.')})) END`;

/** Merges that were taken apart, both records there and nothing of them merged again. */
const APART = `person_merges m JOIN people l ON l.id = m.loser_id AND l.path <> '' AND l.erased_at IS NULL
     JOIN people w ON w.id = m.person_id AND w.path <> '' AND w.erased_at IS NULL
    WHERE m.undone_at IS NOT NULL`;

/** Whatever came to an end with the one (w) in the time of the merge, and is alive with the other (t). */
const ENDED = (point: string, same: string, end: string, since: string, until = `'infinity'`) =>
  `${point} w WHERE ${same} AND w.${end} >= ${since} AND w.${end} < ${until} AND t.${end} IS NULL`;
const SAME_POINT = 't.kind = w.kind AND t.value = w.value';
const SAME_HANDLE = 't.platform = w.platform AND t.handle = w.handle';

/**
 * Two records that were one for a time: what they asked for and what ended meanwhile holds for both when they are two again; and
 * whoever is about to be erased is not merged away from it.
 */
export class TwoAgain1764000000035 extends ForwardOnly {
  name = 'TwoAgain1764000000035';
  protected readonly statements = [
    `
    -- As before; whoever's stop stands is looked after no longer, and what stood before is noted with it.
    CREATE OR REPLACE FUNCTION gate.share_stops(from_person uuid, to_person uuid, not_before timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE to_path text := gate.path_to_carry(to_person); shared integer;
    BEGIN
      IF to_path IS NULL OR gate.path_to_carry(from_person) IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'not both in the territory';
      END IF;
      INSERT INTO stops (person_id, id, path, how, by_user, at, said_at, since, consents, points, hands)
      SELECT to_person, s.id, to_path, s.how, s.by_user, s.at, s.said_at, s.id,
             (SELECT coalesce(jsonb_agg(to_jsonb(n)), '[]')
                FROM (SELECT DISTINCT ON (c.purpose, c.channel) c.purpose, c.channel, c.state FROM consents c
                       WHERE c.person_id = to_person ORDER BY c.purpose, c.channel, c.at DESC, c.id DESC) n),
             -- Not what came since.
             ARRAY(SELECT c.id FROM contact_points c WHERE c.person_id = to_person AND c.created_at <= s.said_at
                   UNION ALL SELECT i.id FROM person_identities i WHERE i.person_id = to_person),
             jsonb_build_object('closed_at', p.closed_at, 'follow_up_on', p.follow_up_on, 'follow_up_why', p.follow_up_why,
               'team_id', p.team_id, 'assigned_to', p.assigned_to, 'assigned_at', p.assigned_at,
               'assignment', (SELECT a.id FROM assignments a WHERE a.person_id = p.id AND a.closed_at IS NULL),
               'assignment_state', (SELECT a.state FROM assignments a WHERE a.person_id = p.id AND a.closed_at IS NULL))
        FROM stops s JOIN people p ON p.id = to_person
       WHERE s.person_id = from_person AND s.undone_at IS NULL AND s.said_at >= not_before
      ON CONFLICT DO NOTHING;
      GET DIAGNOSTICS shared = ROW_COUNT;
      IF EXISTS (SELECT FROM stops s WHERE s.person_id = to_person AND s.undone_at IS NULL) THEN
        PERFORM gate.close_contact(to_person, 'asked_to_stop');
      END IF;
      IF shared > 0 THEN PERFORM gate.keep_reach(ARRAY[to_person]); END IF;
      RETURN shared;
    END $$;

    -- Of two records that were one for a time: a phone, mail or handle that both have and that ended with the one meanwhile, ended
    -- with the other as well. What ended is what nobody likes best. How many ended.
    CREATE FUNCTION gate.share_ends(from_person uuid, to_person uuid, not_before timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE points integer; handles integer;
    BEGIN
      IF gate.path_to_carry(to_person) IS NULL OR gate.path_to_carry(from_person) IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'not both in the territory';
      END IF;
      UPDATE contact_points t SET dead_at = w.dead_at, dead_why = w.dead_why
        FROM ${ENDED('contact_points', SAME_POINT, 'dead_at', 'not_before')} AND t.person_id = to_person AND w.person_id = from_person;
      GET DIAGNOSTICS points = ROW_COUNT;
      UPDATE person_identities t SET to_at = w.to_at, ended_why = w.ended_why
        FROM ${ENDED('person_identities', SAME_HANDLE, 'to_at', 'not_before')} AND t.person_id = to_person AND w.person_id = from_person;
      GET DIAGNOSTICS handles = ROW_COUNT;
      UPDATE contact_points t SET preferred = false WHERE t.person_id = to_person AND t.dead_at IS NOT NULL AND t.preferred;
      UPDATE person_identities t SET preferred = false WHERE t.person_id = to_person AND t.to_at IS NOT NULL AND t.preferred;
      IF points + handles > 0 THEN PERFORM gate.keep_reach(ARRAY[to_person]); END IF;
      RETURN points + handles;
    END $$;

    -- As before; whoever merges this record at the same moment waits, or is waited for: then it stands for nobody any more.
    CREATE OR REPLACE FUNCTION gate.note_erasure(of_person uuid, to_state text, because text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO erasures AS e (id, path, state, why, asked_by)
      SELECT p.id, p.path, to_state, because, ${setting('user_id')}::uuid
        FROM people p
       WHERE p.id = of_person AND p.erased_at IS NULL AND p.merged_into IS NULL AND ${WITHIN}
         AND (to_state = 'wished' OR (to_state = 'asked' AND current_setting('role') <> '${MEMBER}'))
         FOR NO KEY UPDATE OF p
      ON CONFLICT (id) DO UPDATE
        SET state = excluded.state, why = excluded.why, path = excluded.path, asked_at = now(), asked_by = excluded.asked_by,
            refused_why = NULL
        WHERE e.state = 'refused' OR (e.state = 'wished' AND excluded.state = 'asked')
      RETURNING true;
    $$;

    -- Whether somebody in the caller's territory is to be erased, themselves or as a record merged into them: what a job is at
    -- before what somebody wished.
    CREATE FUNCTION gate.erasure_of(of_person uuid) RETURNS TABLE (id uuid, state text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT e.id, e.state FROM erasures e
       WHERE e.id IN (SELECT gate.records_of(of_person)) AND e.state IN ('wished', 'asked')
         AND gate.path_to_carry(of_person) IS NOT NULL
       ORDER BY e.state, e.id <> of_person LIMIT 1;
    $$;

    -- Since when somebody in the caller's hands stands for another record as well. Null: they don't.
    CREATE FUNCTION gate.merged_since(of_person uuid) RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT max(m.at) FROM person_merges m JOIN people p ON p.id = m.person_id
       WHERE m.person_id = of_person AND m.undone_at IS NULL AND ${WITHIN};
    $$;

    -- As before; nobody of whom an erasure is asked is set aside, or has anybody set aside for them: the job would take the one
    -- record and leave what went over to the other.
    CREATE OR REPLACE FUNCTION gate.set_aside(loser uuid, winner uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE done boolean;
    BEGIN
      UPDATE people p SET merged_into = winner, path = '', waiting = false, link_version = p.link_version + 1
        FROM people w
       WHERE p.id = loser AND w.id = winner AND p.id <> w.id AND current_setting('role') IN ('${STAFF}', '${SYSTEM}')
         AND p.merged_into IS NULL AND w.merged_into IS NULL AND p.erased_at IS NULL AND w.erased_at IS NULL
         AND coalesce(p.path >= ${setting('scope_from')} AND p.path < ${setting('scope_to')}, false)
         AND coalesce(w.path >= ${setting('scope_from')} AND w.path < ${setting('scope_to')}, false)
         AND NOT EXISTS (SELECT FROM erasures e WHERE e.id IN (loser, winner) AND e.state = 'asked')
      RETURNING true INTO done;
      IF done THEN UPDATE people p SET link_version = p.link_version + 1 WHERE p.id = winner; END IF;
      RETURN done;
    END $$;
    `,
    gateFunction('gate.share_ends(uuid, uuid, timestamptz)', `${STAFF}, ${SYSTEM}`),
    gateFunction('gate.merged_since(uuid)', `${STAFF}, ${MEMBER}, ${SYSTEM}, ${LINK}`),
    gateFunction('gate.erasure_of(uuid)', `${STAFF}, ${SYSTEM}`),
    ...mended(),
  ];
}

/** What merges taken apart before this left open, and stops that closed nobody. */
export function mended(): string[] {
  return [
    force('NO FORCE'),
    `
    CREATE TEMP TABLE mended (id uuid) ON COMMIT DROP;

    WITH closed AS (
      UPDATE people p SET closed_at = now(), follow_up_on = NULL, follow_up_why = NULL, assigned_to = NULL, assigned_at = NULL, team_id = NULL
        FROM (SELECT DISTINCT s.person_id FROM stops s WHERE s.undone_at IS NULL) s
       WHERE p.id = s.person_id AND p.closed_at IS NULL AND p.path <> '' AND p.erased_at IS NULL
      RETURNING p.id)
    UPDATE assignments a SET state = 'closed', closed_at = now(), closed_why = 'asked_to_stop'
      FROM closed WHERE a.person_id = closed.id AND a.closed_at IS NULL;

    -- The newest word of the one that remained, where it was a no, was said while they were one, and the other has none since.
    WITH said AS (
      SELECT DISTINCT ON (l.id, n.purpose, n.channel) l.id, l.path, n.purpose, n.channel, n.state, n.at
        FROM (SELECT m.person_id, m.loser_id, m.at, m.undone_at, l.id, l.path FROM ${APART}) l
        JOIN LATERAL (
          SELECT DISTINCT ON (c.purpose, c.channel) c.purpose, c.channel, c.state, c.how, c.at FROM consents c
           WHERE c.person_id = l.person_id AND c.at < l.undone_at ORDER BY c.purpose, c.channel, c.at DESC, c.id DESC) n ON true
       WHERE n.state IN ('withdrawn', 'refused') AND n.how <> 'merge' AND n.at >= l.at
         AND NOT EXISTS (SELECT FROM consents t WHERE t.person_id = l.id AND t.purpose = n.purpose AND t.channel = n.channel
                            AND t.at >= n.at)
       ORDER BY l.id, n.purpose, n.channel, n.at DESC),
    told AS (
      INSERT INTO consents (person_id, id, path, purpose, channel, state, how, at)
      SELECT s.id, new_id(), s.path, s.purpose, s.channel, s.state, 'unmerge', s.at FROM said s RETURNING person_id)
    INSERT INTO mended SELECT person_id FROM told;

    WITH ended AS (
      UPDATE contact_points t SET dead_at = w.dead_at, dead_why = w.dead_why, preferred = false
        FROM (SELECT m.person_id, m.loser_id, m.at, m.undone_at FROM ${APART}) m,
             ${ENDED('contact_points', SAME_POINT, 'dead_at', 'm.at', 'm.undone_at')} AND t.person_id = m.loser_id AND w.person_id = m.person_id
      RETURNING t.person_id)
    INSERT INTO mended SELECT person_id FROM ended;
    WITH ended AS (
      UPDATE person_identities t SET to_at = w.to_at, ended_why = w.ended_why, preferred = false
        FROM (SELECT m.person_id, m.loser_id, m.at, m.undone_at FROM ${APART}) m,
             ${ENDED('person_identities', SAME_HANDLE, 'to_at', 'm.at', 'm.undone_at')} AND t.person_id = m.loser_id AND w.person_id = m.person_id
      RETURNING t.person_id)
    INSERT INTO mended SELECT person_id FROM ended;
    -- A handle that is used, and claimed for somebody else.
    WITH ended AS (
      UPDATE person_identities t SET to_at = now(), ended_why = 'changed_hands', preferred = false
        FROM (SELECT m.loser_id FROM ${APART}) m, identity_claims c
       WHERE t.person_id = m.loser_id AND t.to_at IS NULL AND c.platform = t.platform AND c.handle = t.handle AND c.person_id <> t.person_id
      RETURNING t.person_id)
    INSERT INTO mended SELECT person_id FROM ended;

    SELECT gate.keep_reach(array_agg(DISTINCT id)) FROM mended HAVING count(*) > 0;
    DROP TABLE mended;
    `,
    force('FORCE'),
  ];
}
