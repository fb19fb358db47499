import { ForwardOnly } from './forward-only.js';
import {
  belowPerson,
  EVERY_ACTOR,
  GATE,
  gateFunction,
  guarded,
  HOST,
  IN_SCOPE,
  isActor,
  isMine,
  LENS,
  MEMBER,
  policy,
  readable,
  scoped,
  setting,
  STAFF,
  SYSTEM,
} from './policies.js';
import { SHIPPED_PLATFORMS, SHIPPED_SKILLS } from './platforms-and-skills.js';

/** Only somebody whose territory is the whole organisation: the root's path is one key long. */
const WHOLE_ORGANISATION = `length(${setting('scope_from')}) <= 4`;

/** Inside a gate function: the person lies in the actor's scope; a member's is also in their hands. */
const WITHIN = `p.path >= ${setting('scope_from')} AND p.path < ${setting('scope_to')}
           AND (current_setting('role') IN ('${STAFF}', '${SYSTEM}')
                OR (current_setting('role') = '${MEMBER}' AND ${isMine('p.')}))`;

const text = (value: string | null) => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);
const texts = (values: readonly string[]) => `ARRAY[${values.map(text).join(', ')}]::text[]`;

/** Reference data like the roles: everybody reads it, the whole organisation changes it. */
const ofTheOrganisation = (table: string, columns: string) =>
  [
    guarded(table),
    readable(table),
    policy(table, 'everybody_reads', 'SELECT', `${EVERY_ACTOR}, sampark_app, ${LENS}, ${GATE}`, 'true'),
    policy(table, 'whole_organisation_adds', 'INSERT', `${STAFF}, ${SYSTEM}`, WHOLE_ORGANISATION),
    policy(table, 'whole_organisation_changes', 'UPDATE', `${STAFF}, ${SYSTEM}`, WHOLE_ORGANISATION),
    policy(table, 'shipped', 'INSERT', 'sampark_owner', 'true'),
    `GRANT INSERT ON ${table} TO ${STAFF}, ${SYSTEM};`,
    `GRANT UPDATE (${columns}) ON ${table} TO ${STAFF}, ${SYSTEM};`,
  ].join('\n');

/** What a list saved by one user shows to another: the list itself, its name and conditions; people are each reader's own. */
const MY_OR_SHARED = `(shared OR ${isActor('owner_id')})`;

const LIST = (key: string) => `ARRAY(SELECT jsonb_array_elements_text(%1$s->''${key}''))`;

/** One line of the compiler below: where the condition is there, this text, `%1$s` being the parameter that holds them all. */
const piece = (key: string, sql: string) => `CASE WHEN c ? '${key}' THEN '${sql}' END`;
/** The same for a condition of a few values, each with its own text. */
const oneOf = (key: string, texts: Record<string, string>) =>
  `CASE c->>'${key}' ${Object.entries(texts)
    .map(([value, sql]) => `WHEN '${value}' THEN '${sql}'`)
    .join(' ')} END`;

