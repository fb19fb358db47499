/**
 * The statements that put one slice of decided rows into the register. $1 batch, $2 and $3: persons above and up to these
 * groups, $4 who confirmed. Each may be run again without harm; the unit of work makes them one.
 */
const SLICE = `o.batch_id = $1 AND o.group_no > $2 AND o.group_no <= $3`;
/** Rows that bring something. A row of somebody we have, that says nothing new, is passed over. */
export const BRINGS = `(o.outcome IN ('created', 'changed') OR o.more)`;

/** New persons, and their other rows in this file: all of one person lie in one slice, and nobody else knows them yet. */
const NEW = `import_outcomes o JOIN import_rows r ON r.batch_id = o.batch_id AND r.row_no = o.row_no
   WHERE ${SLICE} AND NOT o.known AND o.outcome IS NOT NULL`;

/** What each row of the slice brings, with its person as they are now: somebody we had may live elsewhere by now. */
const ROWS = `(
    SELECT o.row_no, o.outcome, o.filled, o.differs, o.others, o.met, o.person_id, h.home_path AS path, o.known, r.language,
           r.consent, r.remarks, r.name, r.pin, r.district_lgd, r.birth_year, r.hint_id
      FROM import_outcomes o JOIN import_rows r ON r.batch_id = o.batch_id AND r.row_no = o.row_no
      JOIN import_outcomes h ON h.batch_id = o.batch_id AND h.row_no = o.group_no
     WHERE ${SLICE} AND NOT o.known AND ${BRINGS}
    UNION ALL
    SELECT o.row_no, o.outcome, o.filled, o.differs, o.others, o.met, p.id, p.path, o.known, r.language,
           r.consent, r.remarks, r.name, r.pin, r.district_lgd, r.birth_year, r.hint_id
      FROM import_outcomes o JOIN import_rows r ON r.batch_id = o.batch_id AND r.row_no = o.row_no
      JOIN people p ON p.id = o.person_id
     WHERE ${SLICE} AND o.known AND ${BRINGS}) x`;
const KEYS = `JOIN import_keys k ON k.batch_id = $1 AND k.row_no = x.row_no`;

const value = (column: string, word: string) =>
  `max(r.${column}) FILTER (WHERE '${word}' = ANY (o.filled)) AS ${column}`;
/** What later rows of a person fill in; each filled field knows its batch and row. */
const FILLED = (known: string) => `
  SELECT o.person_id, ${[
    value('language', 'language'),
    value('pin', 'pin'),
    value('district_lgd', 'district'),
    value('tehsil_lgd', 'district'),
    value('birth_year', 'birth_year'),
    value('noted_on', 'birth_year'),
  ].join(', ')},
         jsonb_object_agg(w.field, jsonb_build_object('batch', o.batch_id, 'row', o.row_no)) AS filled_by
    FROM import_outcomes o JOIN import_rows r ON r.batch_id = o.batch_id AND r.row_no = o.row_no
   CROSS JOIN LATERAL unnest(o.filled) AS w(field)
   WHERE ${SLICE} AND ${known} AND o.outcome = 'changed' AND w.field IN ('language', 'pin', 'district', 'birth_year')
   GROUP BY o.person_id`;

/** Somebody answers for the yes of the people in the file. */
const DECLARED = '(SELECT b.declared_at IS NOT NULL FROM import_batches b WHERE b.id = $1)';

/**
 * What is kept of a new person's points and words (see gate.keep_reach), foreseen from their rows: each key becomes a point of
 * theirs, and a yes of its row counts for it. Whom this is not true of in the end is looked at anew, below.
 */
const REACH = `
  SELECT o.person_id, bit_or(1::bigint << c.bit) AS points, bit_or(1::bigint << c.bit) FILTER (WHERE c.bit > 1) AS platforms,
         bit_or(1::bigint << c.bit) FILTER (WHERE r.consent = 'given' AND ${DECLARED}) AS yes
    FROM import_outcomes o JOIN import_rows r ON r.batch_id = o.batch_id AND r.row_no = o.row_no
    JOIN import_keys k ON k.batch_id = o.batch_id AND k.row_no = o.row_no JOIN channels c ON c.code = k.kind
   WHERE ${SLICE} AND NOT o.known AND ${BRINGS} GROUP BY o.person_id`;

