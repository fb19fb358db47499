import { ForwardOnly } from './forward-only.js';
import {
  GATE,
  gateFunction,
  HOST,
  IN_SCOPE,
  isActor,
  isMine,
  LENS,
  MEMBER,
  policy,
  setting,
  STAFF,
  SYSTEM,
} from './policies.js';

/** The one meet-up of a helper at the door; null for everybody whose role reaches further. */
const ONE_EVENT = `${setting('event_id')}::uuid`;
/** The row's meet-up is the helper's, or the actor is more than a helper. */
const isMyEvent = (column: string) => `coalesce(${column} = ${ONE_EVENT}, true)`;
const NO_HELPER = `${setting('event_id')} IS NULL`;

const AT_IN_SCOPE = `at_path >= ${setting('scope_from')} AND at_path < ${setting('scope_to')}`;
/** Of `e`, the meet-up, inside a function of the gate. */
const EVENT_IN_SIGHT = `e.path >= ${setting('scope_from')} AND e.path < ${setting('scope_to')} AND ${isMyEvent('e.id')}`;
const PERSON_IN_SIGHT = `p.path >= ${setting('scope_from')} AND p.path < ${setting('scope_to')}`;

/** What a helper needs is a name to tick: what somebody answered is the organiser's to know. */
const notForHelpers = (column: string) => `CASE WHEN ${NO_HELPER} THEN t.${column} END AS ${column}`;

/** Why somebody could not be written to, or their mail did not go. */
const WHY = 'coalesce(t.skipped_why, m.why)';

/** Below a person, of meet-ups in sight: `t` is the table's row. The rule is asked of the meet-up, once, not of each row. The lens' own policies hold the territory. */
const askedView = (table: string, columns: string) => `
    CREATE VIEW asked.${table} WITH (security_barrier) AS
      SELECT ${columns} FROM public.${table} t JOIN public.events e ON e.id = t.event_id WHERE ${isMyEvent('e.id')};
    ALTER VIEW asked.${table} OWNER TO ${LENS};
    GRANT SELECT ON asked.${table} TO ${HOST};`;

/** Of an invitation, as lists show it. */
const SAID = ['answer', 'guests', 'standing', 'answered_at', 'call_me_at'] as const;

/**
 * One row per meet-up and person who was asked to it or was there. Everything that a list shows hangs on the person's key
 * in here: joined outside, two views that are barriers would be worked out as wholes, and compared row by row where the
 * statistics don't know yet how many were asked.
 */
const guests = (rule: string, hides: (column: string) => string, why: string, joins = '', there = '') => `
      SELECT t.event_id, t.person_id, p.full_name, p.name_key, p.territory_id, p.erased_at,
             t.id AS invitation_id, t.state, t.language, t.asked_at, t.sent_at, t.not_me_at, ${SAID.map(hides).join(', ')},
             m.state AS mail, ${why} AS why,
             a.id AS attendance_id, a.how, a.device_at, a.server_at, a.by_user, a.undone_at
        FROM public.invitations t
        JOIN public.people p ON p.id = t.person_id ${joins}
        LEFT JOIN public.mails m ON m.person_id = t.person_id AND m.id = t.id
        LEFT JOIN public.attendances a ON a.person_id = t.person_id AND a.event_id = t.event_id ${there}
       WHERE ${rule}
      UNION ALL
      SELECT t.event_id, t.person_id, p.full_name, p.name_key, p.territory_id, p.erased_at,
             NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
             t.id, t.how, t.device_at, t.server_at, t.by_user, t.undone_at
        FROM public.attendances t
        JOIN public.people p ON p.id = t.person_id ${joins}
       WHERE ${rule} ${there.replaceAll('a.at_path', 't.at_path')}
         AND NOT EXISTS (SELECT FROM public.invitations i WHERE i.person_id = t.person_id AND i.event_id = t.event_id)`;