const SEGMENT_PIECES = [
  piece(
    'territory',
    `p.path >= (SELECT t.path FROM territories t WHERE t.id = (%1$s->>''territory'')::uuid)
     AND p.path < (SELECT t.path || ''~'' FROM territories t WHERE t.id = (%1$s->>''territory'')::uuid)`,
  ),
  piece('languages', `(p.language = ANY (${LIST('languages')}) OR p.also_speaks && ${LIST('languages')})`),
  piece(
    'platform',
    `EXISTS (SELECT FROM person_identities i WHERE i.person_id = p.id AND i.platform = %1$s->>''platform'' AND i.to_at IS NULL)`,
  ),
  piece('skills', `EXISTS (SELECT FROM person_skills k WHERE k.person_id = p.id AND k.code = ANY (${LIST('skills')}))`),
  oneOf('contacted', {
    never: 'p.last_attempt_at IS NULL',
    week: `p.last_attempt_at >= now() - interval ''7 days''`,
    over_month: `(p.last_attempt_at IS NULL OR p.last_attempt_at < now() - interval ''30 days'')`,
    over_quarter: `(p.last_attempt_at IS NULL OR p.last_attempt_at < now() - interval ''90 days'')`,
  }),
  oneOf('answered', {
    ...Object.fromEntries(
      ['yes', 'no', 'maybe'].map((answer) => [
        answer,
        `EXISTS (SELECT FROM invitations v WHERE v.person_id = p.id AND v.answer = ''${answer}'')`,
      ]),
    ),
    never: `EXISTS (SELECT FROM invitations v WHERE v.person_id = p.id AND v.sent_at IS NOT NULL)
       AND NOT EXISTS (SELECT FROM invitations v WHERE v.person_id = p.id AND v.answer IS NOT NULL)`,
  }),
  oneOf('attended', {
    ever: 'EXISTS (SELECT FROM attendances a WHERE a.person_id = p.id AND a.undone_at IS NULL)',
    half_year: `EXISTS (SELECT FROM attendances a WHERE a.person_id = p.id AND a.undone_at IS NULL
                          AND a.server_at > now() - interval ''180 days'')`,
    never: 'NOT EXISTS (SELECT FROM attendances a WHERE a.person_id = p.id AND a.undone_at IS NULL)',
  }),
  // The ledger's one rule (contact_barriers), asked of everybody at once: a live point, and no entry newer than a yes.
  `CASE WHEN c->>'channel' IN ('phone', 'email') THEN
     'EXISTS (SELECT FROM contact_points c WHERE c.person_id = p.id AND c.kind = %1$s->>''channel''
                AND c.suppressed_at IS NULL AND c.dead_at IS NULL)'
   WHEN c ? 'channel' THEN
     'EXISTS (SELECT FROM person_identities i WHERE i.person_id = p.id AND i.platform = %1$s->>''channel''
                AND i.suppressed_at IS NULL AND i.to_at IS NULL)' END`,
  piece(
    'channel',
    `EXISTS (SELECT FROM consents s WHERE s.person_id = p.id AND s.purpose = %1$s->>''purpose''
               AND s.channel = %1$s->>''channel'' AND s.state = ''given''
               AND NOT EXISTS (SELECT FROM consents n WHERE n.person_id = s.person_id AND n.purpose = s.purpose
                                 AND n.channel = s.channel AND n.state <> ''given'' AND n.id > s.id))`,
  ),
  oneOf('assigned', { yes: 'p.assigned_to IS NOT NULL', no: 'p.assigned_to IS NULL' }),
];

const CONDITIONS =
  'of_event uuid, of_territory uuid, in_language text, on_platform text, never boolean, weeks integer, only_ids uuid[], of_segment uuid';
const CONDITION_TYPES = 'uuid, uuid, text, text, boolean, integer, uuid[], uuid';
/** The one meet-up of a helper at the door; null for everybody whose role reaches further. */
const NO_HELPER = `${setting('event_id')} IS NULL`;

/** Finds the audience's territory and list, or refuses: the meet-up or the list out of sight, a territory beside it, people by ids. */
const PLACE_OF_AUDIENCE = `
      SELECT t.path INTO place FROM events e JOIN territories t ON t.id = coalesce(of_territory, e.territory_id)
       WHERE e.id = of_event AND e.path >= ${setting('scope_from')} AND e.path < ${setting('scope_to')}
         AND ${NO_HELPER} AND t.path >= e.path AND t.path < e.path || '~';
      IF place IS NULL OR (only_ids IS NOT NULL AND current_setting('role') = '${HOST}') THEN
        RAISE insufficient_privilege USING MESSAGE = 'no audience of this caller';
      END IF;
      IF of_segment IS NOT NULL THEN
        SELECT s.conditions INTO listed FROM segments s
         WHERE s.id = of_segment AND s.ended_at IS NULL AND ${MY_OR_SHARED}
           AND s.path >= ${setting('scope_from')} AND s.path < ${setting('scope_to')};
        IF listed IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'no list of this caller'; END IF;
      END IF;`;