/** A new person goes in complete, with what their later rows fill in: a second write would touch every index again. */
export const PEOPLE = `
  INSERT INTO people (id, territory_id, path, waiting, full_name, name_key, language, birth_year, birth_year_noted_on, pin,
         district_lgd, tehsil_lgd, came_by, source, batch_id, batch_row, filled_by, created_by,
         contact_a, contact_b, contact_c, invite_a, invite_b, invite_c, on_platforms)
  SELECT o.person_id, o.home_id, o.home_path, o.home_waiting, r.name, r.name_key, coalesce(r.language, f.language),
         coalesce(r.birth_year, f.birth_year), CASE WHEN r.birth_year IS NULL THEN f.noted_on ELSE r.noted_on END,
         coalesce(r.pin, f.pin), coalesce(r.district_lgd, f.district_lgd), coalesce(r.tehsil_lgd, f.tehsil_lgd),
         'import', coalesce(r.source, b.source), o.batch_id, o.row_no, coalesce(f.filled_by, '{}'), $4::uuid,
         coalesce(k.points, 0), coalesce(k.points, 0), coalesce(k.yes, 0), coalesce(k.points, 0), coalesce(k.points, 0), coalesce(k.yes, 0), coalesce(k.platforms, 0)
    FROM import_outcomes o JOIN import_rows r ON r.batch_id = o.batch_id AND r.row_no = o.row_no
    JOIN import_batches b ON b.id = o.batch_id
    LEFT JOIN (${FILLED('NOT o.known')}) f ON f.person_id = o.person_id
    LEFT JOIN (${REACH}) k ON k.person_id = o.person_id
   WHERE ${SLICE} AND o.outcome = 'created'
   ORDER BY o.row_no`;

/** Of somebody we have only blanks are filled. */
export const FILLS = `
  UPDATE people p
     SET language = coalesce(p.language, f.language), pin = coalesce(p.pin, f.pin),
         district_lgd = coalesce(p.district_lgd, f.district_lgd), tehsil_lgd = coalesce(p.tehsil_lgd, f.tehsil_lgd),
         birth_year = coalesce(p.birth_year, f.birth_year),
         birth_year_noted_on = CASE WHEN p.birth_year IS NULL THEN f.noted_on ELSE p.birth_year_noted_on END,
         filled_by = p.filled_by || f.filled_by
    FROM (${FILLED('o.known')}) f
   WHERE p.id = f.person_id`;

/** Somebody else's claim stands; one that we cannot see fails (23505), and the rows are compared anew. */
export const CLAIMS = `
  INSERT INTO identity_claims (platform, handle, person_id, path)
  SELECT DISTINCT ON (k.kind, k.value) k.kind, k.value, x.person_id, x.path
    FROM ${ROWS} ${KEYS} AND k.proof = ''
   WHERE NOT EXISTS (SELECT FROM identity_claims c WHERE c.platform = k.kind AND c.handle = k.value)
   ORDER BY k.kind, k.value, x.row_no`;

export const IDENTITIES = `
  INSERT INTO person_identities (person_id, id, path, platform, handle, platform_uid, batch_id, batch_row)
  SELECT i.person_id, new_id(), i.path, i.kind, i.value, i.platform_uid, $1, i.row_no
    FROM (SELECT DISTINCT ON (x.person_id, k.kind, k.value) x.person_id, x.path, k.kind, k.value, k.platform_uid, x.row_no
            FROM ${ROWS} ${KEYS} AND k.kind NOT IN ('phone', 'email')
           WHERE k.proof IS NULL OR EXISTS (
             SELECT FROM identity_claims c WHERE c.platform = k.kind AND c.handle = k.value AND c.person_id = x.person_id)
           ORDER BY x.person_id, k.kind, k.value, x.row_no) i
  ON CONFLICT (person_id, platform, handle) DO NOTHING`;

export const POINTS = `
  INSERT INTO contact_points (person_id, id, path, kind, value, batch_id, batch_row)
  SELECT c.person_id, new_id(), c.path, c.kind, c.value, $1, c.row_no
    FROM (SELECT DISTINCT ON (x.person_id, k.kind, k.value) x.person_id, x.path, k.kind, k.value, x.row_no
            FROM ${ROWS} ${KEYS} AND k.kind IN ('phone', 'email')
           ORDER BY x.person_id, k.kind, k.value, x.row_no) c
  ON CONFLICT (person_id, kind, value) DO NOTHING`;

/**
 * A yes that somebody declared counts for each channel the row has a point for, and only where the ledger has no entry: consent never goes up.
 * Whoever asked us to forget them (no register any more) gets none for a new channel either.
 */
