import { ForwardOnly } from './forward-only.js';
import { BUILT_IN_ROLES } from './built-in-roles.js';
import {
  AUDITOR,
  EVERY_ACTOR,
  GATE,
  gateFunction,
  guarded,
  HOST,
  IN_SCOPE,
  isActor,
  isLinked,
  isMine,
  LENS,
  LINK,
  MEMBER,
  policy,
  readable,
  ROLES_IN_SIGHT,
  setting,
  STAFF,
  SYSTEM,
} from './policies.js';

/** Tables below a person that had a view in schema `own` before this migration. */
const OWN_VIEWS = [
  'person_identities',
  'contact_points',
  'consents',
  'person_notes',
  'person_suggestions',
  'assignments',
  'attempts',
  'invitations',
  'rsvps',
  'attendances',
  'mails',
];

/** Only somebody whose territory is the whole organisation: the root's path is one key long. */
const WHOLE_ORGANISATION = `length(${setting('scope_from')}) <= 4`;

/** Inside a gate function: the person lies in the actor's scope; a member's is also in their hands. */
const WITHIN = `p.path >= ${setting('scope_from')} AND p.path < ${setting('scope_to')}
           AND (current_setting('role') IN ('${STAFF}', '${SYSTEM}')
                OR (current_setting('role') = '${MEMBER}' AND ${isMine('p.')}))`;

/** What nobody can give on while they are away: whoever stands in for a time leaves nothing behind that lasts. */
const NEVER_DELEGATED = ['role.edit', 'grant.give', 'grant.delegate', 'user.invite', 'token.make'];

const array = (values: readonly string[]) => `ARRAY[${values.map((value) => `'${value}'`).join(', ')}]::text[]`;

/**
 * Roles become data: what a role allows, how far it reaches, whether it asks for a second factor. Two more database roles,
 * for those who host meet-ups and those who read the trail; a member's sight may be their team's.
 */