/** A role at the door of one meet-up sees no list of people. */
const FOR_HOSTS = `${IN_SCOPE} AND ${MY_OR_SHARED} AND ${NO_HELPER}`;

/**
 * Platforms and skills as data; what people offer and how they want to be contacted; the dates of handles; saved lists with
 * one compiler of their conditions; exports.
 */
export class SegmentsAndExports1764000000019 extends ForwardOnly {
  name = 'SegmentsAndExports1764000000019';
  protected readonly statements = [
    `
    CREATE TABLE platforms (
      code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_]{0,29}$'),
      position integer NOT NULL,
      name_en text NOT NULL,
      name_hi text NOT NULL,
      -- Each as migrations/platforms-and-skills.ts says.
      aliases text[] NOT NULL DEFAULT '{}',
      hosts text[] NOT NULL DEFAULT '{}',
      paths text[] NOT NULL DEFAULT '{}',
      reserved text[] NOT NULL DEFAULT '{}',
      handle_signs text,
      handle_min integer,
      handle_max integer,
      handle_any_script boolean NOT NULL DEFAULT false,
      profile_link text NOT NULL CHECK (profile_link LIKE 'https://%'),
      id_link text CHECK (id_link LIKE 'https://%'),
      chat_link text CHECK (chat_link LIKE 'https://%')
    );
    CREATE TABLE skills (
      code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_]{1,39}$'),
      name_en text NOT NULL,
      name_hi text NOT NULL,
      -- Offered for choice no more; who offered it keeps it.
      ended_at timestamptz
    );
    ${ofTheOrganisation('platforms', 'position, name_en, name_hi, aliases, hosts, paths, reserved, handle_signs, handle_min, handle_max, handle_any_script, profile_link, id_link, chat_link')}
    ${ofTheOrganisation('skills', 'name_en, name_hi, ended_at')}
    `,
    ...SHIPPED_PLATFORMS.map(
      (p, n) => `
        INSERT INTO platforms (code, position, name_en, name_hi, aliases, hosts, paths, reserved, handle_signs, handle_min,
                               handle_max, handle_any_script, profile_link, id_link, chat_link)
        VALUES (${text(p.code)}, ${n + 1}, ${text(p.name_en)}, ${text(p.name_hi)}, ${texts(p.aliases)}, ${texts(p.hosts)},
                ${texts(p.paths)}, ${texts(p.reserved)}, ${text(p.handle_signs)}, ${p.handle_min ?? 'NULL'},
                ${p.handle_max ?? 'NULL'}, ${p.handle_any_script}, ${text(p.profile_link)}, ${text(p.id_link)}, ${text(p.chat_link)});`,
    ),
    ...SHIPPED_SKILLS.map(
      ([code, en, hi]) =>
        `INSERT INTO skills (code, name_en, name_hi) VALUES (${text(code)}, ${text(en)}, ${text(hi)});`,
    ),
    `
    UPDATE roles SET permissions = permissions || ARRAY['platform.edit'] WHERE code = 'state_admin';
    UPDATE roles SET permissions = permissions || ARRAY['sympathiser.export']
     WHERE code IN ('state_admin', 'region_coordinator', 'district_convenor');

    -- What of the handle was seen by whoever verified it; why it ended: renamed, changed_hands, wrong, by_hand.
    ALTER TABLE person_identities ADD seen text, ADD ended_why text, ADD preferred boolean NOT NULL DEFAULT false;
    CREATE INDEX person_identities_by_uid ON person_identities (platform_uid, platform) WHERE platform_uid IS NOT NULL;

    -- Further languages they speak; how they want to be contacted: times of day, channels in their order, by one alone, not
    -- before a day.
    ALTER TABLE people
      ADD also_speaks text[] NOT NULL DEFAULT '{}',
      ADD contact_times text[] NOT NULL DEFAULT '{}',
      ADD contact_order text[] NOT NULL DEFAULT '{}',
      ADD contact_only text,
      ADD contact_not_before date;
    GRANT UPDATE (also_speaks, contact_times, contact_order, contact_only, contact_not_before) ON people TO ${MEMBER};

    CREATE TABLE person_skills (
      person_id uuid NOT NULL REFERENCES people (id),
      code text NOT NULL REFERENCES skills (code),
      path text COLLATE "C" NOT NULL,
      -- In the words of whoever heard it, or where they offered it.
      source text,
      noted_at timestamptz NOT NULL DEFAULT now(),
      noted_by uuid,
      PRIMARY KEY (person_id, code)
    );
    CREATE INDEX person_skills_by_code ON person_skills (code, person_id);
    CREATE INDEX person_skills_by_path ON person_skills (path);
    ${belowPerson('person_skills', `${STAFF}, ${SYSTEM}, ${GATE}`)}
    GRANT SELECT, INSERT ON person_skills TO ${GATE};
    ${policy('person_skills', 'through_the_gate', 'ALL', GATE, 'true')}
    -- Views take their columns when they are made.
    DROP VIEW own.person_identities;
    CREATE VIEW own.person_identities WITH (security_barrier) AS
      SELECT t.* FROM public.person_identities t JOIN public.people p ON p.id = t.person_id WHERE ${isMine('p.')};
    ALTER VIEW own.person_identities OWNER TO ${LENS};
    GRANT SELECT ON own.person_identities TO ${MEMBER};

    -- A member has no UPDATE on what lies below a person; these changes to people in their hands are theirs. True where done.
    CREATE FUNCTION gate.verify_identity(of_person uuid, of_identity uuid, what text, uid text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE person_identities i
         SET verified_at = now(), verified_by = ${setting('user_id')}::uuid, seen = what, platform_uid = coalesce(uid, i.platform_uid)
        FROM people p
       WHERE p.id = of_person AND ${WITHIN} AND i.person_id = p.id AND i.id = of_identity AND i.to_at IS NULL
      RETURNING true;
    $$;
    -- One point is what they like best, of whatever kind; null takes the mark away.
    CREATE FUNCTION gate.prefer_point(of_person uuid, of_point uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE contact_points c SET preferred = (c.id = of_point) FROM people p
       WHERE p.id = of_person AND ${WITHIN} AND c.person_id = p.id AND c.preferred IS DISTINCT FROM (c.id = of_point);
      UPDATE person_identities i SET preferred = (i.id = of_point) FROM people p
       WHERE p.id = of_person AND ${WITHIN} AND i.person_id = p.id AND i.preferred IS DISTINCT FROM (i.id = of_point);
    $$;
    -- What they offer is these, and nothing else; what stays keeps its source and day.
    CREATE FUNCTION gate.note_skills(of_person uuid, codes text[], said_where text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DELETE FROM person_skills k USING people p
       WHERE p.id = of_person AND ${WITHIN} AND k.person_id = p.id AND k.code <> ALL (codes);
      INSERT INTO person_skills (person_id, code, path, source, noted_by)
      SELECT p.id, s.code, p.path, said_where, ${setting('user_id')}::uuid FROM people p, skills s
       WHERE p.id = of_person AND ${WITHIN} AND s.code = ANY (codes)
      ON CONFLICT DO NOTHING;
    $$;
    `,
    gateFunction('gate.verify_identity(uuid, uuid, text, text)', `${STAFF}, ${MEMBER}, ${SYSTEM}`),
    gateFunction('gate.prefer_point(uuid, uuid)', `${STAFF}, ${MEMBER}, ${SYSTEM}`),
    gateFunction('gate.note_skills(uuid, text[], text)', `${STAFF}, ${MEMBER}, ${SYSTEM}`),
    `
    -- Saved lists: conditions, and never people; whoever opens one sees those of their own sight.
    CREATE TABLE segments (
      id uuid PRIMARY KEY,
      territory_id uuid NOT NULL REFERENCES territories (id),
      path text COLLATE "C" NOT NULL,
      name text NOT NULL,
      -- Checked by the program: territory, languages, platform, skills, contacted, answered, attended, purpose and channel, assigned.
      conditions jsonb NOT NULL,
      owner_id uuid NOT NULL REFERENCES users (id),
      -- With everybody whose territory holds this one.
      shared boolean NOT NULL DEFAULT false,
      created_at timestamptz NOT NULL DEFAULT now(),
      changed_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz
    );
    CREATE INDEX segments_by_path ON segments (path, id);
    ${guarded('segments')}
    GRANT SELECT, INSERT, UPDATE ON segments TO ${STAFF}, ${SYSTEM}, ${MEMBER};
    GRANT SELECT ON segments TO ${HOST}, ${GATE};
    ${policy('segments', 'mine_or_shared', 'SELECT', `${STAFF}, ${MEMBER}`, `${IN_SCOPE} AND ${MY_OR_SHARED}`)}
    ${policy('segments', 'made_by_me', 'INSERT', `${STAFF}, ${MEMBER}`, `${IN_SCOPE} AND ${isActor('owner_id')}`)}
    ${policy('segments', 'changed_by_me', 'UPDATE', `${STAFF}, ${MEMBER}`, `${IN_SCOPE} AND ${isActor('owner_id')}`)}
    ${policy('segments', 'moved_with_their_place', 'ALL', SYSTEM, IN_SCOPE)}
    ${policy('segments', 'to_choose_from', 'SELECT', HOST, FOR_HOSTS)}
    ${policy('segments', 'through_the_gate', 'SELECT', GATE, 'true')}

    -- With the path, which is all that a policy asks for: so these are read without their tables.
    CREATE INDEX consents_given ON consents (purpose, channel, person_id, id) INCLUDE (path) WHERE state = 'given';
    CREATE INDEX contact_points_live ON contact_points (kind, person_id) INCLUDE (path)
     WHERE suppressed_at IS NULL AND dead_at IS NULL;
    CREATE INDEX consents_taken_back ON consents (person_id, purpose, channel, id) WHERE state <> 'given';
    CREATE INDEX people_by_last_attempt ON people (path, last_attempt_at);

    -- The one compiler of a list's conditions: a WHERE over people p as text. Every text is one of these; values stay in the
    -- parameter \`param\` (a $n of the caller's), which holds the conditions themselves. Tables are named bare, so that a
    -- member's search path leads to their own views. A condition that is not there costs nothing, not even its plan.
    CREATE FUNCTION segment_rule(c jsonb, param text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
      SELECT CASE WHEN param ~ '^\\$[0-9]+::jsonb$' THEN
        format(concat_ws(E'\\n AND ', 'p.erased_at IS NULL AND %1$s IS NOT NULL',
          ${SEGMENT_PIECES.join(',\n          ')}), '(' || param || ')') END;
    $$;
    REVOKE EXECUTE ON FUNCTION segment_rule(jsonb, text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION segment_rule(jsonb, text) TO ${STAFF}, ${SYSTEM}, ${MEMBER}, ${GATE};

    DROP FUNCTION gate.audience(uuid, uuid, text, text, boolean, integer, uuid[]);
    DROP FUNCTION gate.ask(uuid, uuid, text, text, boolean, integer, uuid[], uuid[], text[], text);

    -- As before (see the hosts' migration), and a saved list may narrow it.
    CREATE FUNCTION gate.audience(${CONDITIONS}) RETURNS TABLE (why text, n integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    #variable_conflict use_column
    DECLARE place text; listed jsonb;
    BEGIN ${PLACE_OF_AUDIENCE}
      RETURN QUERY EXECUTE $sql$
        SELECT q.why, count(*)::integer FROM gate.invitable($1, $2, $3, $4, $5, $6, $7) q JOIN people p ON p.id = q.id
         WHERE $sql$ || coalesce(segment_rule(listed, '$8::jsonb'), '$8::jsonb IS NULL') || $sql$
         GROUP BY q.why ORDER BY 2 DESC, 1
      $sql$ USING of_event, place, in_language, on_platform, never, weeks, only_ids, listed;
    END $$;
    CREATE FUNCTION gate.ask(${CONDITIONS}, ids uuid[], languages text[], fallback text) RETURNS SETOF uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE place text; listed jsonb;
    BEGIN ${PLACE_OF_AUDIENCE}
      RETURN QUERY EXECUTE $sql$
        WITH chosen AS (
               SELECT q.id, q.path, q.language, row_number() OVER (ORDER BY q.path, q.id) AS n
                 FROM gate.invitable($1, $2, $3, $4, $5, $6, $7) q JOIN people p ON p.id = q.id
                WHERE q.why IS NULL AND $sql$ || coalesce(segment_rule(listed, '$8::jsonb'), '$8::jsonb IS NULL') || $sql$),
             asked AS (
               INSERT INTO invitations (person_id, id, event_id, path, language, asked_by)
               SELECT c.id, $9[c.n], $1, c.path, CASE WHEN c.language = ANY ($10) THEN c.language ELSE $11 END, ${setting('user_id')}::uuid
                 FROM chosen c WHERE c.n <= cardinality($9)
               ON CONFLICT (person_id, event_id) DO NOTHING
               RETURNING person_id, id, path),
             mailed AS (
               INSERT INTO mails (person_id, id, path, kind, event_id, invitation_id)
               SELECT a.person_id, a.id, a.path, 'invitation', $1, a.id FROM asked a)
        SELECT person_id FROM asked
      $sql$ USING of_event, place, in_language, on_platform, never, weeks, only_ids, listed, ids, languages, fallback;
    END $$;
    `,
    gateFunction(`gate.audience(${CONDITION_TYPES})`, `${STAFF}, ${HOST}, ${SYSTEM}`),
    gateFunction(`gate.ask(${CONDITION_TYPES}, uuid[], text[], text)`, `${STAFF}, ${HOST}, ${SYSTEM}`),
    `
    CREATE TABLE exports (
      id uuid PRIMARY KEY,
      territory_id uuid NOT NULL REFERENCES territories (id),
      path text COLLATE "C" NOT NULL,
      owner_id uuid NOT NULL REFERENCES users (id),
      segment_id uuid REFERENCES segments (id),
      -- As they stood when it was asked for.
      conditions jsonb NOT NULL,
      reason text NOT NULL,
      format text NOT NULL CHECK (format IN ('csv', 'xlsx')),
      columns text[] NOT NULL,
      language text NOT NULL,
      -- Points that the ledger doesn't allow to use, and people nobody looks after any more, only where asked for.
      every_point boolean NOT NULL DEFAULT false,
      closed boolean NOT NULL DEFAULT false,
      -- writing > done > expired; cancelled from writing.
      state text NOT NULL,
      people integer NOT NULL,
      written integer NOT NULL DEFAULT 0,
      bytes bigint NOT NULL DEFAULT 0,
      -- Where to go on: the last person's path and id, and what the file's format has to remember.
      progress jsonb NOT NULL DEFAULT '{}',
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      finished_at timestamptz,
      expires_at timestamptz NOT NULL,
      downloads integer NOT NULL DEFAULT 0
    );
    CREATE INDEX exports_by_path ON exports (path, id);
    CREATE INDEX exports_open ON exports (expires_at) WHERE state IN ('writing', 'done');
    -- The file in pieces, each with whom it shows; gone when it expires.
    CREATE TABLE export_chunks (
      export_id uuid NOT NULL REFERENCES exports (id),
      n integer NOT NULL,
      path text COLLATE "C" NOT NULL,
      people uuid[] NOT NULL,
      bytes bytea NOT NULL,
      PRIMARY KEY (export_id, n)
    );
    ALTER TABLE export_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
    ${scoped('exports')}
    ${scoped('export_chunks', `${STAFF}, ${SYSTEM}`)}
    `,
  ];
}
