import { ForwardOnly } from './forward-only.js';
import {
  GATE,
  gateFunction,
  guarded,
  IN_SCOPE,
  isActor,
  MEMBER,
  policy,
  scoped,
  setting,
  STAFF,
  SYSTEM,
} from './policies.js';

const ME = `${setting('user_id')}::uuid`;
const inScope = (path: string) => `${path} >= ${setting('scope_from')} AND ${path} < ${setting('scope_to')}`;
const READERS = `${STAFF}, ${SYSTEM}`;

/**
 * What somebody did between two instants: by user (whose tokens are theirs), by territory, or a file that was taken out.
 * $1 from, $2 to, $3 users, $4 tokens, $5 paths of territories, $6 files, $7 paths above
 * those of $5. Each branch is served by an index of each month:
 * nothing reads a month from end to end for one user.
 */
export const ENTRIES_OF_A_BREACH = `
  SELECT e.id, e.at, e.action, e.shown, e.people, e.path FROM audit_entries e
   WHERE e.user_id = ANY ($3) AND e.at >= $1 AND e.at < $2 AND e.people <> '{}'
  UNION
  SELECT e.id, e.at, e.action, e.shown, e.people, e.path FROM audit_entries e
   WHERE e.user_id = ANY (ARRAY(SELECT t.user_id FROM api_tokens t WHERE t.id = ANY ($4))) AND e.token_id = ANY ($4)
     AND e.at >= $1 AND e.at < $2 AND e.people <> '{}'
  UNION
  SELECT e.id, e.at, e.action, e.shown, e.people, e.path
    FROM unnest($5) AS t(path) JOIN audit_entries e ON e.path >= t.path AND e.path < t.path || '~'
   WHERE $3 = '{}' AND $4 = '{}' AND e.at >= $1 AND e.at < $2 AND e.people <> '{}' AND e.actor_kind IN ('user', 'token')
  UNION
  SELECT e.id, e.at, e.action, e.shown, e.people, e.path
    FROM audit_entries e
   WHERE e.path = ANY ($7) AND $3 = '{}' AND $4 = '{}' AND e.at >= $1 AND e.at < $2 AND e.people <> '{}' AND e.actor_kind IN ('user', 'token')
  UNION
  SELECT e.id, e.at, e.action, e.shown, e.people, e.path
    FROM exports x JOIN audit_entries e ON e.action = 'export.shown' AND e.at >= x.created_at AND e.subject_id = x.id
   WHERE $6 <> '{}' AND x.id = ANY ($6)
  UNION
  SELECT x.id, x.created_at, 'export.shown', true, c.people, c.path
    FROM exports x JOIN export_chunks c ON c.export_id = x.id
   WHERE x.id = ANY ($6) OR (x.owner_id = ANY ($3) AND x.downloads > 0 AND x.created_at >= $1 AND x.created_at < $2)`;

