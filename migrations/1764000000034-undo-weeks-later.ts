import { ForwardOnly } from './forward-only.js';
import {
  BY_THE_CLOCK,
  carriedHere,
  IDENTITY_USED,
  POINT_USED,
  SETTLED,
  SPREAD_BY_A_JOB,
  STAYING,
  WAS_WRITTEN_TO,
} from './imports/undo-reasons.js';
import { GATE, gateFunction, IN_SCOPE, policy, scoped, setting, STAFF, SYSTEM } from './policies.js';

const inScope = (path: string) => `${path} >= ${setting('scope_from')} AND ${path} < ${setting('scope_to')}`;
const BATCH_IN_SIGHT = `EXISTS (SELECT FROM import_batches b WHERE b.id = of_batch AND ${inScope('b.path')})`;
const UNDOING = `EXISTS (SELECT FROM import_batches b WHERE b.id = of_batch AND b.state = 'undoing' AND ${inScope('b.path')})`;
/** Whoever is listed already has both reasons. */
const ADD_REASONS = `ON CONFLICT (person_id, batch_id) DO UPDATE
         SET why = ARRAY(SELECT DISTINCT w FROM unnest(k.why || excluded.why) AS w ORDER BY w)`;

/**
 * An import is taken back weeks later, too: what jobs did meanwhile keeps nobody, what people did keeps them, up to the moment
 * in which each of them goes; and whoever stays is listed, also where another office has them by now.
 */
