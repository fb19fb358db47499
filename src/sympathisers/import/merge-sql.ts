import { MOST_HOLDERS, MOST_OTHERS } from './match-sql.js';

/**
 * The statement that puts one slice of decided rows into the register, and the one that moves people by it. $1 batch, $2 and
 * $3: persons above and up to these groups, $4 who confirmed. All of one person lie in one slice, and nobody else knows the
 * new ones yet. Each may be run again without harm; the unit of work makes them one.
 *
 * One statement, because the rows of a slice are then looked up once: `brought` and `keyed` are read by every part of it.
 * Its parts don't see what the others write; where one needs it, it is said there. Look-ups are by key and one by one (a
 * subquery with LIMIT or OFFSET stays one), so that neither the size of the batch nor that of the register matters.
 */
const SLICE = `o.batch_id = $1 AND o.group_no > $2 AND o.group_no <= $3`;
/** Rows that bring something. A row of somebody we have, that says nothing new, is passed over. */
export const BRINGS = `(o.outcome IN ('created', 'changed') OR o.more)`;

/**
 * What each row of the slice brings. A person is where they are now: somebody we had may live elsewhere by now, or out of
 * sight (no path). A new one is where their first row has them.
 */
const BROUGHT = `
    SELECT o.row_no, o.outcome, o.filled, o.differs, o.others, o.person_id, o.known, o.home_id, o.home_waiting,
           CASE WHEN o.known THEN (SELECT p.path FROM people p WHERE p.id = o.person_id)
                WHEN o.row_no = o.group_no THEN o.home_path
                ELSE (SELECT h.home_path FROM import_outcomes h WHERE h.batch_id = $1 AND h.row_no = o.group_no) END AS path,
           r.*
      FROM import_outcomes o
     CROSS JOIN LATERAL (
       SELECT r.name, r.name_key, r.language, r.pin, r.district_lgd, r.tehsil_lgd, r.hint_id, r.birth_year, r.noted_on, r.source,
              r.consent, r.remarks
         FROM import_rows r WHERE r.batch_id = $1 AND r.row_no = o.row_no LIMIT 1) r
     WHERE ${SLICE} AND ${BRINGS}
     ORDER BY o.group_no`;

const KEYED = `
    SELECT b.row_no, b.person_id, b.path, b.known, b.consent, k.*
      FROM brought b
     CROSS JOIN LATERAL (
       SELECT k.kind, k.value, k.proof, k.platform_uid FROM import_keys k
        WHERE k.batch_id = $1 AND k.row_no = b.row_no OFFSET 0) k
     WHERE b.path IS NOT NULL`;

const value = (column: string, word: string) =>
  `max(b.${column}) FILTER (WHERE '${word}' = ANY (b.filled)) AS ${column}`;
/** What later rows of a person fill in; each filled field knows its batch and row. */
const FILLED = `
    SELECT b.person_id, b.known, ${[
      value('language', 'language'),
      value('pin', 'pin'),
      value('district_lgd', 'district'),
      value('tehsil_lgd', 'district'),
      value('birth_year', 'birth_year'),
      value('noted_on', 'birth_year'),
    ].join(', ')},
           jsonb_object_agg(w.field, jsonb_build_object('batch', $1::uuid, 'row', b.row_no)) AS filled_by
      FROM brought b CROSS JOIN LATERAL unnest(b.filled) AS w(field)
     WHERE b.outcome = 'changed' AND w.field IN ('language', 'pin', 'district', 'birth_year')
     GROUP BY b.person_id, b.known`;

/** Somebody answers for the yes of the people in the file. */
const DECLARED = '(SELECT b.declared_at IS NOT NULL FROM import_batches b WHERE b.id = $1)';

/**
 * What is kept of a new person's points and words (see gate.keep_reach), foreseen from their rows: each key becomes a point of
 * theirs, and a yes of its row counts for it. Where it turns out not to be so, the slice is undone.
 */
