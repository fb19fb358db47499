/**
 * What an undo would do, in figures; $1 the import. Why somebody stays is for the gate to say (see the migration), here as
 * when they go: asked for so many at a time, as their rows are looked up one by one.
 */
export const FORESEEN = `
  WITH touched AS MATERIALIZED (
    SELECT id, true AS brought FROM people WHERE batch_id = $1
    UNION ALL
    SELECT c.person_id, false FROM import_changes c JOIN people p ON p.id = c.person_id
     WHERE c.batch_id = $1 AND p.batch_id IS DISTINCT FROM $1
  ), slices AS (
    SELECT array_agg(t.id) AS ids FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / 2000 AS n FROM touched) t GROUP BY t.n
  ), staying AS MATERIALIZED (
    SELECT w.id, w.why FROM slices s CROSS JOIN LATERAL gate.undo_staying($1, s.ids) w
  ), beyond AS MATERIALIZED (
    SELECT * FROM gate.undo_beyond_in_figures($1)
  ), reasons AS (
    SELECT w.why, count(*)::int AS people FROM staying s CROSS JOIN LATERAL unnest(s.why) AS w (why) GROUP BY w.why
    UNION ALL SELECT 'merged', merged FROM beyond WHERE merged > 0
    UNION ALL SELECT 'moved', moved FROM beyond WHERE moved > 0
  ), summed AS (
    SELECT why, sum(people)::int AS people FROM reasons GROUP BY why
  )
  SELECT (SELECT count(*)::int FROM touched t WHERE t.brought) + b.brought AS brought,
         (SELECT count(*)::int FROM touched t WHERE NOT t.brought) + b.changed AS changed,
         (SELECT count(*)::int FROM staying) + b.brought + b.changed AS kept,
         b.moved + b.homes > 0 AS beyond,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('why', s.why, 'people', s.people) ORDER BY s.people DESC, s.why), '[]')
            FROM summed s) AS reasons
    FROM beyond b`;

/** People we had whom the batch moved to a finer home, and whom nobody moved since: back to where they waited, if that is still there. */
export const MOVE_BACK = `
  WITH moved AS (
    UPDATE people p
       SET territory_id = t.id, path = t.path, waiting = true, filled_by = p.filled_by - 'territory'
      FROM territories t
     WHERE t.id = (p.filled_by -> 'territory' ->> 'from')::uuid
       AND p.id IN (SELECT q.id FROM import_changes j JOIN people q ON q.id = j.person_id
                      JOIN territories f ON f.id = (q.filled_by -> 'territory' ->> 'from')::uuid AND f.to_on IS NULL
                     WHERE j.batch_id = $1 AND q.filled_by -> 'territory' ->> 'batch' = $1::text ORDER BY q.id LIMIT $2 FOR UPDATE OF q)
       AND p.filled_by -> 'territory' ->> 'batch' = $1::text
    RETURNING p.id, p.path)
  SELECT id, path FROM moved`;

/**
 * Of whom an import ($1, at path $2) said nothing new, up to this group ($3) of its rows: they are noted, some thousand in a
 * row by their ids. Whom it changed is noted anyway.
 */
export const NOTE_SEEN = `
  INSERT INTO import_seen (batch_id, n, path, from_id, to_id, people)
  SELECT $1, c.n, $2, c.ids[1], c.ids[cardinality(c.ids)], c.ids
    FROM (SELECT s.n, array_agg(s.person_id ORDER BY s.person_id) AS ids
            FROM (SELECT o.person_id, ((row_number() OVER (ORDER BY o.person_id) - 1) / 10000)::int AS n
                    FROM import_outcomes o
                   WHERE o.batch_id = $1 AND o.outcome = 'same' AND o.known AND NOT o.more AND o.group_no <= $3) s
           GROUP BY s.n) c
  ON CONFLICT DO NOTHING`;