export class UndoWeeksLater1764000000034 extends ForwardOnly {
  name = 'UndoWeeksLater1764000000034';
  protected readonly statements = [
    `
    -- The territory in which it is taken back; null: not, or begun before there was this column.
    ALTER TABLE import_batches ADD undo_scope text COLLATE "C";

    -- People of whom an import said nothing new: it had them as well, should the one that brought them be taken back. In the order
    -- of ids, some thousand in a row. Gone when that import itself is taken back.
    CREATE TABLE import_seen (
      batch_id uuid NOT NULL REFERENCES import_batches (id),
      n integer NOT NULL,
      path text COLLATE "C" NOT NULL,
      from_id uuid NOT NULL,
      to_id uuid NOT NULL,
      people uuid[] NOT NULL,
      PRIMARY KEY (batch_id, n)
    );
    -- Ids don't get smaller.
    ALTER TABLE import_seen ALTER COLUMN people SET STORAGE EXTERNAL, ALTER COLUMN people SET STATISTICS 0;
    CREATE INDEX import_seen_by_path ON import_seen (path);
    CREATE INDEX import_seen_by_end ON import_seen (to_id, from_id);
    ${scoped('import_seen', `${STAFF}, ${SYSTEM}`)}
    GRANT SELECT ON import_seen TO ${GATE};
    ${policy('import_seen', 'seen_where_undone', 'SELECT', GATE, 'true')}
    ${policy('import_kept', 'listed_wherever_they_are', 'INSERT', GATE, 'true')}
    `,
    `
    -- Of people in the caller's scope whom this import brought or changed: who stays, or keeps something of it, and why.
    CREATE FUNCTION gate.undo_staying(of_batch uuid, ids uuid[]) RETURNS TABLE (id uuid, why text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$ ${STAYING} $$;

    -- Whom it brought or changed and who isn't where the caller could touch them: merged into somebody since (then that one's id
    -- and path), or in another territory by now.
    CREATE FUNCTION gate.undo_beyond(of_batch uuid) RETURNS TABLE (person_id uuid, path text, why text, brought boolean)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
      WITH gone AS (
        SELECT p.id, p.path, true AS brought FROM people p
         WHERE p.batch_id = of_batch AND p.erased_at IS NULL AND NOT coalesce(${inScope('p.path')}, false)
        UNION ALL
        SELECT c.person_id, c.path, false FROM import_changes c
         WHERE c.batch_id = of_batch AND NOT coalesce(${inScope('c.path')}, false)
           AND NOT EXISTS (SELECT FROM people p WHERE p.id = c.person_id AND p.batch_id = of_batch))
      SELECT g.id, g.path, 'moved', g.brought FROM gone g WHERE g.path <> ''
      UNION ALL
      SELECT w.id, w.path, 'merged', g.brought FROM gone g JOIN people w ON w.id = gate.successor(g.id)
       WHERE g.path = '' AND w.erased_at IS NULL;
    $$;

    -- The same in figures, for who sees the import. homes: people whom it gave a home, and who waited out of the caller's scope.
    CREATE FUNCTION gate.undo_beyond_in_figures(of_batch uuid, OUT brought integer, OUT changed integer, OUT merged integer, OUT moved integer, OUT homes integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT count(*) FILTER (WHERE b.brought), count(*) FILTER (WHERE NOT b.brought),
             count(*) FILTER (WHERE b.why = 'merged'), count(*) FILTER (WHERE b.why = 'moved'),
             (SELECT count(*) FROM import_changes c JOIN people p ON p.id = c.person_id
                JOIN territories t ON t.id = (p.filled_by -> 'territory' ->> 'from')::uuid
               WHERE c.batch_id = of_batch AND p.filled_by -> 'territory' ->> 'batch' = of_batch::text
                 AND ${inScope('p.path')} AND NOT coalesce(${inScope('t.path')}, false))
        FROM gate.undo_beyond(of_batch) b WHERE ${BATCH_IN_SIGHT};
    $$;

    -- How many of those who stayed are listed for other offices alone.
    CREATE FUNCTION gate.kept_beyond(of_batch uuid) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT count(*)::integer FROM import_kept k
       WHERE k.batch_id = of_batch AND NOT coalesce(${inScope('k.path')}, false) AND ${BATCH_IN_SIGHT};
    $$;

    -- Of each table only what this import brought and nobody touched, or what jobs made of it: whatever else there is keeps its
    -- person, by its foreign key if nothing saw it before.
    CREATE OR REPLACE FUNCTION gate.undo_person(of_batch uuid, ids uuid[]) RETURNS void
    LANGUAGE sql SET search_path = public, pg_temp AS $$
      DELETE FROM person_suggestions t WHERE t.person_id = ANY (ids) AND NOT ${SETTLED};
      DELETE FROM person_suggestions t WHERE t.other_id = ANY (ids) AND NOT ${SETTLED};
      DELETE FROM person_notes t WHERE t.person_id = ANY (ids) AND t.batch_id = of_batch;
      DELETE FROM consents t WHERE t.person_id = ANY (ids) AND (t.batch_id = of_batch OR ${BY_THE_CLOCK});
      DELETE FROM contact_points t WHERE t.person_id = ANY (ids) AND t.batch_id = of_batch AND ${POINT_USED} IS NOT TRUE;
      DELETE FROM person_identities t WHERE t.person_id = ANY (ids) AND t.batch_id = of_batch AND ${IDENTITY_USED} IS NOT TRUE;
      DELETE FROM identity_claims WHERE person_id = ANY (ids);
      DELETE FROM assignments t WHERE t.person_id = ANY (ids) AND ${SPREAD_BY_A_JOB};
      DELETE FROM retention_notices t WHERE t.person_id = ANY (ids) AND NOT (${WAS_WRITTEN_TO});
      DELETE FROM import_changes WHERE person_id = ANY (ids) AND batch_id = of_batch;
      DELETE FROM people WHERE id = ANY (ids) AND batch_id = of_batch;
    $$;

    -- Some of the people whom only this import brought: those with whom something happened are listed, the others go. Looked at
    -- once they are locked, so nothing is lost that somebody writes meanwhile. seen: how many it dealt with; 0: all are.
    DROP FUNCTION gate.undo_people(uuid, integer);
    CREATE FUNCTION gate.undo_people(of_batch uuid, most integer, OUT seen integer, OUT gone integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        ids uuid[];
        stay uuid[];
        one uuid;
      BEGIN
        SELECT array_agg(s.id) INTO ids FROM (
          SELECT p.id FROM people p
           WHERE p.batch_id = of_batch AND ${IN_SCOPE} AND ${UNDOING}
             AND NOT EXISTS (SELECT FROM import_kept k WHERE k.person_id = p.id AND k.batch_id = of_batch)
           ORDER BY p.id LIMIT most FOR UPDATE OF p) s;
        seen := coalesce(cardinality(ids), 0);
        gone := 0;
        IF seen = 0 THEN RETURN; END IF;
        WITH kept AS (
          INSERT INTO import_kept AS k (batch_id, person_id, path, why)
          SELECT of_batch, p.id, p.path, s.why FROM gate.undo_staying(of_batch, ids) s JOIN people p ON p.id = s.id
          ${ADD_REASONS} RETURNING k.person_id)
        SELECT array_agg(k.person_id) INTO stay FROM kept k;
        ids := ARRAY(SELECT u.id FROM unnest(ids) AS u (id) WHERE stay IS NULL OR u.id <> ALL (stay) ORDER BY u.id);
        BEGIN
          PERFORM gate.undo_person(of_batch, ids);
          gone := cardinality(ids);
        EXCEPTION WHEN foreign_key_violation THEN
          -- There is something else of one of them: one by one, and who has something stays.
          FOREACH one IN ARRAY ids LOOP
            BEGIN
              PERFORM gate.undo_person(of_batch, ARRAY[one]);
              gone := gone + 1;
            EXCEPTION WHEN foreign_key_violation THEN
              INSERT INTO import_kept (batch_id, person_id, path, why)
              SELECT of_batch, p.id, p.path, coalesce((SELECT s.why FROM gate.undo_staying(of_batch, ARRAY[one]) s), '{other}')
                FROM people p WHERE p.id = one ON CONFLICT DO NOTHING;
            END;
          END LOOP;
        END;
      END $$;

    -- Takes back what this import added to some of the people we had: rows of its own, and fields it filled, but for what somebody
    -- used, put right or settled since; who keeps such a thing is listed.
    DROP FUNCTION gate.undo_changes(uuid, integer);
    CREATE FUNCTION gate.undo_changes(of_batch uuid, most integer, OUT seen integer, OUT gone integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        ids uuid[];
        had uuid[];
      BEGIN
        SELECT array_agg(s.person_id) INTO ids FROM (
          SELECT c.person_id FROM import_changes c
           WHERE c.batch_id = of_batch AND ${IN_SCOPE} AND ${UNDOING}
           ORDER BY c.person_id LIMIT most) s;
        seen := coalesce(cardinality(ids), 0);
        gone := 0;
        IF seen = 0 THEN RETURN; END IF;
        PERFORM 1 FROM people p WHERE p.id = ANY (ids) ORDER BY p.id FOR UPDATE;
        -- Somebody whom it brought itself stays as they are, if they are still there.
        had := ARRAY(SELECT p.id FROM people p WHERE p.id = ANY (ids) AND p.batch_id IS DISTINCT FROM of_batch ORDER BY p.id);
        gone := cardinality(had);
        INSERT INTO import_kept AS k (batch_id, person_id, path, why)
        SELECT of_batch, p.id, p.path, s.why FROM gate.undo_staying(of_batch, had) s JOIN people p ON p.id = s.id
        ${ADD_REASONS};
        -- A pair stands with whoever of the two has the smaller id.
        DELETE FROM person_suggestions t WHERE (t.person_id = ANY (had) OR t.other_id = ANY (had)) AND t.batch_id = of_batch AND NOT ${SETTLED}
           AND NOT ${carriedHere('person_suggestions')};
        DELETE FROM person_notes t WHERE t.person_id = ANY (had) AND t.batch_id = of_batch AND NOT ${carriedHere('person_notes')};
        DELETE FROM consents t WHERE t.person_id = ANY (had) AND t.batch_id = of_batch AND NOT ${carriedHere('consents')};
        DELETE FROM contact_points t WHERE t.person_id = ANY (had) AND t.batch_id = of_batch AND ${POINT_USED} IS NOT TRUE
           AND NOT ${carriedHere('contact_points')};
        WITH ended AS (
          DELETE FROM person_identities t WHERE t.person_id = ANY (had) AND t.batch_id = of_batch AND ${IDENTITY_USED} IS NOT TRUE
             AND NOT ${carriedHere('person_identities')}
          RETURNING t.person_id, t.platform, t.handle)
        DELETE FROM identity_claims c USING ended e
         WHERE c.person_id = e.person_id AND c.platform = e.platform AND c.handle = e.handle;
        UPDATE people p
           SET language = CASE WHEN f.language THEN NULL ELSE p.language END,
               pin = CASE WHEN f.pin THEN NULL ELSE p.pin END,
               district_lgd = CASE WHEN f.district THEN NULL ELSE p.district_lgd END,
               tehsil_lgd = CASE WHEN f.district THEN NULL ELSE p.tehsil_lgd END,
               birth_year = CASE WHEN f.birth_year THEN NULL ELSE p.birth_year END,
               birth_year_noted_on = CASE WHEN f.birth_year THEN NULL ELSE p.birth_year_noted_on END,
               filled_by = p.filled_by - f.fields
          FROM (SELECT q.id, array_agg(b.key) AS fields, bool_or(b.key = 'language') AS language, bool_or(b.key = 'pin') AS pin,
                       bool_or(b.key = 'district') AS district, bool_or(b.key = 'birth_year') AS birth_year
                  FROM people q CROSS JOIN LATERAL jsonb_each(q.filled_by) b
                 WHERE q.id = ANY (had) AND b.value ->> 'batch' = of_batch::text AND b.key <> 'territory'
                   AND NOT EXISTS (SELECT FROM import_kept k WHERE k.person_id = q.id AND k.batch_id = of_batch AND b.key = ANY (k.why))
                 GROUP BY q.id) f
         WHERE p.id = f.id;
        PERFORM gate.keep_reach(had);
        DELETE FROM import_changes c WHERE c.batch_id = of_batch AND c.person_id = ANY (ids);
      END $$;

    -- Lists whom it could not come to. How many stand on the list for other offices alone.
    CREATE FUNCTION gate.undo_list_beyond(of_batch uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      BEGIN
        IF NOT ${UNDOING} THEN RETURN 0; END IF;
        INSERT INTO import_kept AS k (batch_id, person_id, path, why)
        SELECT of_batch, b.person_id, min(b.path), array_agg(DISTINCT b.why) FROM gate.undo_beyond(of_batch) b GROUP BY b.person_id
        ${ADD_REASONS};
        RETURN gate.kept_beyond(of_batch);
      END $$;

    REVOKE ALL ON FUNCTION gate.undo_beyond(uuid) FROM PUBLIC;
    ALTER FUNCTION gate.undo_beyond(uuid) OWNER TO ${GATE};
    `,
    ...[
      'gate.undo_staying(uuid, uuid[])',
      'gate.undo_beyond_in_figures(uuid)',
      'gate.kept_beyond(uuid)',
      'gate.undo_people(uuid, integer)',
      'gate.undo_changes(uuid, integer)',
      'gate.undo_list_beyond(uuid)',
    ].map((signature) => gateFunction(signature, `${STAFF}, ${SYSTEM}`)),
  ];
}