const REACH = `
    SELECT k.person_id, bit_or(1::bigint << c.bit) AS points, coalesce(bit_or(1::bigint << c.bit) FILTER (WHERE c.bit > 1), 0) AS platforms,
           coalesce(bit_or(1::bigint << c.bit) FILTER (WHERE k.consent = 'given' AND ${DECLARED}), 0) AS yes
      FROM keyed k JOIN channels c ON c.code = k.kind
     WHERE NOT k.known GROUP BY k.person_id`;

/** A new person goes in complete, with what their later rows fill in: a second write would touch every index again. */
const PEOPLE = `
    INSERT INTO people (id, territory_id, path, waiting, full_name, name_key, language, birth_year, birth_year_noted_on, pin,
           district_lgd, tehsil_lgd, came_by, source, batch_id, batch_row, filled_by, created_by,
           contact_a, contact_b, contact_c, invite_a, invite_b, invite_c, on_platforms)
    SELECT b.person_id, b.home_id, b.path, b.home_waiting, b.name, b.name_key, coalesce(b.language, f.language),
           coalesce(b.birth_year, f.birth_year), CASE WHEN b.birth_year IS NULL THEN f.noted_on ELSE b.noted_on END,
           coalesce(b.pin, f.pin), coalesce(b.district_lgd, f.district_lgd), coalesce(b.tehsil_lgd, f.tehsil_lgd),
           'import', coalesce(b.source, (SELECT t.source FROM import_batches t WHERE t.id = $1)), $1, b.row_no,
           coalesce(f.filled_by, '{}'), $4::uuid,
           ${['points', 'points', 'yes', 'points', 'points', 'yes', 'platforms'].map((bits) => `coalesce(h.${bits}, 0)`).join(', ')}
      FROM brought b LEFT JOIN filled f ON f.person_id = b.person_id LEFT JOIN reach h ON h.person_id = b.person_id
     WHERE b.outcome = 'created'
     ORDER BY b.row_no`;

/** Fields of somebody we have that a row may fill, by the word for it in `filled`. */
const FILLABLE = [
  ['language', 'language'],
  ['pin', 'pin'],
  ['district_lgd', 'district'],
  ['birth_year', 'birth_year'],
] as const;

/** Of somebody we have only blanks are filled. */
const FILLS = `
    UPDATE people p
       SET language = coalesce(p.language, f.language), pin = coalesce(p.pin, f.pin),
           district_lgd = coalesce(p.district_lgd, f.district_lgd), tehsil_lgd = coalesce(p.tehsil_lgd, f.tehsil_lgd),
           birth_year = coalesce(p.birth_year, f.birth_year),
           birth_year_noted_on = CASE WHEN p.birth_year IS NULL THEN f.noted_on ELSE p.birth_year_noted_on END,
           filled_by = p.filled_by || (f.filled_by - array_remove(ARRAY[${FILLABLE.map(([column, word]) => `CASE WHEN p.${column} IS NOT NULL THEN '${word}' END`).join(', ')}], NULL))
      FROM filled f
     WHERE p.id = ANY (ARRAY(SELECT g.person_id FROM filled g WHERE g.known)) AND p.id = f.person_id AND f.known`;

/**
 * Somebody else's claim stands; one that we cannot see fails (23505), and the rows are compared anew. A link that holds nothing
 * but the id of an account which somebody we have has under its name is no handle besides.
 */
const CLAIMS = `
    INSERT INTO identity_claims (platform, handle, person_id, path)
    SELECT DISTINCT ON (k.kind, k.value) k.kind, k.value, k.person_id, k.path
      FROM keyed k
     WHERE k.proof = ''
       AND (SELECT true FROM identity_claims c WHERE c.platform = k.kind AND c.handle = k.value LIMIT 1) IS NULL
       AND (NOT k.known OR lower(k.platform_uid) IS DISTINCT FROM k.value
         OR (SELECT true FROM person_identities i
              WHERE i.person_id = k.person_id AND i.platform = k.kind AND i.platform_uid = k.platform_uid AND i.to_at IS NULL LIMIT 1) IS NULL)
     ORDER BY k.kind, k.value, k.row_no
    RETURNING platform, handle, person_id`;

