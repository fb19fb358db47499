import { ForwardOnly } from './forward-only.js';
import { belowPerson, GATE, gateFunction, isMine, policy, setting, STAFF, SYSTEM } from './policies.js';

/** Tables of which everything goes along when two records turn out to be one person. */
const CARRIED = [
  'person_identities',
  'identity_claims',
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
  'person_merges',
  'person_skills',
  'import_changes',
  'import_kept',
];

/**
 * What a table below a person needs so that its rows can go to the record their person is merged into. For tables of later
 * migrations, too: a test asks for it.
 */
export const carriedAlong = (table: string) =>
  [
    `GRANT SELECT, UPDATE (person_id, path) ON ${table} TO ${GATE};`,
    policy(table, 'seen_where_carried', 'SELECT', GATE, 'true'),
    policy(table, 'carried_along', 'UPDATE', GATE, 'true'),
  ].join('\n');

const inScope = (path: string) =>
  `coalesce(${path} >= ${setting('scope_from')} AND ${path} < ${setting('scope_to')}, false)`;
const BY_STAFF = `current_setting('role') IN ('${STAFF}', '${SYSTEM}')`;

/** Each person once: pairs of records that may be one person, what speaks for it, and merges that can be undone. */
export class Duplicates1764000000020 extends ForwardOnly {
  name = 'Duplicates1764000000020';
  protected readonly statements = [
    `
    -- A row is named by its id where it goes to another record.
    ALTER TABLE person_skills ADD id uuid NOT NULL DEFAULT gen_random_uuid();
    ALTER TABLE import_changes ADD id uuid NOT NULL DEFAULT gen_random_uuid();
    ALTER TABLE import_kept ADD id uuid NOT NULL DEFAULT gen_random_uuid();
    -- Of a pair (field person): how strongly it speaks for one person (0 to 100), and why, in codes that have words.
    ALTER TABLE person_suggestions ADD strength smallint, ADD reasons text[] NOT NULL DEFAULT '{}';
    CREATE INDEX person_suggestions_pairs ON person_suggestions (strength DESC, id)
      WHERE field = 'person' AND settled_at IS NULL AND strength IS NOT NULL;
    -- The platform's own id says who somebody is, whatever they are called there by now.
    CREATE INDEX person_identities_by_account ON person_identities (platform_uid, platform) WHERE platform_uid IS NOT NULL;
    CREATE INDEX person_suggestions_by_other ON person_suggestions (other_id) WHERE other_id IS NOT NULL;

    -- A merged record keeps its row and lies in no territory (path ''): every policy and every function of the gate asks for a
    -- range of paths, so it is left out of every list, count, search and audience by the rule they all have already.
    ALTER TABLE people ADD merged_into uuid,
      ADD CONSTRAINT people_merged_lie_nowhere CHECK ((merged_into IS NULL) = (path <> ''));
    CREATE INDEX people_by_merged_into ON people (merged_into) WHERE merged_into IS NOT NULL;

    -- person_id is who remains. moved: ids of rows by table; kept: ids that stayed; changed: what was set for it, to be set
    -- back; taken: fields whose values the two records exchanged. Ids, states and times, nobody's name or number.
    CREATE TABLE person_merges (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      loser_id uuid NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      by_user uuid,
      moved jsonb NOT NULL DEFAULT '{}',
      kept jsonb NOT NULL DEFAULT '{}',
      changed jsonb NOT NULL DEFAULT '[]',
      taken jsonb NOT NULL DEFAULT '{}',
      undone_at timestamptz,
      undone_by uuid,
      -- What had changed since, and so was not set back.
      left_as_is jsonb NOT NULL DEFAULT '[]',
      PRIMARY KEY (person_id, id)
    );
    CREATE INDEX person_merges_by_path ON person_merges (path);
    CREATE INDEX person_merges_by_loser ON person_merges (loser_id) WHERE undone_at IS NULL;
    -- How far the search for pairs has come, where it was interrupted; and when a whole round was done last.
    CREATE TABLE duplicate_rounds (
      within text COLLATE "C" PRIMARY KEY,
      after_id uuid,
      started_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz
    );
    `,
    belowPerson('person_merges'),
    // A view has the columns that its table had when it was made.
    `CREATE OR REPLACE VIEW own.person_suggestions WITH (security_barrier) AS
       SELECT t.* FROM public.person_suggestions t JOIN public.people p ON p.id = t.person_id WHERE ${isMine('p.')};`,
    `
    ALTER TABLE duplicate_rounds ENABLE ROW LEVEL SECURITY; ALTER TABLE duplicate_rounds FORCE ROW LEVEL SECURITY;
    GRANT SELECT, INSERT, UPDATE ON duplicate_rounds TO ${SYSTEM};
    ${policy('duplicate_rounds', 'within_territory', 'ALL', SYSTEM, `within >= ${setting('scope_from')} AND within < ${setting('scope_to')}`)}
    `,
    ...CARRIED.map(carriedAlong),
    `
    GRANT UPDATE (path, territory_id, waiting, merged_into) ON people TO ${GATE};
    GRANT SELECT ON territories TO ${GATE};

    -- The path of somebody the caller may merge: in their territory, or set aside for somebody there. Null: neither.
    CREATE FUNCTION gate.path_to_carry(of_person uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT p.path FROM people p LEFT JOIN people w ON w.id = p.merged_into
       WHERE p.id = of_person AND ${BY_STAFF} AND (${inScope('p.path')} OR (p.path = '' AND ${inScope('w.path')}));
    $$;

    -- Gives rows of one person to another, with that one's path: those named, or all. The keys of the append-only tables are
    -- in nobody's hands, so this is the one way, and only between two people of the caller's own territory.
    CREATE FUNCTION gate.carry(of_table text, from_person uuid, to_person uuid, ids uuid[]) RETURNS integer
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
      RETURN n;
    END $$;

    -- The record lies nowhere from now on, for the sake of another. True where it did until now.
    CREATE FUNCTION gate.set_aside(loser uuid, winner uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE people p SET merged_into = winner, path = '', waiting = false
        FROM people w
       WHERE p.id = loser AND w.id = winner AND p.id <> w.id AND ${BY_STAFF}
         AND p.merged_into IS NULL AND w.merged_into IS NULL AND p.erased_at IS NULL AND w.erased_at IS NULL
         AND ${inScope('p.path')} AND ${inScope('w.path')}
      RETURNING true;
    $$;

    -- Back to where its home is now; where that territory has ended, it waits with the one that remained. Its path, or null.
    CREATE FUNCTION gate.bring_back(loser uuid, winner uuid) RETURNS text
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE people p SET merged_into = NULL, path = coalesce(t.path, w.path), territory_id = coalesce(t.id, w.territory_id),
             waiting = t.id IS NULL
        FROM people w, people l LEFT JOIN territories t ON t.id = l.territory_id AND t.to_on IS NULL
       WHERE p.id = loser AND l.id = loser AND w.id = winner AND p.merged_into = winner AND ${BY_STAFF}
         AND ${inScope('w.path')} AND ${inScope('coalesce(t.path, w.path)')}
      RETURNING p.path;
    $$;

    -- Whom a record set aside stands for now, however often that one was merged on: who is in the caller's hands sees where to.
    CREATE FUNCTION gate.successor(of_person uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH RECURSIVE chain AS (
        SELECT p.id, p.merged_into, 1 AS n FROM people p WHERE p.id = of_person
        UNION ALL
        SELECT p.id, p.merged_into, n + 1 FROM chain c JOIN people p ON p.id = c.merged_into WHERE n < 50)
      SELECT id FROM chain WHERE merged_into IS NULL AND id <> of_person;
    $$;

    -- Seats of a meet-up after two answers became one, or two again; false where they don't fit.
    CREATE FUNCTION gate.shift_heads(of_event uuid, of_person uuid, by integer) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE events e SET heads = greatest(0, heads + by)
       WHERE e.id = of_event AND gate.path_to_carry(of_person) IS NOT NULL
         AND EXISTS (SELECT FROM invitations i WHERE i.person_id = of_person AND i.event_id = of_event)
         AND (by < 0 OR capacity IS NULL OR heads + by <= capacity)
      RETURNING true;
    $$;
    GRANT UPDATE (heads) ON events TO ${GATE};
    ${policy('events', 'seats_through_the_gate', 'UPDATE', GATE, 'true')}

    -- Whether somebody out of sight may be this very person; nothing more (T26).
    CREATE FUNCTION gate.pair_elsewhere(of_person uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT EXISTS (
        SELECT FROM (SELECT s.other_id FROM person_suggestions s
                      WHERE s.person_id = of_person AND s.field = 'person' AND s.settled_at IS NULL
                     UNION ALL
                     SELECT s.person_id FROM person_suggestions s
                      WHERE s.other_id = of_person AND s.field = 'person' AND s.settled_at IS NULL) o (id)
          JOIN people p ON p.id = o.id
         WHERE p.path <> '' AND p.erased_at IS NULL AND NOT ${inScope('p.path')})
         AND coalesce(${inScope('gate.path_to_carry(of_person)')}, false);
    $$;

    -- Whom a mail's unsubscribe link is for: the person it went to, or whoever they are now (stopping works from any letter),
    -- and those whose mail it carried as well.
    CREATE OR REPLACE FUNCTION gate.people_of_mail(of_person uuid, of_mail uuid) RETURNS TABLE (person_id uuid, path text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH meant AS (SELECT coalesce(gate.successor(of_person), of_person) AS id)
      SELECT p.id, p.path FROM people p, meant
       WHERE p.erased_at IS NULL AND p.merged_into IS NULL
         AND (p.id = meant.id OR p.id IN (SELECT m.person_id FROM mails m WHERE m.joined_to = of_mail))
       ORDER BY p.id <> meant.id, p.id;
    $$;

    -- Who may say that two records are one person.
    UPDATE roles SET permissions = array_append(permissions, 'sympathiser.merge')
     WHERE code IN ('state_admin', 'region_coordinator', 'district_convenor', 'it_centre_operator')
       AND NOT 'sympathiser.merge' = ANY (permissions);
    `,
    ...[
      'gate.path_to_carry(uuid)',
      'gate.carry(text, uuid, uuid, uuid[])',
      'gate.set_aside(uuid, uuid)',
      'gate.bring_back(uuid, uuid)',
      'gate.shift_heads(uuid, uuid, integer)',
      'gate.pair_elsewhere(uuid)',
    ].map((signature) => gateFunction(signature, `${STAFF}, ${SYSTEM}`)),
    gateFunction('gate.successor(uuid)', `${STAFF}, ${SYSTEM}, sampark_member`),
    gateFunction('gate.people_of_mail(uuid, uuid)', 'sampark_app'),
  ];
}
