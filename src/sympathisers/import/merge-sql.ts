/**
 * The statements that put one slice of decided rows into the register. $1 batch, $2 and $3: persons above and up to these
 * groups, $4 who confirmed. Each may be run again without harm; the unit of work makes them one.
 */
const SLICE = `r.batch_id = $1 AND r.group_no > $2 AND r.group_no <= $3`;
/** The slice's rows that go in, with their person as it is now: a person we had may lie elsewhere. */
const ROWS = `import_rows r JOIN people p ON p.id = r.person_id WHERE ${SLICE} AND r.outcome IS NOT NULL`;

export const PEOPLE = `
  INSERT INTO people (id, territory_id, path, waiting, full_name, name_key, language, birth_year, birth_year_noted_on, pin,
         district_lgd, tehsil_lgd, came_by, source, batch_id, batch_row, created_by)
  SELECT r.person_id, r.home_id, r.home_path, r.home_waiting, r.name, r.name_key, r.language, r.birth_year, r.noted_on, r.pin,
         r.district_lgd, r.tehsil_lgd, 'import', coalesce(r.source, b.source), r.batch_id, r.row_no, $4::uuid
    FROM import_rows r JOIN import_batches b ON b.id = r.batch_id
   WHERE ${SLICE} AND r.outcome = 'created'
   ORDER BY r.row_no`;

const value = (column: string, word: string) => `max(${column}) FILTER (WHERE '${word}' = ANY (r.filled)) AS ${column}`;

/** Only blanks are filled; each filled field knows its batch and row. */
export const FILLS = `
  UPDATE people p
     SET language = coalesce(p.language, f.language), pin = coalesce(p.pin, f.pin),
         district_lgd = coalesce(p.district_lgd, f.district_lgd), tehsil_lgd = coalesce(p.tehsil_lgd, f.tehsil_lgd),
         birth_year = coalesce(p.birth_year, f.birth_year),
         birth_year_noted_on = CASE WHEN p.birth_year IS NULL THEN f.noted_on ELSE p.birth_year_noted_on END,
         filled_by = p.filled_by || f.filled_by
    FROM (SELECT r.person_id, ${[
      value('language', 'language'),
      value('pin', 'pin'),
      value('district_lgd', 'district'),
      value('tehsil_lgd', 'district'),
      value('birth_year', 'birth_year'),
      value('noted_on', 'birth_year'),
    ].join(', ')},
                 jsonb_object_agg(w.field, jsonb_build_object('batch', r.batch_id, 'row', r.row_no)) AS filled_by
            FROM import_rows r CROSS JOIN LATERAL unnest(r.filled) AS w(field)
           WHERE ${SLICE} AND r.outcome = 'changed' AND w.field IN ('language', 'pin', 'district', 'birth_year')
           GROUP BY r.person_id) f
   WHERE p.id = f.person_id`;

/** Somebody else's claim stands; one that we cannot see fails (23505), and the rows are compared anew. */
export const CLAIMS = `
  INSERT INTO identity_claims (platform, handle, person_id, path)
  SELECT DISTINCT ON (k.kind, k.value) k.kind, k.value, p.id, p.path
    FROM import_rows r
    JOIN import_keys k ON k.batch_id = r.batch_id AND k.row_no = r.row_no AND k.proof = ''
    JOIN people p ON p.id = r.person_id
   WHERE ${SLICE} AND r.outcome IS NOT NULL
     AND NOT EXISTS (SELECT FROM identity_claims c WHERE c.platform = k.kind AND c.handle = k.value)
   ORDER BY k.kind, k.value, r.row_no`;

export const IDENTITIES = `
  INSERT INTO person_identities (person_id, id, path, platform, handle, platform_uid, batch_id, batch_row)
  SELECT DISTINCT ON (p.id, k.kind, k.value) p.id, new_id(), p.path, k.kind, k.value, k.platform_uid, r.batch_id, r.row_no
    FROM import_rows r
    JOIN import_keys k ON k.batch_id = r.batch_id AND k.row_no = r.row_no AND k.kind NOT IN ('phone', 'email')
    JOIN people p ON p.id = r.person_id
   WHERE ${SLICE} AND r.outcome IS NOT NULL
     AND (k.proof IS NULL OR EXISTS (
           SELECT FROM identity_claims c WHERE c.platform = k.kind AND c.handle = k.value AND c.person_id = p.id))
   ORDER BY p.id, k.kind, k.value, r.row_no
  ON CONFLICT (person_id, platform, handle) DO NOTHING`;

export const POINTS = `
  INSERT INTO contact_points (person_id, id, path, kind, value, batch_id, batch_row)
  SELECT DISTINCT ON (p.id, k.kind, k.value) p.id, new_id(), p.path, k.kind, k.value, r.batch_id, r.row_no
    FROM import_rows r
    JOIN import_keys k ON k.batch_id = r.batch_id AND k.row_no = r.row_no AND k.kind IN ('phone', 'email')
    JOIN people p ON p.id = r.person_id
   WHERE ${SLICE} AND r.outcome IS NOT NULL
   ORDER BY p.id, k.kind, k.value, r.row_no
  ON CONFLICT (person_id, kind, value) DO NOTHING`;

