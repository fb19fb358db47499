/** The tables whose rows say that something happened with a person; each is a reason that they stay. */
const HAPPENED = ['attempts', 'assignments', 'invitations', 'rsvps', 'attendances', 'mails', 'stops', 'own_data_links', 'nominations']; // prettier-ignore
const happened = HAPPENED.map(
  (table) => `CASE WHEN EXISTS (SELECT FROM ${table} t WHERE t.person_id = p.id) THEN '${table}' END`,
);
/** Rows below the person that came from elsewhere, or were used since. */
const ADDED: [table: string, used: string][] = [
  ['contact_points', 'OR t.dead_at IS NOT NULL OR t.suppressed_at IS NOT NULL OR t.preferred'],
  ['person_identities', 'OR t.to_at IS NOT NULL OR t.suppressed_at IS NOT NULL OR t.verified_at IS NOT NULL'],
  ['consents', ''],
  ['person_notes', ''],
  ['person_suggestions', 'OR t.settled_at IS NOT NULL'],
];
const added = ADDED.map(
  ([table, used]) =>
    `CASE WHEN EXISTS (SELECT FROM ${table} t WHERE t.person_id = p.id AND (t.batch_id IS DISTINCT FROM $1 ${used})) THEN '${table}' END`,
);
const REASONS = [
  ...happened,
  ...added,
  `CASE WHEN p.team_id IS NOT NULL OR p.assigned_to IS NOT NULL OR p.closed_at IS NOT NULL THEN 'assignments' END`,
  `CASE WHEN p.erased_at IS NOT NULL THEN 'erased' END`,
  `CASE WHEN EXISTS (SELECT FROM jsonb_each(p.filled_by) f WHERE f.value ->> 'batch' IS DISTINCT FROM $1::text)
          OR EXISTS (SELECT FROM import_changes i WHERE i.person_id = p.id AND i.batch_id <> $1) THEN 'corrected' END`,
];

/** Fields of people that were put right by hand since the batch went in ($2): by person, from the trail. */
const CORRECTED = `
  corrected AS MATERIALIZED (
    SELECT w.id, array_agg(DISTINCT f.field) AS fields
      FROM audit_entries e CROSS JOIN LATERAL unnest(e.people) AS w(id)
      CROSS JOIN LATERAL jsonb_array_elements_text(coalesce(e.facts -> 'fields', '[]')) AS f(field)
     WHERE e.action = 'sympathiser.corrected' AND e.at >= $2 GROUP BY w.id)`;

/**
 * Who stays, and why: of those whom the batch brought, everybody with whom something happened since; of those we had, whose
 * filled fields somebody put right.
 */
const STAYING = `
  WITH ${CORRECTED}, brought AS (
    SELECT p.id, p.path, array_remove(ARRAY[${REASONS.join(', ')}, CASE WHEN k.id IS NOT NULL THEN 'corrected' END], NULL) AS why
      FROM people p LEFT JOIN corrected k ON k.id = p.id WHERE p.batch_id = $1
  ), changed AS (
    SELECT p.id, p.path, k.fields AS why FROM import_changes i JOIN people p ON p.id = i.person_id JOIN corrected k ON k.id = p.id
     WHERE i.batch_id = $1
       AND EXISTS (SELECT FROM jsonb_each(p.filled_by) f WHERE f.value ->> 'batch' = $1::text AND f.key = ANY (k.fields))
  ), staying AS (
    SELECT id, path, ARRAY(SELECT DISTINCT unnest(why) ORDER BY 1) AS why FROM brought WHERE why <> '{}'
    UNION ALL SELECT id, path, why FROM changed
  )`;

export const KEEP = `${STAYING}
  INSERT INTO import_kept (batch_id, person_id, path, why) SELECT $1, id, path, why FROM staying ON CONFLICT DO NOTHING`;

/** What an undo would do, in figures. */
export const FORESEEN = `${STAYING}
  SELECT (SELECT count(*)::int FROM people WHERE batch_id = $1) AS brought,
         (SELECT count(*)::int FROM import_changes WHERE batch_id = $1) AS changed,
         (SELECT count(*)::int FROM staying) AS kept,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('why', why, 'people', n) ORDER BY n DESC, why), '[]')
            FROM (SELECT w.why, count(*)::int AS n FROM staying s CROSS JOIN LATERAL unnest(s.why) AS w(why) GROUP BY w.why) r) AS reasons`;

/** People we had whom the batch moved to a finer home, and whom nobody moved since: back to where they waited. */
export const MOVE_BACK = `
  WITH moved AS (
    UPDATE people p
       SET territory_id = t.id, path = t.path, waiting = true, filled_by = p.filled_by - 'territory'
      FROM import_changes i, territories t
     WHERE i.batch_id = $1 AND p.id = i.person_id AND p.filled_by -> 'territory' ->> 'batch' = $1::text
       AND t.id = (p.filled_by -> 'territory' ->> 'from')::uuid
       AND p.id IN (SELECT q.id FROM import_changes j JOIN people q ON q.id = j.person_id
                     WHERE j.batch_id = $1 AND q.filled_by -> 'territory' ->> 'batch' = $1::text ORDER BY q.id LIMIT $2)
    RETURNING p.id, p.path)
  SELECT id, path FROM moved`;