const CONDITIONS =
  'of_event uuid, of_territory uuid, in_language text, on_platform text, never boolean, weeks integer, only_ids uuid[]';
const CONDITION_TYPES = 'uuid, uuid, text, text, boolean, integer, uuid[]';

/** Finds the audience's territory, or refuses: the meet-up out of sight, a territory beside it, people by their ids. */
const PLACE_OF_AUDIENCE = `
      SELECT t.path INTO place FROM events e JOIN territories t ON t.id = coalesce(of_territory, e.territory_id)
       WHERE e.id = of_event AND ${EVENT_IN_SIGHT} AND ${NO_HELPER} AND t.path >= e.path AND t.path < e.path || '~';
      IF place IS NULL OR (only_ids IS NOT NULL AND current_setting('role') = '${HOST}') THEN
        RAISE insufficient_privilege USING MESSAGE = 'no audience of this caller';
      END IF;`;

/** A role at the door of one meet-up, in the territory: what an organiser gives and ends. */
const HELPER_GRANT = `role = 'check_in_helper' AND event_id IS NOT NULL AND delegated_from IS NULL AND ${IN_SCOPE} AND ${NO_HELPER}`;

/** `u` has never had a password and is nothing but a helper at doors in the caller's territory. */
const ONLY_A_HELPER = `u.disabled_at IS NULL AND u.password_set_at IS NULL
         AND NOT EXISTS (SELECT FROM grants o
                          WHERE o.user_id = u.id AND gate.grant_holds(o)
                            AND NOT (o.role = 'check_in_helper' AND o.event_id IS NOT NULL
                                     AND o.path >= ${setting('scope_from')} AND o.path < ${setting('scope_to')}))`;

const USER_COLUMNS =
  'id, full_name, email, phone, language, path, link_version, disabled_at, disabled_by, created_at, created_by, password_set_at';

/**
 * Organisers and helpers at the door: meet-ups, and of the people asked to them (or there) names, answers and attendance.
 * They have no right on any table below a person but attendance: the views of schema `asked` have the tables' names.
 */