/**
 * A yes counts for each channel the row has a point for, and only where the ledger has no entry: consent never goes up.
 * Whoever asked us to forget them (no register any more) gets none for a new channel either.
 */
export const CONSENTS = `
  INSERT INTO consents (person_id, id, path, purpose, channel, state, how, language, by_user, batch_id, batch_row)
  SELECT p.id, new_id(), p.path, w.purpose, c.channel, 'given', 'import', p.language, $4::uuid, $1, c.row_no
    FROM (SELECT r.person_id, k.kind AS channel, min(r.row_no) AS row_no,
                 bool_or(bool_or(r.outcome = 'created')) OVER (PARTITION BY r.person_id) AS new
            FROM import_rows r JOIN import_keys k ON k.batch_id = r.batch_id AND k.row_no = r.row_no
           WHERE ${SLICE} AND r.outcome IS NOT NULL AND r.consent = 'given' GROUP BY r.person_id, k.kind) c
    JOIN people p ON p.id = c.person_id
    CROSS JOIN unnest('{register,contact,invitations}'::text[]) AS w(purpose)
   WHERE c.new
      OR NOT EXISTS (SELECT FROM consents e WHERE e.person_id = p.id AND e.purpose = w.purpose AND e.channel = c.channel)
     AND NOT EXISTS (
           SELECT FROM (SELECT DISTINCT ON (e.channel) e.state FROM consents e
                         WHERE e.person_id = p.id AND e.purpose = 'register' ORDER BY e.channel, e.id DESC) newest
            WHERE newest.state IN ('refused', 'withdrawn'))
   ORDER BY c.row_no`;

export const NOTES = `
  INSERT INTO person_notes (person_id, id, path, text, by_user, batch_id, batch_row)
  SELECT DISTINCT ON (p.id, r.remarks) p.id, new_id(), p.path, r.remarks, $4::uuid, r.batch_id, r.row_no
    FROM ${ROWS} AND r.remarks IS NOT NULL
     AND NOT EXISTS (SELECT FROM person_notes n WHERE n.person_id = p.id AND n.text = r.remarks)
   ORDER BY p.id, r.remarks, r.row_no`;

/** A different value never replaces the one we hold; it is kept beside it, with its row. */
export const DIFFERENT = `
  INSERT INTO person_suggestions (person_id, id, path, field, value, why, batch_id, batch_row)
  SELECT p.id, new_id(), p.path, w.field,
         CASE w.field WHEN 'name' THEN r.name WHEN 'pin' THEN r.pin WHEN 'district' THEN r.district_lgd::text
                      WHEN 'language' THEN r.language WHEN 'birth_year' THEN r.birth_year::text ELSE r.hint_id::text END,
         'different_value', r.batch_id, r.row_no
    FROM import_rows r JOIN people p ON p.id = r.person_id CROSS JOIN LATERAL unnest(r.differs) AS w(field)
   WHERE ${SLICE} AND r.outcome IS NOT NULL
   ORDER BY r.row_no
  ON CONFLICT DO NOTHING`;

/** Somebody else whom the row surely is as well, each pair once; who else may be the same is looked for afterwards, by a job. */
export const SIMILAR = `
  INSERT INTO person_suggestions (person_id, id, path, field, other_id, why, strength, reasons, batch_id, batch_row)
  SELECT p.id, new_id(), p.path, 'person', q.id, 'same_person', 90, '{same_row}', r.batch_id, r.row_no
    FROM import_rows r CROSS JOIN LATERAL unnest(r.others) AS o(other_id)
    JOIN people p ON p.id = least(r.person_id, o.other_id) JOIN people q ON q.id = greatest(r.person_id, o.other_id)
   WHERE ${SLICE} AND r.outcome IS NOT NULL AND p.id <> q.id
  ON CONFLICT DO NOTHING`;

/** People we had who wait, and whose rows tell where they belong. The columns are those of PeopleMover's move. */
export const MOVES = `
  WITH moved AS (
    UPDATE people p
       SET filled_by = p.filled_by || jsonb_build_object('territory', jsonb_build_object(
             'move', $5::text, 'how', 'import', 'by', $4::text, 'from', p.territory_id, 'batch', r.batch_id, 'row', r.row_no)),
           territory_id = r.home_id, path = r.home_path, waiting = r.home_waiting
      FROM import_rows r
     WHERE ${SLICE} AND r.places AND r.outcome = 'changed' AND p.id = r.person_id AND p.waiting AND p.path < r.home_path
    RETURNING p.id, p.path)
  SELECT id, path FROM moved`;