/** Breaches and who was affected, the officer's figures, notes that were left out, and no year of birth of a minor. */
export class DataProtection1764000000027 extends ForwardOnly {
  name = 'DataProtection1764000000027';
  protected readonly statements = [
    `
    -- A breach of personal data, from when we knew of it. Whom it concerns by what was done (actors, tokens), where
    -- (territories) and with which files.
    CREATE TABLE breaches (
      id uuid PRIMARY KEY,
      territory_id uuid NOT NULL REFERENCES territories (id),
      path text COLLATE "C" NOT NULL,
      title text NOT NULL,
      -- What happened, its likely consequences, what was and will be done: the report's own words.
      nature text,
      consequences text,
      measures text,
      prevention text,
      aware_at timestamptz NOT NULL,
      span_from timestamptz NOT NULL,
      span_to timestamptz NOT NULL,
      actors uuid[] NOT NULL DEFAULT '{}',
      tokens uuid[] NOT NULL DEFAULT '{}',
      territories uuid[] NOT NULL DEFAULT '{}',
      exports uuid[] NOT NULL DEFAULT '{}',
      notice_id uuid REFERENCES notices (id),
      opened_at timestamptz NOT NULL DEFAULT now(),
      opened_by uuid NOT NULL REFERENCES users (id),
      -- null while it is being counted.
      counted_at timestamptz,
      people integer NOT NULL DEFAULT 0,
      erased integer NOT NULL DEFAULT 0,
      -- States, each with who and when: the Board told, told in detail, the people told, closed.
      board_told_at timestamptz,
      board_told_by uuid REFERENCES users (id),
      detailed_at timestamptz,
      detailed_by uuid REFERENCES users (id),
      people_told_at timestamptz,
      people_told_by uuid REFERENCES users (id),
      closed_at timestamptz,
      closed_by uuid REFERENCES users (id),
      -- Of which stages of the clock the officers were told.
      reminded text[] NOT NULL DEFAULT '{}',
      CHECK (span_from < span_to)
    );
    CREATE INDEX breaches_by_path ON breaches (path, id DESC);
    CREATE INDEX breaches_open ON breaches (aware_at) WHERE closed_at IS NULL;
    CREATE TABLE breach_steps (
      breach_id uuid NOT NULL REFERENCES breaches (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      user_id uuid REFERENCES users (id),
      step text NOT NULL,
      note text,
      PRIMARY KEY (breach_id, id)
    );
    CREATE INDEX breach_steps_by_path ON breach_steps (path);
    -- Who was affected, as it was counted. whom: an id, which leads nowhere once they are erased.
    CREATE TABLE breach_people (
      breach_id uuid NOT NULL REFERENCES breaches (id),
      whom uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      actions text[] NOT NULL,
      changed boolean NOT NULL,
      times integer NOT NULL,
      first_at timestamptz NOT NULL,
      last_at timestamptz NOT NULL,
      PRIMARY KEY (breach_id, whom)
    );
    CREATE INDEX breach_people_by_path ON breach_people (path);
    ${guarded('breaches')}
    GRANT SELECT, INSERT, UPDATE ON breaches TO ${READERS};
    -- Nobody reads, and so nobody settles, a case about themselves.
    ${policy('breaches', 'within_territory', 'ALL', STAFF, `${IN_SCOPE} AND ${ME} <> ALL (actors)`)}
    ${policy('breaches', 'all_within_territory', 'ALL', SYSTEM, IN_SCOPE)}
    ${scoped('breach_steps')}
    ${scoped('breach_people')}
    REVOKE INSERT, UPDATE ON breach_people FROM ${READERS};
    -- Only a move of the territory touches it.
    GRANT UPDATE (path) ON breach_people TO ${READERS};
    -- Sign-ups that nobody confirmed yet, in the caller's territory; those without one are the whole organisation's.
    CREATE FUNCTION gate.unconfirmed_sign_ups() RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT count(*)::integer FROM join_requests j LEFT JOIN territories t ON t.id = j.territory_id
       WHERE j.confirmed_at IS NULL
         AND CASE WHEN t.path IS NULL THEN length(${setting('scope_from')}) <= 4
                  ELSE t.path >= ${setting('scope_from')} AND t.path < ${setting('scope_to')} END;
    $$;
    GRANT SELECT ON breaches, exports, export_chunks, territories, api_tokens TO ${GATE};
    GRANT UPDATE (counted_at, people, erased) ON breaches TO ${GATE};
    GRANT SELECT, INSERT, DELETE ON breach_people TO ${GATE};
    ${['breaches', 'breach_people'].map((table) => policy(table, 'through_the_gate', 'ALL', GATE, 'true')).join('\n')}
    ${['exports', 'export_chunks'].map((table) => policy(table, 'counted_for_a_breach', 'SELECT', GATE, 'true')).join('\n')}
    ALTER TABLE notices ADD breach_id uuid REFERENCES breaches (id);
    GRANT UPDATE (breach_id) ON notices TO ${READERS};
    `,
    `
    -- Counts who was affected, of those in the caller's territory, whoever it was that looked: anew each time, as a whole.
    -- A record that was merged counts as the one it went to; one that is erased by now is counted, and has no name.
    CREATE FUNCTION gate.breach_count(of_breach uuid) RETURNS TABLE (people integer, erased integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    #variable_conflict use_column
    DECLARE b breaches; paths text[]; above text[]; n_people integer; n_erased integer;
    BEGIN
      SELECT * INTO b FROM breaches WHERE id = of_breach AND ${IN_SCOPE};
      IF b.id IS NULL THEN RETURN; END IF;
      SELECT coalesce(array_agg(t.path), '{}') INTO paths FROM territories t WHERE t.id = ANY (b.territories);
      -- Whoever looked from above looked there, too.
      SELECT coalesce(array_agg(DISTINCT a.path), '{}') INTO above
        FROM unnest(paths) AS t(path) JOIN territories a ON starts_with(t.path, a.path) AND a.path <> t.path;
      DELETE FROM breach_people WHERE breach_id = b.id;
      EXECUTE $sql$
        INSERT INTO breach_people (breach_id, whom, path, actions, changed, times, first_at, last_at)
        SELECT $8, coalesce(p.merged_into, u.person), $9, array_agg(DISTINCT e.action), bool_or(NOT e.shown),
               count(DISTINCT e.id), min(e.at), max(e.at)
          FROM (${ENTRIES_OF_A_BREACH}) e CROSS JOIN LATERAL unnest(e.people) AS u(person)
          LEFT JOIN people p ON p.id = u.person
          LEFT JOIN people m ON m.id = p.merged_into
         WHERE (CASE WHEN p.id IS NULL THEN ${inScope('e.path')} ELSE ${inScope('coalesce(m.path, p.path)')} END)
           AND ($5 = '{}' OR EXISTS (SELECT FROM unnest($5) AS t(path)
                                      WHERE coalesce(m.path, p.path, e.path) >= t.path AND coalesce(m.path, p.path, e.path) < t.path || '~'))
         GROUP BY coalesce(p.merged_into, u.person)
      $sql$ USING b.span_from, b.span_to, b.actors, b.tokens, paths, b.exports, above, b.id, b.path;
      SELECT count(*), count(*) FILTER (WHERE p.id IS NULL OR p.erased_at IS NOT NULL) INTO n_people, n_erased
        FROM breach_people w LEFT JOIN people p ON p.id = w.whom WHERE w.breach_id = b.id;
      UPDATE breaches SET counted_at = clock_timestamp(), people = n_people, erased = n_erased WHERE id = b.id;
      RETURN QUERY SELECT n_people, n_erased;
    END $$;

    -- Whom to remind of a case: who holds one of the roles at or above its territory, and is not its subject.
    CREATE FUNCTION gate.breach_readers(of_breach uuid, roles text[]) RETURNS TABLE (user_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT DISTINCT u.id
        FROM breaches b
        JOIN grants g ON b.path >= g.path AND b.path < g.path || '~' AND g.role = ANY (roles) AND gate.grant_holds(g)
        JOIN users u ON u.id = g.user_id AND u.disabled_at IS NULL AND u.email IS NOT NULL AND u.id <> ALL (b.actors)
       WHERE b.id = of_breach;
    $$;
    `,
    gateFunction('gate.breach_count(uuid)', READERS),
    gateFunction('gate.breach_readers(uuid, text[])', SYSTEM),
    `
    -- Counts for the officer's page, at the territory people belong to: made anew each night.
    CREATE TABLE privacy_figures (
      path text COLLATE "C" NOT NULL,
      figure text NOT NULL,
      key text NOT NULL,
      n integer NOT NULL,
      at timestamptz NOT NULL,
      PRIMARY KEY (figure, key, path)
    );
    CREATE INDEX privacy_figures_by_path ON privacy_figures (path);
    ${scoped('privacy_figures', SYSTEM)}
    REVOKE INSERT, UPDATE ON privacy_figures FROM ${STAFF};
    GRANT UPDATE (path) ON privacy_figures TO ${STAFF};

    -- The stop list by reason. It belongs to no territory: only whoever is over all of them reads it.
    CREATE FUNCTION gate.suppression_figures() RETURNS TABLE (why text, n integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT s.why, count(*)::int FROM suppressions s
       WHERE EXISTS (SELECT FROM territories t WHERE t.parent_id IS NULL AND ${inScope('t.path')})
       GROUP BY 1 ORDER BY 2 DESC, 1;
    $$;
    `,
    gateFunction('gate.suppression_figures()', READERS),
    gateFunction('gate.unconfirmed_sign_ups()', READERS),
    `
    -- A note that came later from a device and said what must not be kept: of what kinds. The contact itself is kept.
    ALTER TABLE attempts ADD note_withheld text[];
    CREATE INDEX attempts_withheld ON attempts (user_id) WHERE note_withheld IS NOT NULL;
    GRANT UPDATE (note, note_withheld) ON attempts TO ${GATE};
    ${policy('attempts', 'own_note_through_the_gate', 'UPDATE', GATE, isActor('user_id'))}
    CREATE FUNCTION gate.my_withheld_notes() RETURNS TABLE (person_id uuid, id uuid, kinds text[], at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT person_id, id, note_withheld, server_at FROM attempts
       WHERE ${isActor('user_id')} AND note_withheld IS NOT NULL AND ${IN_SCOPE} ORDER BY server_at LIMIT 20;
    $$;
    -- Their own note in other words, or none. What happened stays as it was.
    CREATE FUNCTION gate.settle_withheld_note(of_person uuid, of_id uuid, words text) RETURNS TABLE (path text)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE attempts SET note = words, note_withheld = NULL
       WHERE person_id = of_person AND id = of_id AND ${isActor('user_id')} AND note_withheld IS NOT NULL AND ${IN_SCOPE}
      RETURNING path;
    $$;
    `,
    gateFunction('gate.my_withheld_notes()', `${MEMBER}, ${STAFF}`),
    gateFunction('gate.settle_withheld_note(uuid, uuid, text)', `${MEMBER}, ${STAFF}`),
    `
    -- T29, whatever way a year of birth comes in: the last line behind the rule in age.ts. The year in UTC, as there. What
    -- holds today holds ever after, so rows need no second look.
    ALTER TABLE people ADD CONSTRAINT people_are_adults
      CHECK (birth_year IS NULL OR birth_year <= extract(year FROM now() AT TIME ZONE 'UTC') - 18) NOT VALID;

    UPDATE roles SET permissions = permissions || ARRAY['privacy.breach', 'privacy.desk']
     WHERE code IN ('state_admin', 'data_protection_officer');
    `,
  ];
}