export class Hosts1764000000015 extends ForwardOnly {
  name = 'Hosts1764000000015';
  protected readonly statements = [
    `
    -- asked: what a host sees below a person.
    CREATE SCHEMA asked;
    REVOKE ALL ON SCHEMA asked FROM PUBLIC;
    GRANT USAGE ON SCHEMA asked TO ${HOST}, ${LENS};
    GRANT CREATE ON SCHEMA asked TO ${LENS};

    GRANT SELECT, INSERT, UPDATE ON events TO ${HOST};
    ${policy('events', 'in_sight_of_a_host', 'SELECT', HOST, `${IN_SCOPE} AND ${isMyEvent('id')}`)}
    ${policy('events', 'planned_by_an_organiser', 'INSERT', HOST, `${IN_SCOPE} AND ${NO_HELPER}`)}
    ${policy('events', 'changed_by_an_organiser', 'UPDATE', HOST, `${IN_SCOPE} AND ${NO_HELPER}`)}

    -- Where it happened decides: what was counted stays with the meet-up, wherever the person lives by now.
    GRANT SELECT, INSERT, UPDATE ON attendances TO ${HOST};
    ${policy('attendances', 'at_a_meet_up_in_sight', 'ALL', HOST, `${AT_IN_SCOPE} AND ${isMyEvent('event_id')}`)}

    -- Their data in so far as a list of names needs it; only of those asked to a meet-up in sight, or there.
    CREATE VIEW asked.people WITH (security_barrier) AS
      SELECT p.id, p.territory_id, p.path, p.full_name, p.name_key, p.erased_at
        FROM public.people p
       WHERE EXISTS (SELECT FROM public.invitations i JOIN public.events e ON e.id = i.event_id
                      WHERE i.person_id = p.id AND ${isMyEvent('e.id')})
          OR EXISTS (SELECT FROM public.attendances a
                      WHERE a.person_id = p.id AND ${AT_IN_SCOPE} AND ${isMyEvent('a.event_id')});
    ALTER VIEW asked.people OWNER TO ${LENS};
    GRANT SELECT ON asked.people TO ${HOST};
    `,
    // Why somebody could not be written to stands in the ledger or on a contact point: it is left out here.
    askedView(
      'invitations',
      `t.person_id, t.id, t.event_id, t.path, t.state, NULL::text AS skipped_why, t.language, t.asked_by, t.asked_at, t.sent_at,
       ${['answer', 'guests', 'standing', 'answered_at', 'answered_how', 'call_me_at'].map(notForHelpers).join(', ')}, t.not_me_at`,
    ),
    askedView(
      'rsvps',
      `t.person_id, t.id, t.invitation_id, t.event_id, t.path, t.how, t.by_user, t.at,
       ${['answer', 'guests', 'standing'].map(notForHelpers).join(', ')}`,
    ),
    askedView(
      'mails',
      't.person_id, t.id, t.path, t.kind, t.event_id, t.invitation_id, t.state, NULL::text AS why, t.queued_at, t.sent_at',
    ),
    `
    -- Who may stand on a list of one meet-up, by name.
    CREATE VIEW guests WITH (security_invoker) AS ${guests('true', (column) => `t.${column}`, WHY)};
    GRANT SELECT ON guests TO ${STAFF}, ${SYSTEM};
    CREATE VIEW own.guests WITH (security_barrier) AS ${guests(isMine('p.'), (column) => `t.${column}`, WHY)};
    ALTER VIEW own.guests OWNER TO ${LENS};
    GRANT SELECT ON own.guests TO ${MEMBER};
    CREATE VIEW asked.guests WITH (security_barrier) AS
      ${guests(isMyEvent('e.id'), notForHelpers, 'NULL::text', 'JOIN public.events e ON e.id = t.event_id', `AND ${AT_IN_SCOPE.replaceAll('at_path', 'a.at_path')}`)};
    ALTER VIEW asked.guests OWNER TO ${LENS};
    GRANT SELECT ON asked.guests TO ${HOST};
    `,
    `
    GRANT SELECT ON consents, attendances TO ${GATE};
    ${['consents', 'attendances'].map((table) => policy(table, 'through_the_gate', 'SELECT', GATE, 'true')).join('\n')}
    GRANT INSERT ON invitations, mails TO ${GATE};
    GRANT UPDATE (state, skipped_why, answer, guests, standing, answered_at, answered_how) ON invitations TO ${GATE};
    GRANT UPDATE (state, why, joined_to, due_at, tries) ON mails TO ${GATE};
    ${['invitations', 'mails'].map((table) => policy(table, 'added_through_the_gate', 'INSERT', GATE, 'true')).join('\n')}
    ${['invitations', 'mails'].map((table) => policy(table, 'changed_through_the_gate', 'UPDATE', GATE, 'true')).join('\n')}
    GRANT EXECUTE ON FUNCTION contact_barriers(text, text) TO ${GATE};

    -- Everybody of a territory whom the conditions leave, with the reason that keeps them from being asked, or null: nobody
    -- is asked twice, no minor is asked, and the rest is the ledger's one rule. A set, which melts into what asks for it.
    CREATE FUNCTION gate.invitable(of_event uuid, place text, in_language text, on_platform text, never boolean, weeks integer, only_ids uuid[])
    RETURNS TABLE (id uuid, path text, language text, why text)
    LANGUAGE sql STABLE AS $$
      SELECT p.id, p.path, p.language,
             CASE WHEN i.person_id IS NOT NULL THEN 'already_asked'
                  WHEN p.birth_year > extract(year FROM now()) - 18 THEN 'minor'
                  ELSE b.barrier END
        FROM people p
        JOIN contact_barriers('invitations', 'email') b ON b.person_id = p.id
        LEFT JOIN invitations i ON i.person_id = p.id AND i.event_id = of_event
       WHERE p.path >= place AND p.path < place || '~' AND p.erased_at IS NULL
         AND CASE in_language WHEN 'other' THEN p.language NOT IN ('hi', 'en') WHEN 'unknown' THEN p.language IS NULL
                              ELSE in_language IS NULL OR p.language = in_language END
         AND (on_platform IS NULL OR EXISTS (SELECT FROM person_identities h
                                              WHERE h.person_id = p.id AND h.platform = on_platform AND h.to_at IS NULL))
         AND (never IS NULL OR p.last_attempt_at IS NULL)
         AND (weeks IS NULL OR p.last_attempt_at IS NULL OR p.last_attempt_at < now() - make_interval(weeks => weeks))
         AND (only_ids IS NULL OR p.id = ANY (only_ids));
    $$;

    -- How many would be asked (why is null), and how many not, by reason: numbers and nothing else. Planned for the
    -- conditions given: one that isn't drops out.
    CREATE FUNCTION gate.audience(${CONDITIONS}) RETURNS TABLE (why text, n integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    #variable_conflict use_column
    DECLARE place text;
    BEGIN ${PLACE_OF_AUDIENCE}
      RETURN QUERY
        SELECT q.why, count(*)::integer FROM gate.invitable(of_event, place, in_language, on_platform, never, weeks, only_ids) q
         GROUP BY q.why ORDER BY 2 DESC, 1;
    END $$;

    -- Asks them: an invitation and a mail each, in one statement. A mail that invites has the id of its invitation: one key
    -- finds both. ids are taken by position, because a join on them goes by an estimate of how many are chosen, which is far
    -- off. Gives who was asked, for the trail. Executed as text, so that it is planned for the conditions given as well;
    -- by plan_cache_mode the look-ups of each row's foreign keys would be planned anew, too.
    CREATE FUNCTION gate.ask(${CONDITIONS}, ids uuid[], languages text[], fallback text) RETURNS SETOF uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE place text;
    BEGIN ${PLACE_OF_AUDIENCE}
      RETURN QUERY EXECUTE $sql$
        WITH chosen AS (
               SELECT q.id, q.path, q.language, row_number() OVER (ORDER BY q.path, q.id) AS n
                 FROM gate.invitable($1, $2, $3, $4, $5, $6, $7) q WHERE q.why IS NULL),
             asked AS (
               INSERT INTO invitations (person_id, id, event_id, path, language, asked_by)
               SELECT c.id, $8[c.n], $1, c.path, CASE WHEN c.language = ANY ($9) THEN c.language ELSE $10 END, ${setting('user_id')}::uuid
                 FROM chosen c WHERE c.n <= cardinality($8)
               ON CONFLICT (person_id, event_id) DO NOTHING
               RETURNING person_id, id, path),
             mailed AS (
               INSERT INTO mails (person_id, id, path, kind, event_id, invitation_id)
               SELECT a.person_id, a.id, a.path, 'invitation', $1, a.id FROM asked a)
        SELECT person_id FROM asked
      $sql$ USING of_event, place, in_language, on_platform, never, weeks, only_ids, ids, languages, fallback;
    END $$;

    -- A meet-up that moved: who answered is asked again; seats are counted from the answers that stand, of everybody asked.
    -- Volatile, so that whoever waited for the meet-up's row counts what was answered meanwhile.
    CREATE FUNCTION gate.ask_again(of_event uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE invitations i SET answer = NULL, guests = 0, standing = NULL, answered_at = NULL, answered_how = NULL, state = 'sent'
        FROM events e
       WHERE e.id = of_event AND ${EVENT_IN_SIGHT} AND ${NO_HELPER} AND i.event_id = e.id AND i.state = 'answered';
    $$;
    CREATE FUNCTION gate.heads_of(of_event uuid) RETURNS integer
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT coalesce(sum(1 + i.guests), 0)::integer FROM events e JOIN invitations i ON i.event_id = e.id
       WHERE e.id = of_event AND ${EVENT_IN_SIGHT} AND i.answer = 'yes' AND i.standing = 'in';
    $$;

    -- Who said yes and did not come is due again; gives whom, for the trail. A follow-up that was due earlier stays due then.
    CREATE FUNCTION gate.follow_up_no_shows(of_event uuid, due_on date) RETURNS SETOF uuid
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH told AS (
        UPDATE people p SET follow_up_on = least(p.follow_up_on, due_on), follow_up_why = 'no_show'
          FROM events e JOIN invitations i ON i.event_id = e.id
         WHERE e.id = of_event AND ${EVENT_IN_SIGHT} AND ${NO_HELPER} AND i.person_id = p.id AND ${PERSON_IN_SIGHT}
           AND i.answer = 'yes' AND i.standing = 'in' AND i.not_me_at IS NULL AND p.closed_at IS NULL AND p.erased_at IS NULL
           AND NOT EXISTS (SELECT FROM attendances a WHERE a.person_id = p.id AND a.event_id = of_event AND a.undone_at IS NULL)
        RETURNING p.id)
      SELECT id FROM told;
    $$;
    -- Told on as missing already, and there after all (a device that was offline).
    CREATE FUNCTION gate.came_after_all(of_person uuid, of_event uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE people p SET follow_up_on = NULL, follow_up_why = NULL
        FROM events e JOIN attendances a ON a.event_id = e.id AND a.undone_at IS NULL
       WHERE e.id = of_event AND ${EVENT_IN_SIGHT} AND e.closed_at IS NOT NULL AND a.person_id = of_person
         AND p.id = of_person AND p.follow_up_why = 'no_show';
    $$;

    -- Mails in doubt, or that failed, are due once more; gives whose.
    CREATE FUNCTION gate.send_again(of_event uuid, in_state text, only_person uuid) RETURNS SETOF uuid
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH again AS (
        UPDATE mails m SET state = 'pending', why = NULL, joined_to = NULL, due_at = now(), tries = 0
          FROM events e
         WHERE e.id = of_event AND ${EVENT_IN_SIGHT} AND ${NO_HELPER} AND m.event_id = e.id AND m.state = in_state
           AND in_state IN ('unsure', 'failed') AND (only_person IS NULL OR m.person_id = only_person)
        RETURNING m.person_id),
      asked AS (
        UPDATE invitations i SET state = 'pending', skipped_why = NULL
          FROM again a WHERE i.person_id = a.person_id AND i.event_id = of_event AND i.state = 'bounced')
      SELECT person_id FROM again;
    $$;
    `,
    ...[
      `gate.audience(${CONDITION_TYPES})`,
      `gate.ask(${CONDITION_TYPES}, uuid[], text[], text)`,
      'gate.ask_again(uuid)',
      'gate.heads_of(uuid)',
      'gate.follow_up_no_shows(uuid, date)',
      'gate.came_after_all(uuid, uuid)',
      'gate.send_again(uuid, text, uuid)',
    ].map((signature) => gateFunction(signature, `${STAFF}, ${HOST}, ${SYSTEM}`)),
    gateFunction('gate.invitable(uuid, text, text, text, boolean, integer, uuid[])', GATE),
    `
    -- Helpers at a door: an organiser brings them in, gives them this one role, and ends it. They see no other grant but
    -- their own, and no user.
    CREATE UNIQUE INDEX grants_one_at_a_door ON grants (user_id, event_id, role) WHERE event_id IS NOT NULL AND ended_by IS NULL;
    GRANT INSERT ON grants TO ${HOST};
    GRANT UPDATE (to_at, ended_by, end_reason) ON grants TO ${HOST};
    ${policy('grants', 'of_helpers', 'SELECT', HOST, HELPER_GRANT)}
    ${policy('grants', 'to_helpers', 'INSERT', HOST, `${HELPER_GRANT} AND to_at IS NOT NULL AND ${isActor('given_by')}`)}
    ${policy('grants', 'end_of_helpers', 'UPDATE', HOST, `${HELPER_GRANT} AND to_at IS NOT NULL`)}
    GRANT INSERT (${USER_COLUMNS}, link_made_at) ON users TO ${HOST};
    ${policy('users', 'new_helpers', 'INSERT', HOST, `${IN_SCOPE} AND ${NO_HELPER} AND ${isActor('created_by')} AND disabled_at IS NULL AND password_set_at IS NULL`)}
    GRANT EXECUTE ON FUNCTION gate.user_exists(text), gate.grants_of(uuid) TO ${HOST};

    -- Users in the caller's territory of exactly this e-mail, phone or name; two at most, as two are one too many.
    CREATE FUNCTION gate.users_called(typed text) RETURNS TABLE (user_id uuid, full_name text, disabled boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT u.id, u.full_name, u.disabled_at IS NOT NULL FROM users u
       WHERE u.path >= ${setting('scope_from')} AND u.path < ${setting('scope_to')} AND ${NO_HELPER}
         AND (u.email = typed OR u.phone = typed OR lower(u.full_name) = lower(typed))
       ORDER BY u.disabled_at IS NOT NULL, u.id LIMIT 2;
    $$;
    -- The team of a meet-up's territory: who is at hand to help.
    CREATE FUNCTION gate.team_at(of_event uuid) RETURNS TABLE (user_id uuid, full_name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT DISTINCT u.id, u.full_name FROM events e JOIN memberships m ON m.path = e.path AND m.to_at IS NULL
        JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
       WHERE e.id = of_event AND ${EVENT_IN_SIGHT} AND ${NO_HELPER} ORDER BY u.full_name, u.id LIMIT 100;
    $$;
    -- Who helps at a door now, by name; and who of them could be given a code to come in with.
    CREATE FUNCTION gate.helpers_at(of_event uuid)
    RETURNS TABLE (grant_id uuid, user_id uuid, full_name text, since timestamptz, until timestamptz, given_by text, needs_code boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT g.id, u.id, u.full_name, g.from_at, g.to_at, (SELECT n.full_name FROM user_names n WHERE n.id = g.given_by), ${ONLY_A_HELPER}
        FROM events e JOIN grants g ON g.event_id = e.id JOIN users u ON u.id = g.user_id
       WHERE e.id = of_event AND ${EVENT_IN_SIGHT} AND ${NO_HELPER} AND g.role = 'check_in_helper' AND gate.grant_holds(g)
       ORDER BY g.from_at, g.id;
    $$;
    -- A code for a helper without e-mail: nobody may sign in as somebody who is more. True where it was given.
    CREATE FUNCTION gate.give_helper_code(of_grant uuid, hash text, until timestamptz) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO one_use_codes AS c (user_id, code_hash, expires_at, given_by)
      SELECT u.id, hash, until, ${setting('user_id')}::uuid
        FROM grants g JOIN events e ON e.id = g.event_id JOIN users u ON u.id = g.user_id
       WHERE g.id = of_grant AND ${EVENT_IN_SIGHT} AND ${NO_HELPER} AND gate.grant_holds(g)
         AND ${ONLY_A_HELPER}
      ON CONFLICT (user_id) DO UPDATE SET code_hash = hash, expires_at = until, given_by = excluded.given_by, used_at = NULL
      RETURNING true;
    $$;
    `,
    gateFunction('gate.users_called(text)', `${STAFF}, ${HOST}, ${SYSTEM}`),
    gateFunction('gate.team_at(uuid)', `${STAFF}, ${HOST}, ${SYSTEM}`),
    gateFunction('gate.helpers_at(uuid)', `${STAFF}, ${HOST}, ${SYSTEM}`),
    gateFunction('gate.give_helper_code(uuid, text, timestamptz)', `${STAFF}, ${HOST}, ${SYSTEM}`),
  ];
}
