import { ForwardOnly } from './forward-only.js';
import { GATE, gateFunction, STAFF, SYSTEM } from './policies.js';

const CALLERS = `${STAFF}, ${SYSTEM}`;

/** Imports that overlap see each other, whoever may see whom; and what is stopped while one goes in stays so. */
export class OneTurnForAll1764000000033 extends ForwardOnly {
  name = 'OneTurnForAll1764000000033';
  protected readonly statements = [
    `
    -- A row to wait at: of slices of several imports one goes in after the other, whatever their territories.
    INSERT INTO installation (key, value) VALUES ('imports', 'one at a time');
    GRANT SELECT, UPDATE ON installation TO ${GATE};

    -- Is any other import on its way into the register? In any territory: yes or no, and nothing else.
    CREATE FUNCTION gate.others_merging(of_batch uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT EXISTS (SELECT FROM import_batches b WHERE b.finished_at IS NULL AND b.state = 'merging' AND b.id <> of_batch);
    $$;

    -- Waits until no slice of another import is in hand, and holds others off until the unit of work ends; slices of one
    -- import go together where it is alone.
    CREATE FUNCTION gate.take_import_turn(alone boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      BEGIN
        IF alone THEN PERFORM FROM installation WHERE key = 'imports' FOR SHARE;
        ELSE PERFORM FROM installation WHERE key = 'imports' FOR NO KEY UPDATE;
        END IF;
        IF NOT FOUND THEN RAISE EXCEPTION 'the row of installation that imports wait at is missing'; END IF;
      END $$;

    -- Is an import that was confirmed before this one on its way, by somebody who is at it? One that meets it waits for it
    -- instead of comparing itself anew at each of its slices.
    CREATE FUNCTION gate.imports_ahead(of_batch uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT EXISTS (
        SELECT FROM import_batches m JOIN import_batches b ON (b.confirmed_at, b.id) < (m.confirmed_at, m.id)
         WHERE m.id = of_batch AND b.finished_at IS NULL AND b.state = 'merging'
           AND b.touched_at > clock_timestamp() - interval '1 minute');
    $$;

    -- Has any import been taken back since, or is it just now? Who was found in the register then may be gone.
    CREATE FUNCTION gate.undone_since(since timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT EXISTS (SELECT FROM import_batches b WHERE b.state = 'undoing' OR b.undone_at > since - interval '10 minutes');
    $$;

    -- By when something came onto the list; not by when that was committed, so whoever asks leaves a margin.
    CREATE INDEX suppressions_by_time ON suppressions (at);

    -- Does one of the persons of a slice hold what came onto the list since they were compared? Whoever holds what stood there
    -- before, and can be used all the same, does so by their name alone.
    CREATE FUNCTION gate.stopped_in_slice(of_batch uuid, above integer, upto integer, since timestamptz) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM suppressions s WHERE s.at > since - interval '10 minutes') THEN RETURN false; END IF;
        RETURN EXISTS (
          SELECT FROM import_outcomes o
           CROSS JOIN LATERAL (SELECT k.kind, k.hash, k.older FROM import_keys k
                                WHERE k.batch_id = of_batch AND k.row_no = o.row_no AND k.hash IS NOT NULL OFFSET 0) k
           CROSS JOIN LATERAL unnest(array_prepend(k.hash, coalesce(k.older, '{}'))) AS h (hash)
           WHERE o.batch_id = of_batch AND o.group_no > above AND o.group_no <= upto AND o.code IS NULL AND (o.outcome IN ('created', 'changed') OR o.more)
             AND (SELECT true FROM suppressions s WHERE s.kind = k.kind AND s.hash = h.hash AND NOT s.only_named LIMIT 1));
      END $$;

    -- Closes what a batch brought and what stands on the list by now: who was stopping it while its slice went in saw nothing
    -- of it yet. Until this ends nobody else adds to the list, and whoever does afterwards sees all that the batch brought.
    -- Gives how many points and handles it closed.
    CREATE FUNCTION gate.close_brought(of_batch uuid, since timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off SET work_mem = '64MB' AS $$
      DECLARE
        kinds text[];
        plain text[];
        points uuid[];
        handles uuid[];
      BEGIN
        LOCK TABLE suppressions IN SHARE MODE;
        -- Nothing is entered for longer than a day before it is there.
        IF NOT EXISTS (SELECT FROM suppressions s WHERE s.at > since - interval '1 day') THEN RETURN 0; END IF;
        SELECT array_agg(k.kind), array_agg(k.value) INTO kinds, plain
          FROM (SELECT k.kind, k.value FROM import_keys k JOIN suppressions s ON s.kind = k.kind AND s.hash = k.hash
                 WHERE k.batch_id = of_batch AND NOT s.only_named
                UNION
                SELECT k.kind, k.value FROM import_keys k CROSS JOIN LATERAL unnest(k.older) AS o (hash)
                  JOIN suppressions s ON s.kind = k.kind AND s.hash = o.hash
                 WHERE k.batch_id = of_batch AND k.older IS NOT NULL AND NOT s.only_named) k;
        IF kinds IS NULL THEN RETURN 0; END IF;
        WITH closed AS (
          UPDATE contact_points c SET suppressed_at = now() FROM unnest(kinds, plain) AS q (kind, value)
           WHERE c.kind = q.kind AND c.value = q.value AND c.batch_id = of_batch AND c.suppressed_at IS NULL RETURNING c.person_id)
        SELECT array_agg(person_id) INTO points FROM closed;
        WITH closed AS (
          UPDATE person_identities i SET suppressed_at = now() FROM unnest(kinds, plain) AS q (kind, value)
           WHERE (i.platform = q.kind OR (q.kind = 'phone' AND i.platform = 'whatsapp')) AND i.handle = q.value
             AND i.batch_id = of_batch AND i.suppressed_at IS NULL RETURNING i.person_id)
        SELECT array_agg(person_id) INTO handles FROM closed;
        IF points IS NOT NULL OR handles IS NOT NULL THEN
          PERFORM gate.keep_reach(coalesce(points, '{}') || coalesce(handles, '{}'));
        END IF;
        RETURN coalesce(cardinality(points), 0) + coalesce(cardinality(handles), 0);
      END $$;
    `,
    ...[
      'gate.others_merging(uuid)',
      'gate.take_import_turn(boolean)',
      'gate.imports_ahead(uuid)',
      'gate.undone_since(timestamptz)',
      'gate.stopped_in_slice(uuid, integer, integer, timestamptz)',
      'gate.close_brought(uuid, timestamptz)',
    ].map((signature) => gateFunction(signature, CALLERS)),
  ];
}