/** Where a handle proves who somebody is, whoever has its claim: from before, or from a moment ago. */
const IDENTITIES = `
    INSERT INTO person_identities (person_id, id, path, platform, handle, platform_uid, batch_id, batch_row)
    SELECT i.person_id, new_id(), i.path, i.kind, i.value, i.platform_uid, $1, i.row_no
      FROM (SELECT DISTINCT ON (k.person_id, k.kind, k.value) k.person_id, k.path, k.kind, k.value, k.platform_uid, k.row_no
              FROM keyed k
              LEFT JOIN claimed m ON m.platform = k.kind AND m.handle = k.value AND m.person_id = k.person_id
             WHERE k.kind NOT IN ('phone', 'email')
               AND (k.proof IS NULL OR m.person_id IS NOT NULL
                 OR (SELECT true FROM identity_claims c
                      WHERE c.platform = k.kind AND c.handle = k.value AND c.person_id = k.person_id LIMIT 1))
             ORDER BY k.person_id, k.kind, k.value, k.row_no) i
    ON CONFLICT (person_id, platform, handle) DO NOTHING`;

const POINTS = `
    INSERT INTO contact_points (person_id, id, path, kind, value, batch_id, batch_row)
    SELECT c.person_id, new_id(), c.path, c.kind, c.value, $1, c.row_no
      FROM (SELECT DISTINCT ON (k.person_id, k.kind, k.value) k.person_id, k.path, k.kind, k.value, k.row_no
              FROM keyed k WHERE k.kind IN ('phone', 'email')
             ORDER BY k.person_id, k.kind, k.value, k.row_no) c
    ON CONFLICT (person_id, kind, value) DO NOTHING`;

/**
 * A yes that an office answers for counts for each channel the row has a point for, and only where the ledger has no entry: consent never goes up.
 * Whoever asked us to forget them (no register any more) gets none for a new channel either. Its language is the person's,
 * with what this slice fills in.
 */
const CONSENTS = `
    INSERT INTO consents (person_id, id, path, purpose, channel, state, how, language, by_user, batch_id, batch_row, notice, at)
    SELECT c.person_id, new_id(), c.path, w.purpose, c.kind, 'given', 'import',
           coalesce(CASE WHEN c.known THEN (SELECT p.language FROM people p WHERE p.id = c.person_id) ELSE n.language END, f.language),
           $4::uuid, $1, c.row_no, b.declared_notices->>w.purpose, least(now(), b.declared_on::timestamptz)
      FROM (SELECT k.person_id, k.path, k.known, k.kind, min(k.row_no) AS row_no
              FROM keyed k WHERE k.consent = 'given' GROUP BY k.person_id, k.path, k.known, k.kind) c
      LEFT JOIN brought n ON n.person_id = c.person_id AND n.outcome = 'created'
      LEFT JOIN filled f ON f.person_id = c.person_id
      JOIN import_batches b ON b.id = $1 AND b.declared_at IS NOT NULL
      CROSS JOIN unnest('{register,contact,invitations}'::text[]) AS w(purpose)
     WHERE NOT c.known
        OR NOT EXISTS (SELECT FROM consents e WHERE e.person_id = c.person_id AND e.purpose = w.purpose AND e.channel = c.kind)
       AND NOT EXISTS (
             SELECT FROM (SELECT DISTINCT ON (e.channel) e.state FROM consents e
                           WHERE e.person_id = c.person_id AND e.purpose = 'register' ORDER BY e.channel, e.at DESC, e.id DESC) newest
              WHERE newest.state IN ('refused', 'withdrawn'))
     ORDER BY c.row_no`;

