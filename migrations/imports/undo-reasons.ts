import { IN_SCOPE } from '../policies.js';

/**
 * Why somebody stays when an import is taken back: whatever a person did since, and nothing that a job did by itself. `p` is
 * somebody of `people`, `of_batch` the import, `since` when it was confirmed.
 */
const when = (condition: string, code: string) => `CASE WHEN ${condition} THEN '${code}' END`;
const hasRow = (from: string, condition = 'true') =>
  `EXISTS (SELECT FROM ${from} t WHERE t.person_id = p.id AND (${condition}))`;

/** Tables whose rows say by themselves that something happened with a person. */
const HAPPENED = [
  'attempts',
  'invitations',
  'rsvps',
  'attendances',
  'mails',
  'stops',
  'own_data_links',
  'nominations',
  'person_skills',
];

/** A job of the night spread the people of a territory over its team; nobody has taken this one, or given them back. */
export const SPREAD_BY_A_JOB = `t.by_user IS NULL AND t.state = 'given' AND t.closed_at IS NULL`;
/** A letter about the end of their time in the register went out, or may have. */
export const WAS_WRITTEN_TO = `t.told = 'mail' AND t.sending_at IS NOT NULL`;
/** Somebody stopped, ended or preferred it after it came; what came in stopped was so from the beginning. */
export const POINT_USED = `(t.dead_at IS NOT NULL OR t.preferred OR t.suppressed_at > t.created_at)`;
export const IDENTITY_USED = `(t.to_at IS NOT NULL OR t.verified_at IS NOT NULL OR t.preferred OR t.suppressed_at > t.from_at)`;
/** Somebody said what it comes to; a pair of which nothing speaks any more is let go by a job. */
export const SETTLED = `(t.settled_at IS NOT NULL AND t.settled_how IS DISTINCT FROM 'gone')`;
/** The ledger of whoever was silent for long gets an entry by a job. */
export const BY_THE_CLOCK = `(t.state = 'expired' AND t.how = 'retention')`;
export const FROM_ELSEWHERE = 't.batch_id IS DISTINCT FROM of_batch';

/** Of the row `t` of this table: it came with a record that this import brought and that somebody merged into this one. */
export const carriedHere = (table: string) => `EXISTS (
  SELECT FROM person_merges m JOIN people l ON l.id = m.loser_id AND l.batch_id = of_batch
   WHERE m.person_id = t.person_id AND m.undone_at IS NULL AND m.moved -> '${table}' ? t.id::text)`;

/** Whom it brought. */
const BROUGHT = [
  ...HAPPENED.map((table) => when(hasRow(table), table)),
  when(
    `${hasRow('assignments', `NOT (${SPREAD_BY_A_JOB})`)} OR p.closed_at IS NOT NULL
     OR (p.team_id IS NOT NULL OR p.assigned_to IS NOT NULL) AND NOT ${hasRow('assignments', SPREAD_BY_A_JOB)}`,
    'assignments',
  ),
  when(hasRow('retention_notices', WAS_WRITTEN_TO), 'mails'),
  when(hasRow('contact_points', FROM_ELSEWHERE), 'contact_points'),
  when(hasRow('contact_points', `t.batch_id = of_batch AND ${POINT_USED}`), 'points_since'),
  when(hasRow('person_identities', FROM_ELSEWHERE), 'person_identities'),
  when(hasRow('person_identities', `t.batch_id = of_batch AND ${IDENTITY_USED}`), 'identities_since'),
  when(`${hasRow('consents', `${FROM_ELSEWHERE} AND NOT ${BY_THE_CLOCK}`)} OR ${hasRow('consent_scans')}`, 'consents'),
  when(hasRow('person_notes', FROM_ELSEWHERE), 'person_notes'),
  when(
    `${hasRow('person_suggestions', SETTLED)}
     OR EXISTS (SELECT FROM person_suggestions t WHERE t.other_id = p.id AND ${SETTLED})`,
    'person_suggestions',
  ),
  when(hasRow('person_merges'), 'merged'),
  when(
    `p.contact_only IS NOT NULL OR p.contact_not_before IS NOT NULL OR p.also_speaks <> '{}' OR p.contact_times <> '{}' OR p.contact_order <> '{}'`,
    'wishes',
  ),
  when('p.erased_at IS NOT NULL', 'erased'),
  when(`k.id IS NOT NULL OR p.filled_by -> 'territory' ->> 'how' = 'hand'`, 'corrected'),
  when(
    `n.id IS NOT NULL OR EXISTS (SELECT FROM import_changes t WHERE t.person_id = p.id AND t.batch_id <> of_batch)
     OR EXISTS (SELECT FROM jsonb_each(p.filled_by) f WHERE f.value ->> 'batch' <> of_batch::text)`,
    'files',
  ),
];