export const CONSENTS = `
  INSERT INTO consents (person_id, id, path, purpose, channel, state, how, language, by_user, batch_id, batch_row, notice, at)
  SELECT c.person_id, new_id(), c.path, w.purpose, c.channel, 'given', 'import',
         CASE WHEN c.known THEN (SELECT p.language FROM people p WHERE p.id = c.person_id) ELSE coalesce(c.language, l.language) END,
         $4::uuid, $1, c.row_no, b.declared_notice, least(now(), b.declared_on::timestamptz)
    FROM (SELECT x.person_id, x.path, x.known, k.kind AS channel, min(x.row_no) AS row_no,
                 max(x.language) FILTER (WHERE x.outcome = 'created') AS language
            FROM ${ROWS} ${KEYS}
           WHERE x.consent = 'given' GROUP BY x.person_id, x.path, x.known, k.kind) c
    LEFT JOIN (SELECT o.person_id, (array_agg(r.language ORDER BY o.row_no) FILTER (WHERE o.outcome = 'created' OR 'language' = ANY (o.filled)))[1] AS language
                 FROM ${NEW} AND r.language IS NOT NULL GROUP BY o.person_id) l ON l.person_id = c.person_id
    JOIN import_batches b ON b.id = $1 AND b.declared_at IS NOT NULL
    CROSS JOIN unnest('{register,contact,invitations}'::text[]) AS w(purpose)
   WHERE NOT c.known
      OR NOT EXISTS (SELECT FROM consents e WHERE e.person_id = c.person_id AND e.purpose = w.purpose AND e.channel = c.channel)
     AND NOT EXISTS (
           SELECT FROM (SELECT DISTINCT ON (e.channel) e.state FROM consents e
                         WHERE e.person_id = c.person_id AND e.purpose = 'register' ORDER BY e.channel, e.at DESC, e.id DESC) newest
            WHERE newest.state IN ('refused', 'withdrawn'))
   ORDER BY c.row_no`;

export const NOTES = `
  INSERT INTO person_notes (person_id, id, path, text, by_user, batch_id, batch_row)
  SELECT n.person_id, new_id(), n.path, n.remarks, $4::uuid, $1, n.row_no
    FROM (SELECT DISTINCT ON (x.person_id, x.remarks) x.person_id, x.path, x.remarks, x.row_no
            FROM ${ROWS}
           WHERE x.remarks IS NOT NULL
             AND (NOT x.known OR NOT EXISTS (SELECT FROM person_notes n WHERE n.person_id = x.person_id AND n.text = x.remarks))
           ORDER BY x.person_id, x.remarks, x.row_no) n`;

/** A different value never replaces the one we hold; it is kept beside it, with its row. */
export const DIFFERENT = `
  INSERT INTO person_suggestions (person_id, id, path, field, value, why, batch_id, batch_row)
  SELECT x.person_id, new_id(), x.path, w.field,
         CASE w.field WHEN 'name' THEN x.name WHEN 'pin' THEN x.pin WHEN 'district' THEN x.district_lgd::text
                      WHEN 'language' THEN x.language WHEN 'birth_year' THEN x.birth_year::text ELSE x.hint_id::text END,
         'different_value', $1, x.row_no
    FROM ${ROWS} CROSS JOIN LATERAL unnest(x.differs) AS w(field)
   ORDER BY x.row_no
  ON CONFLICT DO NOTHING`;

/** Somebody else whom the row surely is as well, each pair once; who else may be the same is looked for afterwards, by a job. */
export const SIMILAR = `
  INSERT INTO person_suggestions (person_id, id, path, field, other_id, why, strength, reasons, batch_id, batch_row)
  SELECT p.id, new_id(), p.path, 'person', q.id, 'same_person', 90, '{same_row}', $1, x.row_no
    FROM ${ROWS} CROSS JOIN LATERAL unnest(x.others) AS o(other_id)
    JOIN people p ON p.id = least(x.person_id, o.other_id) JOIN people q ON q.id = greatest(x.person_id, o.other_id)
   WHERE p.id <> q.id
  ON CONFLICT DO NOTHING`;

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

/** Whom of the people we had this batch touched: an undo looks at these. */
export const CHANGED = `
  INSERT INTO import_changes (person_id, batch_id, path)
  SELECT DISTINCT x.person_id, $1::uuid, x.path FROM ${ROWS} WHERE x.known
  ON CONFLICT DO NOTHING`;

/** What can be done with people we had, now that they have more; and with new ones whose handle went to somebody else. */
export const REACHED = `
  SELECT gate.keep_reach(ARRAY(
    SELECT x.person_id FROM ${ROWS} WHERE x.known
    UNION
    SELECT x.person_id FROM ${ROWS} ${KEYS} AND k.proof = ''
     WHERE NOT x.known AND NOT EXISTS (
       SELECT FROM identity_claims c WHERE c.platform = k.kind AND c.handle = k.value AND c.person_id = x.person_id)))`;