const NOTES = `
    INSERT INTO person_notes (person_id, id, path, text, by_user, batch_id, batch_row)
    SELECT n.person_id, new_id(), n.path, n.remarks, $4::uuid, $1, n.row_no
      FROM (SELECT DISTINCT ON (b.person_id, b.remarks) b.person_id, b.path, b.remarks, b.row_no
              FROM brought b
             WHERE b.remarks IS NOT NULL AND b.path IS NOT NULL
               AND (NOT b.known
                 OR (SELECT true FROM person_notes n WHERE n.person_id = b.person_id AND n.text = b.remarks LIMIT 1) IS NULL)
             ORDER BY b.person_id, b.remarks, b.row_no) n`;

/** A different value never replaces the one we hold; it is kept beside it, with its row. */
const DIFFERENT = `
    INSERT INTO person_suggestions (person_id, id, path, field, value, why, batch_id, batch_row)
    SELECT b.person_id, new_id(), b.path, w.field,
           CASE w.field WHEN 'name' THEN b.name WHEN 'pin' THEN b.pin WHEN 'district' THEN b.district_lgd::text
                        WHEN 'language' THEN b.language WHEN 'birth_year' THEN b.birth_year::text ELSE b.hint_id::text END,
           'different_value', $1, b.row_no
      FROM brought b CROSS JOIN LATERAL unnest(b.differs) AS w(field)
     WHERE b.path IS NOT NULL
     ORDER BY b.row_no
    ON CONFLICT DO NOTHING`;

/** Somebody else whom the row surely is as well, each pair once; who else may be the same is looked for afterwards, by a job. */
const SIMILAR = `
    INSERT INTO person_suggestions (person_id, id, path, field, other_id, why, strength, reasons, batch_id, batch_row)
    SELECT p.id, new_id(), p.path, 'person', q.id, 'same_person', 90, '{same_row}', $1, b.row_no
      FROM brought b CROSS JOIN LATERAL unnest(b.others) AS o(other_id)
     CROSS JOIN LATERAL (SELECT p.id, p.path FROM people p WHERE p.id = least(b.person_id, o.other_id) LIMIT 1) p
     CROSS JOIN LATERAL (SELECT q.id FROM people q WHERE q.id = greatest(b.person_id, o.other_id) LIMIT 1) q
     WHERE b.path IS NOT NULL AND p.id <> q.id
    ON CONFLICT DO NOTHING`;

/** Whom of the people we had this batch touched: an undo looks at these. */
const CHANGED = `
    INSERT INTO import_changes (person_id, batch_id, path)
    SELECT DISTINCT b.person_id, $1::uuid, b.path FROM brought b WHERE b.known AND b.path IS NOT NULL
    ON CONFLICT DO NOTHING`;

/** Whose reach has to be worked out anew: people we had, now that they have more. That of a new person was foreseen. */
const ANEW = `
    SELECT DISTINCT b.person_id FROM brought b WHERE b.known AND b.path IS NOT NULL`;

/**
 * Whether these rows would come to something else by now: the register was changed since they were compared with it, by
 * another import, by hand or by a form. Asked of what the slice brings, by its own keys, so it holds whoever did it and
 * whenever; where one of these is true, what the slice wrote is undone with it, and the rows are compared anew.
 */
