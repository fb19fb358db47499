import { ForwardOnly } from './forward-only.js';
import { carriedAlong } from './1764000000020-duplicates.js';
import {
  belowPerson,
  GATE,
  gateFunction,
  isActor,
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

/** The holder of the link that was sent for it: what we hold about one person, and their word on it (T3). */
const OWN_DATA = `${setting('link_purpose')} = 'own-data'`;
/** Or of the link that shows a new mail to be theirs. */
const OWN_DATA_OR_MAIL = `${setting('link_purpose')} IN ('own-data', 'own-mail')`;
const ofTheirs = (column: string, purpose = OWN_DATA) => `${isLinked(column, 'person_id')} AND ${purpose}`;

/** Inside a gate function: the person lies in the actor's scope; a member's is also in their hands; a link's is its own. */
const MAY_STOP = `CASE current_setting('role')
           WHEN '${LINK}' THEN ${isLinked('p.id', 'person_id')}
           ELSE p.path >= ${setting('scope_from')} AND p.path < ${setting('scope_to')}
            AND (current_setting('role') IN ('${STAFF}', '${SYSTEM}') OR (current_setting('role') = '${MEMBER}' AND ${isMine('p.')}))
         END`;

/**
 * Inside a gate function, of a stop \`s\` of the person \`p\`: the caller may take it back. The person, by the link to their own
 * data, at any time; who wrote it down, or staff of the territory, within a day, where one of us wrote it down.
 */
const MAY_UNDO = `s.undone_at IS NULL AND p.erased_at IS NULL AND p.path <> ''
         AND CASE current_setting('role')
               WHEN '${LINK}' THEN ${ofTheirs('p.id')}
               ELSE s.by_user IS NOT NULL AND s.at > now() - interval '1 day'
                AND (${isActor('s.by_user')}
                     OR (current_setting('role') = '${STAFF}'
                         AND p.path >= ${setting('scope_from')} AND p.path < ${setting('scope_to')}))
             END`;

/** What the link to their own data reads, beside what every link of a person does. */
const READ_BY_THEM = [
  'person_notes',
  'person_skills',
  'person_suggestions',
  'attempts',
  'assignments',
  'invitations',
  'rsvps',
  'attendances',
  'mails',
];

/** "Why do you have me?" and "stop": what each stop did, so that it can be taken back; links to one's own data; replies. */
export class OwnData1764000000024 extends ForwardOnly {
  name = 'OwnData1764000000024';
  protected readonly statements = [
    `
    -- Raised to retire the links to what we hold about them: by a merge, by a new mail.
    ALTER TABLE people ADD link_version integer NOT NULL DEFAULT 1;
    -- Something else than a stop that can be taken back stands behind it: it stays, whatever is taken back.
    ALTER TABLE suppressions ADD lasting boolean NOT NULL DEFAULT true;
    GRANT UPDATE (lasting), DELETE ON suppressions TO ${GATE};

    -- how: spoken, link, mail, import. by_user: who of us wrote it down; null: the person themselves. What stood before: the
    -- newest of the ledger, their points (ids), and whose hands they were in. No name, no number. since: the entries of the
    -- ledger after this id are what was said since.
    CREATE TABLE stops (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      how text NOT NULL,
      by_user uuid,
      at timestamptz NOT NULL DEFAULT now(),
      since uuid NOT NULL,
      consents jsonb NOT NULL DEFAULT '[]',
      points uuid[] NOT NULL DEFAULT '{}',
      hands jsonb NOT NULL DEFAULT '{}',
      undone_at timestamptz,
      undone_by uuid,
      -- link: the person; staff: set by mistake, and why.
      undone_how text,
      undone_why text,
      PRIMARY KEY (person_id, id)
    );
    CREATE INDEX stops_by_path ON stops (path);
    CREATE INDEX stops_by_user ON stops (by_user, at) WHERE undone_at IS NULL AND by_user IS NOT NULL;
    ${belowPerson('stops')}
    -- They come and change through the gate alone; a move to another territory touches the path.
    REVOKE INSERT, UPDATE ON stops FROM ${STAFF}, ${SYSTEM};
    GRANT UPDATE (path) ON stops TO ${STAFF}, ${SYSTEM};
    GRANT INSERT, UPDATE ON stops TO ${GATE};
    ${carriedAlong('stops')}
    ${policy('stops', 'written_through_the_gate', 'INSERT', GATE, 'true')}

    -- kind data: opens what we hold, until expires_at. kind mail: a new mail of theirs, in value until they have shown that
    -- it is theirs; replaces: the point that it stands for from then on. Those of one letter have one id.
    CREATE TABLE own_data_links (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      kind text NOT NULL CHECK (kind IN ('data', 'mail')),
      value text,
      replaces uuid,
      language text,
      at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      sent_at timestamptz,
      used_at timestamptz,
      PRIMARY KEY (person_id, id)
    );
    CREATE INDEX own_data_links_by_path ON own_data_links (path);
    -- A reply names the letter alone.
    CREATE INDEX own_data_links_by_id ON own_data_links (id);
    CREATE INDEX mails_by_id ON mails (id);
    ${belowPerson('own_data_links')}
    ${carriedAlong('own_data_links')}
    GRANT SELECT, INSERT, UPDATE (value, used_at) ON own_data_links TO ${LINK};
    ${policy('own_data_links', 'by_the_link', 'ALL', LINK, ofTheirs('person_id', OWN_DATA_OR_MAIL))}

    -- Replies to our mails that a person has to look at. people: those it may be about. The words of it go once it is settled.
    CREATE TABLE replies (
      id uuid PRIMARY KEY,
      path text COLLATE "C" NOT NULL,
      -- Of the message, so that one that is read twice is one.
      digest bytea NOT NULL UNIQUE,
      people uuid[] NOT NULL DEFAULT '{}',
      -- Why it wasn't simply done, in codes that have words.
      why text[] NOT NULL,
      sender text,
      subject text,
      words text,
      received_at timestamptz NOT NULL DEFAULT now(),
      settled_at timestamptz,
      settled_by uuid,
      -- stopped, read, erased
      settled_how text
    );
    CREATE INDEX replies_open ON replies (path, id) WHERE settled_at IS NULL;
    CREATE INDEX replies_about ON replies USING gin (people);
    GRANT SELECT, UPDATE ON replies TO ${GATE};
    ${policy('replies', 'forgotten_through_the_gate', 'ALL', GATE, 'true')}
    ${scoped('replies')}

    GRANT UPDATE (full_name, name_key, language, pin, contact_not_before, closed_at, link_version) ON people TO ${LINK};
    ${policy('people', 'own_data', 'UPDATE', LINK, ofTheirs('id', OWN_DATA_OR_MAIL))}
    GRANT SELECT ON ${READ_BY_THEM.join(', ')}, stops TO ${LINK};
    ${[...READ_BY_THEM, 'stops'].map((table) => policy(table, 'own_data', 'SELECT', LINK, ofTheirs('person_id'))).join('\n')}
    GRANT INSERT, UPDATE (dead_at, dead_why, preferred) ON contact_points TO ${LINK};
    ${policy('contact_points', 'own_data_adds', 'INSERT', LINK, ofTheirs('person_id', OWN_DATA_OR_MAIL))}
    ${policy('contact_points', 'own_data_changes', 'UPDATE', LINK, ofTheirs('person_id', OWN_DATA_OR_MAIL))}
    -- Who gives a handle up gives its claim up.
    GRANT UPDATE (to_at, ended_why, preferred) ON person_identities TO ${LINK};
    ${policy('person_identities', 'own_data_changes', 'UPDATE', LINK, ofTheirs('person_id'))}
    GRANT SELECT, DELETE ON identity_claims TO ${LINK};
    ${policy('identity_claims', 'own_data', 'SELECT', LINK, ofTheirs('person_id'))}
    ${policy('identity_claims', 'own_data_frees', 'DELETE', LINK, ofTheirs('person_id'))}
    `,
    `
    -- Before a stop takes effect: what stands. Nothing where the same was said in the same way before, and nothing is open.
    CREATE FUNCTION gate.note_stop(of_person uuid, of_stop uuid, of_how text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
       WHERE p.id = of_person AND ${MAY_STOP}
         AND (NOT EXISTS (SELECT FROM stops s WHERE s.person_id = p.id AND s.undone_at IS NULL AND s.how = of_how
                             AND s.by_user IS NOT DISTINCT FROM ${setting('user_id')}::uuid)
              OR EXISTS (SELECT FROM contact_points c WHERE c.person_id = p.id AND c.suppressed_at IS NULL)
              OR EXISTS (SELECT FROM person_identities i WHERE i.person_id = p.id AND i.suppressed_at IS NULL))
      RETURNING true;
    $$;

    -- Right after, for what a stop has put on the list and nothing had before: the stop alone stands behind it.
    CREATE FUNCTION gate.suppressed_by_stop(of_person uuid, of_stop uuid, of_kind text, of_hash bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE suppressions x SET lasting = false
       WHERE x.kind = of_kind AND x.hash = of_hash AND x.at = now()
         AND EXISTS (SELECT FROM stops s WHERE s.person_id = of_person AND s.id = of_stop AND s.at = now());
    $$;
    -- Put on the list for another reason as well: no stop that is taken back takes it off again.
    CREATE FUNCTION gate.suppressed_for_good(of_kind text, hashes bytea[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE suppressions x SET lasting = true WHERE x.kind = of_kind AND x.hash = ANY (hashes) AND NOT x.lasting;
    $$;

    -- Stops that the caller may take back, newest first: of one person, or all that they wrote down themselves.
    CREATE FUNCTION gate.stops_to_undo(of_person uuid) RETURNS TABLE (person_id uuid, id uuid, name text, path text, how text, at timestamptz, by_user uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT p.id, s.id, p.full_name, p.path, s.how, s.at, s.by_user FROM stops s JOIN people p ON p.id = s.person_id
       WHERE (s.person_id = of_person OR (of_person IS NULL AND ${isActor('s.by_user')})) AND ${MAY_UNDO}
       ORDER BY s.at DESC, s.id LIMIT 100;
    $$;

    -- The phones, mails and handles that it stopped. A member has them no longer in sight; they have just had.
    CREATE FUNCTION gate.points_of_stop(of_person uuid, of_stop uuid) RETURNS TABLE (kind text, value text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT v.kind, v.value FROM stops s JOIN people p ON p.id = s.person_id
        CROSS JOIN LATERAL (
          SELECT c.kind, c.value FROM contact_points c WHERE c.person_id = p.id AND c.id = ANY (s.points)
          UNION SELECT i.platform, i.handle FROM person_identities i WHERE i.person_id = p.id AND i.id = ANY (s.points)) v
       WHERE s.person_id = of_person AND s.id = of_stop AND ${MAY_UNDO};
    $$;

    -- Takes one of them off the list, and opens it again for everybody who has it. False where another stop that stands, or
    -- anything else, is behind it. hashes: by every key.
    CREATE FUNCTION gate.unsuppress(of_person uuid, of_stop uuid, of_kind text, plain text, hashes bytea[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE ids uuid[];
    BEGIN
      IF NOT EXISTS (SELECT FROM gate.points_of_stop(of_person, of_stop) v
                      WHERE v.value = plain AND (v.kind = of_kind OR (v.kind = 'whatsapp' AND of_kind = 'phone'))) THEN
        RAISE insufficient_privilege USING MESSAGE = 'no point of a stop that the caller may take back';
      END IF;
      IF EXISTS (SELECT FROM suppressions x WHERE x.kind = of_kind AND x.hash = ANY (hashes) AND x.lasting)
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
      DELETE FROM suppressions x WHERE x.kind = of_kind AND x.hash = ANY (hashes);
      WITH points AS (
        UPDATE contact_points SET suppressed_at = NULL
         WHERE kind = of_kind AND value = plain AND suppressed_at IS NOT NULL RETURNING person_id),
      handles AS (
        UPDATE person_identities SET suppressed_at = NULL
         WHERE handle = plain AND suppressed_at IS NOT NULL
           AND (platform = of_kind OR (of_kind = 'phone' AND platform = 'whatsapp')) RETURNING person_id)
      SELECT array_agg(DISTINCT o.person_id) INTO ids FROM (SELECT person_id FROM points UNION SELECT person_id FROM handles) o;
      IF ids IS NOT NULL THEN PERFORM gate.keep_reach(ids); END IF;
      RETURN true;
    END $$;

    -- The last step: taken back, and into the hands they were in, where no other stop stands. What the ledger said is the
    -- caller's to say again: the entries that stood, for purposes and channels of which nothing was said since.
    CREATE FUNCTION gate.undo_stop(of_person uuid, of_stop uuid, of_why text) RETURNS TABLE (purpose text, channel text, state text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    #variable_conflict use_column
    DECLARE was stops; others boolean;
    BEGIN
      UPDATE stops u SET undone_at = now(), undone_by = ${setting('user_id')}::uuid, undone_why = of_why,
             undone_how = CASE current_setting('role') WHEN '${LINK}' THEN 'link' ELSE 'staff' END
        FROM stops s, people p
       WHERE s.person_id = of_person AND s.id = of_stop AND p.id = of_person
         AND u.person_id = s.person_id AND u.id = s.id AND ${MAY_UNDO}
      RETURNING u.* INTO was;
      IF was.id IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'no stop that the caller may take back';
      END IF;
      SELECT EXISTS (SELECT FROM stops o WHERE o.person_id = of_person AND o.undone_at IS NULL) INTO others;
      IF others THEN
        -- What stood before both is what the later one would go back to.
        UPDATE stops o SET since = was.since, consents = was.consents, hands = was.hands
         WHERE o.person_id = of_person AND o.undone_at IS NULL AND o.since > was.since;
        RETURN;
      END IF;
      UPDATE people p SET closed_at = (was.hands ->> 'closed_at')::timestamptz WHERE p.id = of_person;
      -- A mistake of today goes back into the same hands, unless they are in others' by now, or those have ended.
      IF was.at > now() - interval '1 day' THEN
      UPDATE people p
         SET follow_up_on = (was.hands ->> 'follow_up_on')::date, follow_up_why = was.hands ->> 'follow_up_why'
       WHERE p.id = of_person;
      UPDATE assignments a SET state = was.hands ->> 'assignment_state', closed_at = NULL, closed_by = NULL, closed_why = NULL
       WHERE a.person_id = of_person AND a.id = (was.hands ->> 'assignment')::uuid
         AND NOT EXISTS (SELECT FROM assignments n WHERE n.person_id = of_person AND n.closed_at IS NULL)
         AND (a.user_id IS NULL OR EXISTS (SELECT FROM users u WHERE u.id = a.user_id AND u.disabled_at IS NULL));
      UPDATE people p
         SET team_id = a.team_id, assigned_to = a.user_id,
             assigned_at = CASE WHEN a.user_id IS NOT NULL THEN coalesce((was.hands ->> 'assigned_at')::timestamptz, a.at) END
        FROM assignments a
       WHERE p.id = of_person AND a.person_id = of_person AND a.closed_at IS NULL AND p.team_id IS NULL AND p.assigned_to IS NULL;
      END IF;
      RETURN QUERY
        SELECT n.purpose, n.channel, w ->> 'state'
          FROM (SELECT DISTINCT ON (c.purpose, c.channel) c.purpose, c.channel, c.state FROM consents c
                 WHERE c.person_id = of_person ORDER BY c.purpose, c.channel, c.at DESC, c.id DESC) n
          LEFT JOIN jsonb_array_elements(was.consents) w ON w ->> 'purpose' = n.purpose AND w ->> 'channel' = n.channel
         WHERE n.state = 'withdrawn' AND w ->> 'state' IS DISTINCT FROM 'withdrawn'
           AND 1 = (SELECT count(*) FROM consents c WHERE c.person_id = of_person AND c.purpose = n.purpose
                       AND c.channel = n.channel AND c.id > was.since);
    END $$;

    -- What a link to somebody's own data is about, before its signature has been checked: place and version, nobody's data.
    CREATE FUNCTION gate.own_data_link(of_person uuid, of_link uuid, of_kind text)
    RETURNS TABLE (path text, link_version integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT p.path, p.link_version FROM own_data_links l JOIN people p ON p.id = l.person_id
       WHERE l.person_id = of_person AND l.id = of_link AND l.kind = of_kind AND l.expires_at > now() AND l.used_at IS NULL
         AND p.erased_at IS NULL AND p.merged_into IS NULL;
    $$;

    -- Whom a letter of that id went to, by what a reply to it names; whoever they are now. One that asks whether an address
    -- is theirs may have gone to a stranger.
    CREATE FUNCTION gate.people_of_letter(of_letter uuid) RETURNS TABLE (person_id uuid, path text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT DISTINCT p.id, p.path
        FROM (SELECT m.person_id FROM mails m WHERE m.id = of_letter OR m.joined_to = of_letter
              UNION SELECT l.person_id FROM own_data_links l WHERE l.id = of_letter AND l.kind = 'data') w
        JOIN people p ON p.id = coalesce(gate.successor(w.person_id), w.person_id)
       WHERE p.erased_at IS NULL AND p.merged_into IS NULL ORDER BY p.id;
    $$;

    -- Of somebody who is erased: what they wrote goes, and who it was about. Waiting for a look no longer.
    CREATE FUNCTION gate.forget_replies(of_person uuid) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH gone AS (
        UPDATE replies SET people = array_remove(people, of_person), sender = NULL, subject = NULL, words = NULL,
               settled_at = coalesce(settled_at, now()), settled_how = coalesce(settled_how, 'erased')
         WHERE people @> ARRAY[of_person] RETURNING 1)
      SELECT count(*)::int FROM gone;
    $$;

    -- A merge retires the links to either's own data: what they would open is somebody else's, too.
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
      RETURNING true INTO done;
      IF done THEN UPDATE people p SET link_version = p.link_version + 1 WHERE p.id = winner; END IF;
      RETURN done;
    END $$;

    -- For the link to one's own data alone: who of us was in touch, by team and not by name; the meet-ups; and how often
    -- they were looked at or taken out in files.
    GRANT SELECT ON teams, posts TO ${GATE};
    ${['teams', 'posts'].map((table) => policy(table, 'named_by_the_gate', 'SELECT', GATE, 'true')).join('\n')}
    CREATE FUNCTION gate.own_contacts(of_person uuid)
    RETURNS TABLE (id uuid, at timestamptz, channel text, disposition text, note text, post text, name_en text, name_hi text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT a.id, a.server_at, a.channel, a.disposition, a.note, o.kind, coalesce(o.name_en, t.name_en), coalesce(o.name_hi, t.name_hi)
        FROM attempts a LEFT JOIN territories t ON t.id = a.territory_id
        LEFT JOIN LATERAL (
          SELECT k.kind, h.name_en, h.name_hi FROM memberships m JOIN posts k ON k.id = m.post_id
            JOIN teams e ON e.id = m.team_id JOIN territories h ON h.id = e.territory_id
           WHERE m.user_id = a.user_id AND m.from_at <= a.server_at AND (m.to_at IS NULL OR m.to_at > a.server_at)
           ORDER BY m.from_at DESC LIMIT 1) o ON true
       WHERE a.person_id = of_person AND current_setting('role') = '${LINK}' AND ${ofTheirs('a.person_id')}
       ORDER BY a.server_at DESC, a.id;
    $$;
    CREATE FUNCTION gate.own_events(of_person uuid)
    RETURNS TABLE (event_id uuid, title_en text, title_hi text, starts_at timestamptz, zone text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT e.id, e.title_en, e.title_hi, e.starts_at, e.zone FROM events e
       WHERE current_setting('role') = '${LINK}' AND ${setting('person_id')}::uuid = of_person AND ${OWN_DATA}
         AND e.id IN (SELECT i.event_id FROM invitations i WHERE i.person_id = of_person
                      UNION SELECT a.event_id FROM attendances a WHERE a.person_id = of_person);
    $$;
    CREATE FUNCTION gate.own_team(of_person uuid) RETURNS TABLE (name_en text, name_hi text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT t.name_en, t.name_hi FROM people p JOIN teams e ON e.id = p.team_id JOIN territories t ON t.id = e.territory_id
       WHERE p.id = of_person AND current_setting('role') = '${LINK}' AND ${ofTheirs('p.id')};
    $$;
    CREATE FUNCTION gate.own_uses(of_person uuid) RETURNS TABLE (what text, n integer, newest timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT u.what, count(*)::int, max(u.at)
        FROM (SELECT e.at, CASE WHEN e.action IN ('export.written', 'attendance.exported') THEN 'file'
                                WHEN e.action = 'export.downloaded' THEN 'fetched'
                                WHEN e.shown AND e.actor_kind IN ('user', 'token') THEN 'shown' END AS what
                FROM audit_entries e WHERE e.people @> ARRAY[of_person]) u
       WHERE u.what IS NOT NULL AND current_setting('role') = '${LINK}' AND ${setting('person_id')}::uuid = of_person AND ${OWN_DATA}
       GROUP BY u.what;
    $$;
    `,
    gateFunction('gate.note_stop(uuid, uuid, text)', `${STAFF}, ${MEMBER}, ${SYSTEM}, ${LINK}`),
    gateFunction('gate.suppressed_by_stop(uuid, uuid, text, bytea)', `${STAFF}, ${MEMBER}, ${SYSTEM}, ${LINK}`),
    gateFunction('gate.suppressed_for_good(text, bytea[])', `${STAFF}, ${MEMBER}, ${SYSTEM}, ${LINK}`),
    gateFunction('gate.stops_to_undo(uuid)', `${STAFF}, ${MEMBER}, ${LINK}`),
    gateFunction('gate.points_of_stop(uuid, uuid)', `${STAFF}, ${MEMBER}, ${LINK}`),
    gateFunction('gate.unsuppress(uuid, uuid, text, text, bytea[])', `${STAFF}, ${MEMBER}, ${LINK}`),
    gateFunction('gate.undo_stop(uuid, uuid, text)', `${STAFF}, ${MEMBER}, ${LINK}`),
    gateFunction('gate.own_data_link(uuid, uuid, text)', 'sampark_app'),
    gateFunction('gate.people_of_letter(uuid)', `sampark_app, ${SYSTEM}`),
    gateFunction('gate.forget_replies(uuid)', SYSTEM),
    gateFunction('gate.set_aside(uuid, uuid)', `${STAFF}, ${SYSTEM}`),
    gateFunction('gate.own_contacts(uuid)', LINK),
    gateFunction('gate.own_events(uuid)', LINK),
    gateFunction('gate.own_team(uuid)', LINK),
    gateFunction('gate.own_uses(uuid)', LINK),
  ];
}