/** Whom we had: what of it stays with them. */
const CHANGED = [
  when(hasRow('contact_points', `t.batch_id = of_batch AND ${POINT_USED}`), 'points_since'),
  when(hasRow('person_identities', `t.batch_id = of_batch AND ${IDENTITY_USED}`), 'identities_since'),
  when(hasRow('person_suggestions', `t.batch_id = of_batch AND ${SETTLED}`), 'person_suggestions'),
  // It gave them their home, and they have got another since, or can't go back to where they waited.
  when(
    `p.filled_by -> 'territory' ->> 'batch' = of_batch::text
       AND EXISTS (SELECT FROM territories h WHERE h.id = (p.filled_by -> 'territory' ->> 'from')::uuid AND h.to_on IS NOT NULL)
     OR p.filled_by -> 'territory' ->> 'batch' IS DISTINCT FROM of_batch::text AND p.filled_by ? 'territory'
       AND EXISTS (SELECT FROM audit_entries e
                    WHERE e.action = 'people.placed' AND e.at >= i.since AND e.facts ->> 'import' = of_batch::text AND e.people @> ARRAY[p.id])`,
    'territory',
  ),
];

const reasons = (list: string[]) => `array_remove(ARRAY[${list.join(',\n      ')}], NULL)`;

/**
 * Which of these people (`ids`) stay, or keep something, and why. Their rows are looked up one by one, the files that had
 * them by the ranges of ids these noted, and what was put right by its action: `people && ids` compares each with each.
 */
export const STAYING = `
  WITH import AS MATERIALIZED (
    SELECT b.confirmed_at AS since FROM import_batches b WHERE b.id = of_batch
  ), asked AS MATERIALIZED (
    SELECT u.id FROM unnest(ids) AS u (id)
  ), corrected AS MATERIALIZED (
    SELECT w.id, array_agg(DISTINCT f.field) AS fields
      FROM audit_entries e CROSS JOIN LATERAL unnest(e.people) AS w (id) JOIN asked a ON a.id = w.id
      CROSS JOIN LATERAL jsonb_array_elements_text(coalesce(e.facts -> 'fields', '[]')) AS f (field)
     WHERE e.action = 'sympathiser.corrected' AND e.at >= (SELECT since FROM import)
     GROUP BY w.id
  ), noted AS MATERIALIZED (
    SELECT DISTINCT a.id
      FROM import_seen s CROSS JOIN LATERAL unnest(s.people) AS u (id) JOIN asked a ON a.id = u.id
     WHERE s.batch_id <> of_batch AND s.from_id <= (SELECT o.id FROM asked o ORDER BY o.id DESC LIMIT 1)
       AND s.to_id >= (SELECT o.id FROM asked o ORDER BY o.id LIMIT 1)
  ), told AS MATERIALIZED (
    SELECT p.id, ${reasons(BROUGHT)} AS why
      FROM people p LEFT JOIN corrected k ON k.id = p.id LEFT JOIN noted n ON n.id = p.id
     WHERE p.id = ANY (ids) AND p.batch_id = of_batch AND ${IN_SCOPE}
    UNION ALL
    SELECT p.id, ${reasons(CHANGED)} || ARRAY(
             SELECT f.key FROM jsonb_each(p.filled_by) f WHERE f.value ->> 'batch' = of_batch::text AND f.key = ANY (k.fields))
      FROM import i CROSS JOIN people p LEFT JOIN corrected k ON k.id = p.id
     WHERE p.id = ANY (ids) AND p.batch_id IS DISTINCT FROM of_batch AND ${IN_SCOPE}
       AND EXISTS (SELECT FROM import_changes c WHERE c.person_id = p.id AND c.batch_id = of_batch)
  )
  SELECT t.id, ARRAY(SELECT DISTINCT w FROM unnest(t.why) AS w ORDER BY w) FROM told t WHERE t.why <> '{}'`;