const OVERTAKEN = [
  // Somebody we had is out of sight: set aside for another record, moved or gone.
  `EXISTS (SELECT FROM brought b WHERE b.path IS NULL)`,
  // A new person is there already, by phone or mail and name. What this batch itself brought was compared with the row in the file.
  // A phone that more people have than a comparison looks at says nothing.
  `EXISTS (
    SELECT FROM (SELECT c.kind, c.value, c.person_id, c.batch_id, count(*) OVER (PARTITION BY c.kind, c.value) AS held
                   FROM contact_points c
                  WHERE c.value = ANY (ARRAY(SELECT k.value FROM keyed k WHERE NOT k.known AND k.proof <> ''))) c
      JOIN keyed k ON k.kind = c.kind AND k.value = c.value AND NOT k.known AND k.proof <> ''
     CROSS JOIN LATERAL (SELECT true FROM people p WHERE p.id = c.person_id AND p.name_key = k.proof AND p.erased_at IS NULL LIMIT 1) p
     WHERE c.batch_id IS DISTINCT FROM $1 AND c.held <= ${MOST_HOLDERS})`,
  // A new person's handle is somebody's.
  `EXISTS (
    SELECT FROM keyed k LEFT JOIN claimed m ON m.platform = k.kind AND m.handle = k.value AND m.person_id = k.person_id
     WHERE NOT k.known AND k.proof = '' AND m.person_id IS NULL)`,
  // A handle that somebody we have would get is somebody else's.
  `EXISTS (
    SELECT FROM brought b JOIN keyed k USING (row_no)
     CROSS JOIN LATERAL (SELECT c.person_id FROM identity_claims c WHERE c.platform = k.kind AND c.handle = k.value LIMIT 1) c
     WHERE b.known AND 'identity' = ANY (b.filled) AND k.proof = ''
       AND c.person_id <> b.person_id AND c.person_id <> ALL (b.others) AND cardinality(b.others) < ${MOST_OTHERS})`,
  // A blank that a row would fill is filled.
  `EXISTS (
    SELECT FROM filled f
     CROSS JOIN LATERAL (SELECT p.* FROM people p WHERE p.id = f.person_id LIMIT 1) p
     WHERE f.known AND (${FILLABLE.map(([column]) => `f.${column} IS NOT NULL AND p.${column} IS NOT NULL`).join(' OR ')}))`,
];

/** Gives whose reach is to be worked out anew, as soon as all this is written; and whether all of it has to be undone. */
export const MERGE = `
  WITH brought AS MATERIALIZED (${BROUGHT}
  ), keyed AS MATERIALIZED (${KEYED}
  ), filled AS MATERIALIZED (${FILLED}
  ), reach AS MATERIALIZED (${REACH}
  ), people_in AS (${PEOPLE}
  ), blanks_filled AS (${FILLS}
  ), claimed AS (${CLAIMS}
  ), identities_in AS (${IDENTITIES}
  ), points_in AS (${POINTS}
  ), consents_in AS (${CONSENTS}
  ), notes_in AS (${NOTES}
  ), different_in AS (${DIFFERENT}
  ), similar_in AS (${SIMILAR}
  ), changed_in AS (${CHANGED}
  )
  SELECT ARRAY(${ANEW}) AS anew, ${OVERTAKEN.join('\n      OR ')} AS overtaken`;

/** Rows of a slice that said nothing new about somebody who isn't there any more. */
export const GONE = `
  SELECT true AS gone FROM import_outcomes o
   WHERE ${SLICE} AND o.known AND o.code IS NULL AND (SELECT true FROM people p WHERE p.id = o.person_id LIMIT 1) IS NULL LIMIT 1`;

/** People we had who wait, and whose rows tell where they belong. The columns are those of PeopleMover's move. */
export const MOVES = `
  WITH moved AS (
    UPDATE people p
       SET filled_by = p.filled_by || jsonb_build_object('territory', jsonb_build_object(
             'move', $5::text, 'how', 'import', 'by', $4::text, 'from', p.territory_id, 'to', o.home_id, 'batch', o.batch_id, 'row', o.row_no)),
           territory_id = o.home_id, path = o.home_path, waiting = o.home_waiting
      FROM import_outcomes o
     WHERE ${SLICE} AND o.places AND o.known AND o.outcome = 'changed' AND p.id = o.person_id AND p.waiting AND p.path < o.home_path
    RETURNING p.id, p.path)
  SELECT id, path FROM moved`;