export class Roles1764000000011 extends ForwardOnly {
  name = 'Roles1764000000011';
  protected readonly statements = [
    `
    CREATE TABLE roles (
      code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_]{1,39}$'),
      name_en text NOT NULL,
      name_hi text NOT NULL,
      reach text NOT NULL CHECK (reach IN ('territory', 'team', 'assigned', 'events', 'event', 'trail')),
      permissions text[] NOT NULL,
      -- Levels of territory it may be given on; null: any.
      levels text[],
      -- Whoever acts in it has to show a second factor.
      second_factor boolean NOT NULL DEFAULT false,
      built_in boolean NOT NULL DEFAULT false,
      created_at timestamptz NOT NULL DEFAULT now(),
      created_by uuid,
      -- Ended: given to nobody any more, and allows nothing.
      ended_at timestamptz,
      ended_by uuid
    );
    ${guarded('roles')}
    ${readable('roles')}
    ${policy('roles', 'everybody_reads', 'SELECT', `${EVERY_ACTOR}, sampark_app, ${LENS}, ${GATE}`, 'true')}
    ${policy('roles', 'whole_organisation_adds', 'INSERT', `${STAFF}, ${SYSTEM}`, `${WHOLE_ORGANISATION} AND NOT built_in`)}
    ${policy('roles', 'whole_organisation_changes', 'UPDATE', `${STAFF}, ${SYSTEM}`, WHOLE_ORGANISATION)}
    ${policy('roles', 'the_built_in', 'INSERT', 'sampark_owner', 'built_in')}
    ${policy('roles', 'later_versions', 'UPDATE', 'sampark_owner', 'built_in')}
    ${policy('roles', 'later_versions_read', 'SELECT', 'sampark_owner', 'true')}
    GRANT INSERT ON roles TO ${STAFF}, ${SYSTEM};
    GRANT UPDATE (name_en, name_hi, permissions, levels, second_factor, ended_at, ended_by) ON roles TO ${STAFF}, ${SYSTEM};
    `,
    ...BUILT_IN_ROLES.map(
      (role) =>
        `INSERT INTO roles (code, name_en, name_hi, reach, permissions, levels, built_in)
         VALUES ('${role.code}', '${role.name_en}', '${role.name_hi}', '${role.reach}', ${array(role.permissions)},
                 ${role.levels ? array(role.levels) : 'NULL'}, true);`,
    ),
    `
    ALTER TABLE grants
      ADD FOREIGN KEY (role) REFERENCES roles (code),
      -- Given on for a time by whoever holds this one; it ends with it.
      ADD delegated_from uuid REFERENCES grants (id),
      -- For a role that reaches one meet-up only.
      ADD event_id uuid REFERENCES events (id),
      ADD CHECK (delegated_from IS NULL OR to_at IS NOT NULL);
    CREATE INDEX grants_delegated ON grants (delegated_from) WHERE delegated_from IS NOT NULL;
    CREATE INDEX grants_by_event ON grants (event_id) WHERE event_id IS NOT NULL;
    -- A name is looked for inside a territory: both stand in the index, so that no row of elsewhere is fetched to be left out.
    CREATE INDEX people_by_name ON people (name_key, path, id);
    DROP INDEX people_by_name_key;
    CREATE INDEX people_by_team ON people (team_id, path, id) WHERE team_id IS NOT NULL;

    -- What every actor may read or write down, the two new ones too.
    GRANT USAGE ON SCHEMA public, gate TO ${HOST}, ${AUDITOR};
    GRANT INSERT ON audit_entries, audit_values TO ${HOST}, ${AUDITOR};
    ALTER POLICY write ON audit_entries TO ${EVERY_ACTOR};
    ALTER POLICY write ON audit_values TO ${EVERY_ACTOR} WITH CHECK (${setting('actor')} IS NOT NULL);
    GRANT SELECT ON territories, territory_spans, coverage, revenue_districts, tehsils, pins, district_aliases TO ${HOST}, ${AUDITOR};
    ${['territories', 'territory_spans', 'coverage']
      .map(
        (table) =>
          `ALTER POLICY everybody_reads ON ${table} TO ${EVERY_ACTOR}, sampark_app, ${LENS}, sampark_owner, ${GATE};`,
      )
      .join('\n')}
    GRANT SELECT ON user_names TO ${HOST}, ${AUDITOR};

    -- An auditor reads the trail, and who holds what; of users their names.
    GRANT SELECT ON audit_entries, grants TO ${AUDITOR};
    ${policy('audit_entries', 'trail_of_the_territory', 'SELECT', AUDITOR, IN_SCOPE)}
    ${policy('grants', 'trail_of_the_territory', 'SELECT', AUDITOR, `${IN_SCOPE} OR ${isActor('user_id')}`)}
    GRANT SELECT ON grants TO ${HOST};
    ${policy('grants', 'own_of_a_host', 'SELECT', HOST, isActor('user_id'))}
    GRANT SELECT (id, full_name, email, phone, language, path, link_version, disabled_at, disabled_by, created_at, created_by, password_set_at)
      ON users TO ${HOST}, ${AUDITOR};
    GRANT UPDATE (language) ON users TO ${HOST}, ${AUDITOR};
    ${policy('users', 'oneself_as_host_or_auditor', 'SELECT', `${HOST}, ${AUDITOR}`, isActor('id'))}
    ${policy('users', 'own_settings_as_host_or_auditor', 'UPDATE', `${HOST}, ${AUDITOR}`, isActor('id'))}

    -- A member's sight: their own people, or their team's.
    DROP POLICY assigned_to_me ON people;
    DROP POLICY change_mine ON people;
    ${policy('people', 'in_my_hands', 'SELECT', MEMBER, `${isMine()} AND ${IN_SCOPE}`)}
    ${policy('people', 'change_mine', 'UPDATE', MEMBER, `${isMine()} AND ${IN_SCOPE}`)}
    ${OWN_VIEWS.map(
      (table) => `CREATE OR REPLACE VIEW own.${table} WITH (security_barrier) AS
        SELECT t.* FROM public.${table} t JOIN public.people p ON p.id = t.person_id WHERE ${isMine('p.')};`,
    ).join('\n')}

    CREATE OR REPLACE FUNCTION gate.mark_dead(of_person uuid, of_kind text, of_value text, reason text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE contact_points c SET dead_at = now(), dead_why = reason
        FROM people p
       WHERE p.id = of_person AND c.person_id = p.id AND c.value = of_value AND c.dead_at IS NULL
         AND c.kind = CASE of_kind WHEN 'whatsapp' THEN 'phone' ELSE of_kind END
         AND ${WITHIN};
      UPDATE person_identities i SET to_at = now()
        FROM people p
       WHERE p.id = of_person AND i.person_id = p.id AND i.handle = of_value AND i.to_at IS NULL
         AND i.platform = CASE of_kind WHEN 'phone' THEN 'whatsapp' ELSE of_kind END
         AND ${WITHIN};
    $$;
    CREATE OR REPLACE FUNCTION gate.close_contact(of_person uuid, reason text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH closed AS (
        UPDATE people p
           SET closed_at = coalesce(p.closed_at, now()), follow_up_on = NULL, follow_up_why = NULL,
               assigned_to = NULL, assigned_at = NULL, team_id = NULL
         WHERE p.id = of_person
           AND CASE current_setting('role') WHEN '${LINK}' THEN ${isLinked('p.id', 'person_id')} ELSE ${WITHIN} END
        RETURNING p.id
      )
      UPDATE assignments a
         SET state = 'closed', closed_at = now(), closed_why = reason,
             closed_by = nullif(current_setting('app.user_id', true), '')::uuid
        FROM closed
       WHERE a.person_id = closed.id AND a.closed_at IS NULL;
    $$;

    GRANT SELECT ON memberships, events TO ${GATE};
    ${policy('memberships', 'through_the_gate', 'SELECT', GATE, 'true')}

    -- Whether a grant holds at this moment: begun, not over, of a role that is there; and, given on for a time, while the one
    -- it came from holds and its holder has not been shut out. Now is the statement's: whoever waited for a lock must see
    -- what was given or ended meanwhile.
    CREATE FUNCTION gate.grant_holds(g grants) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT g.from_at <= statement_timestamp() AND (g.to_at IS NULL OR g.to_at > statement_timestamp())
         AND EXISTS (SELECT FROM roles r WHERE r.code = g.role AND r.ended_at IS NULL)
         AND (g.delegated_from IS NULL OR EXISTS (
               SELECT FROM grants o JOIN users u ON u.id = o.user_id AND u.disabled_at IS NULL
                WHERE o.id = g.delegated_from AND o.role = g.role AND o.delegated_from IS NULL
                  AND o.from_at <= statement_timestamp() AND (o.to_at IS NULL OR o.to_at > statement_timestamp())));
    $$;

    DROP FUNCTION gate.token(bytea);
    DROP FUNCTION gate.grants_of(uuid);
    DROP FUNCTION gate.helpers_of(uuid, text[]);

    -- Everything the program needs to know about a user who acts: one row per grant in force now, with what its role is.
    CREATE FUNCTION gate.grants_of(of_user uuid)
    RETURNS TABLE (grant_id uuid, role text, territory_id uuid, path text, name_en text, name_hi text,
                   role_en text, role_hi text, reach text, permissions text[], second_factor boolean,
                   team_ids uuid[], event_id uuid, delegated_by text, until timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT g.id, g.role, g.territory_id, t.path, t.name_en, t.name_hi,
             r.name_en, r.name_hi, r.reach,
             CASE WHEN g.delegated_from IS NULL THEN r.permissions
                  ELSE ARRAY(SELECT p FROM unnest(r.permissions) p WHERE p <> ALL (${array(NEVER_DELEGATED)})) END,
             r.second_factor,
             CASE r.reach WHEN 'team' THEN (
               SELECT array_agg(m.team_id ORDER BY m.team_id) FROM memberships m
                WHERE m.user_id = of_user AND m.to_at IS NULL AND m.path >= t.path AND m.path < t.path || '~') END,
             g.event_id,
             CASE WHEN g.delegated_from IS NOT NULL THEN (
               SELECT u.full_name FROM grants o JOIN users u ON u.id = o.user_id WHERE o.id = g.delegated_from) END,
             g.to_at
        FROM grants g JOIN territories t ON t.id = g.territory_id JOIN roles r ON r.code = g.role
       WHERE g.user_id = of_user AND gate.grant_holds(g) AND ${ROLES_IN_SIGHT}
       -- One's own before what was given on; the widest first.
       ORDER BY g.delegated_from IS NOT NULL, length(t.path), g.from_at, g.id;
    $$;

    -- All that a user holds or will: what begins later, and what rests while whoever gave it on is shut out. Who could sign in
    -- as somebody today would have it then. Only what is over is left out.
    CREATE FUNCTION gate.grants_ahead(of_user uuid)
    RETURNS TABLE (grant_id uuid, role text, path text, reach text, permissions text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT g.id, g.role, t.path, r.reach, r.permissions
        FROM grants g JOIN territories t ON t.id = g.territory_id JOIN roles r ON r.code = g.role AND r.ended_at IS NULL
       WHERE g.user_id = of_user AND (g.to_at IS NULL OR g.to_at > greatest(statement_timestamp(), g.from_at))
         AND ${ROLES_IN_SIGHT}
       ORDER BY length(t.path), g.from_at, g.id;
    $$;

    CREATE FUNCTION gate.token(hash bytea)
    RETURNS TABLE (token_id uuid, user_id uuid, full_name text, language text, held jsonb)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH live AS (
        SELECT k.id, k.user_id, k.grant_id, k.last_used_at, u.full_name, u.language
          FROM api_tokens k JOIN users u ON u.id = k.user_id
         WHERE k.token_hash = hash AND k.ended_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
           AND u.disabled_at IS NULL
      ), touched AS (
        UPDATE api_tokens k SET last_used_at = now() FROM live
         WHERE k.id = live.id AND (live.last_used_at IS NULL OR live.last_used_at < now() - interval '1 minute')
      )
      SELECT l.id, l.user_id, l.full_name, l.language, to_jsonb(g)
        FROM live l JOIN LATERAL gate.grants_of(l.user_id) g ON g.grant_id = l.grant_id;
    $$;

    -- Who could give a user a role: names, nearest first, for somebody who has none and so sees nothing. Who stands in for
    -- somebody else gives none.
    CREATE FUNCTION gate.helpers_of(of_user uuid)
    RETURNS TABLE (full_name text, role text, role_en text, role_hi text, name_en text, name_hi text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT u.full_name, g.role, r.name_en, r.name_hi, t.name_en, t.name_hi
        FROM users me
        JOIN territories t ON me.path >= t.path AND me.path < t.path || '~'
        JOIN grants g ON g.territory_id = t.id AND g.delegated_from IS NULL AND gate.grant_holds(g)
        JOIN roles r ON r.code = g.role AND 'grant.give' = ANY (r.permissions)
        JOIN users u ON u.id = g.user_id AND u.disabled_at IS NULL AND u.id <> me.id
       WHERE me.id = of_user
       ORDER BY length(t.path) DESC, u.full_name LIMIT 5;
    $$;

    -- Who sees a territory, and through what: every grant in force on it or above it. Names of the organisation's own people,
    -- for whoever has the territory in their scope; nothing of those who are in the register.
    CREATE FUNCTION gate.who_sees(of_path text)
    RETURNS TABLE (grant_id uuid, user_id uuid, full_name text, role_en text, role_hi text, reach text, name_en text, name_hi text,
                   path text, since timestamptz, until timestamptz, delegated_by text, tokens integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT g.id, u.id, u.full_name, r.name_en, r.name_hi, r.reach, t.name_en, t.name_hi, t.path, g.from_at, g.to_at,
             (SELECT n.full_name FROM grants o JOIN users n ON n.id = o.user_id WHERE o.id = g.delegated_from),
             (SELECT count(*)::int FROM api_tokens k
               WHERE k.grant_id = g.id AND k.ended_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()))
        FROM territories t
        JOIN grants g ON g.territory_id = t.id AND gate.grant_holds(g)
        JOIN users u ON u.id = g.user_id AND u.disabled_at IS NULL
        JOIN roles r ON r.code = g.role
       WHERE of_path >= t.path AND of_path < t.path || '~'
         AND of_path >= ${setting('scope_from')} AND of_path < ${setting('scope_to')}
       ORDER BY length(t.path), r.reach <> 'territory', u.full_name, g.id;
    $$;
    `,
    gateFunction('gate.who_sees(text)', `${STAFF}, ${AUDITOR}`),
    gateFunction('gate.grant_holds(grants)', `sampark_app, ${STAFF}, ${SYSTEM}, ${MEMBER}, ${AUDITOR}`),
    gateFunction('gate.grants_of(uuid)', `sampark_app, ${STAFF}, ${SYSTEM}, ${MEMBER}`),
    gateFunction('gate.grants_ahead(uuid)', `${STAFF}, ${SYSTEM}`),
    gateFunction('gate.token(bytea)', 'sampark_app'),
    gateFunction('gate.helpers_of(uuid)', 'sampark_app'),
  ];
}
