/**
 * The statements that compare the staged rows with the register and with each other. Each is over a whole batch:
 * $1 batch, $2 persons up to this group are in the register already and are left alone.
 */

/** Forgets what an earlier comparison found; the register may have changed since. */
export const RESET = `
  UPDATE import_rows
     SET code = own_code, field = own_field, stopped = '{}', secret = line IS NULL, group_no = row_no, person_id = NULL,
         others = '{}', outcome = NULL, filled = '{}', differs = '{}', places = false
   WHERE batch_id = $1 AND group_no > $2
     AND (code IS DISTINCT FROM own_code OR group_no <> row_no OR person_id IS NOT NULL OR outcome IS NOT NULL)`;

/** People of the register who surely are whom a row refuses for. */
export const LEAVING = `
  WITH refused AS MATERIALIZED (
    SELECT k.kind, k.value, k.proof
      FROM import_rows r JOIN import_keys k ON k.batch_id = r.batch_id AND k.row_no = r.row_no
     WHERE r.batch_id = $1 AND r.own_code = 'refused' AND k.proof IS NOT NULL
  )
  SELECT c.person_id AS id
    FROM refused k JOIN identity_claims c ON c.platform = k.kind AND c.handle = k.value
   WHERE k.proof = ''
  UNION
  SELECT p.id
    FROM refused k JOIN contact_points c ON c.kind = k.kind AND c.value = k.value
    JOIN people p ON p.id = c.person_id AND p.name_key = k.proof AND p.erased_at IS NULL
   WHERE k.proof <> ''`;

/**
 * Stops come before anything else, in any row order: what a refused row holds, what whoever is leaving by it holds ($3),
 * and what is on the suppression list. A row that surely is the refused person shows nothing in the rejects, either.
 */
export const STOPS = `
  WITH leaving AS (
    SELECT p.id, p.name_key FROM unnest($3::uuid[]) AS l(id)
      CROSS JOIN LATERAL (SELECT q.id, q.name_key FROM people q WHERE q.id = l.id LIMIT 1) p
  ), stop AS MATERIALIZED (
    SELECT k.kind, k.value, k.proof
      FROM import_rows r JOIN import_keys k ON k.batch_id = r.batch_id AND k.row_no = r.row_no
     WHERE r.batch_id = $1 AND r.own_code = 'refused'
    UNION
    SELECT c.kind, c.value, l.name_key FROM leaving l
      CROSS JOIN LATERAL (SELECT kind, value FROM contact_points c WHERE c.person_id = l.id LIMIT 100) c
    UNION
    SELECT i.platform, i.handle, '' FROM leaving l
      CROSS JOIN LATERAL (SELECT platform, handle FROM person_identities i WHERE i.person_id = l.id LIMIT 100) i
  ), open AS MATERIALIZED (
    SELECT k.row_no, k.kind, k.value, k.proof, k.hashes
      FROM import_rows r JOIN import_keys k ON k.batch_id = r.batch_id AND k.row_no = r.row_no
     WHERE r.batch_id = $1 AND r.group_no > $2 AND r.own_code IS NULL
  ), asked AS MATERIALIZED (
    SELECT array_agg(o.row_no) AS rows, array_agg(o.kind) AS kinds, array_agg(h.hash) AS hashes
      FROM open o CROSS JOIN LATERAL unnest(o.hashes) AS h(hash) GROUP BY o.row_no / 1000
  ), hit AS (
    SELECT o.row_no, o.kind, coalesce(o.proof = s.proof, false) AS sure FROM open o JOIN stop s USING (kind, value)
    UNION ALL
    SELECT a.rows[n], a.kinds[n], false FROM asked a CROSS JOIN LATERAL gate.suppressed(a.kinds, a.hashes) AS n
  )
  UPDATE import_rows r SET code = 'stopped', field = h.field, stopped = h.kinds, secret = h.sure
    FROM (SELECT row_no, array_agg(DISTINCT kind) AS kinds, bool_or(sure) AS sure,
                 CASE WHEN bool_or(kind = 'phone') THEN 'phone' WHEN bool_or(kind = 'email') THEN 'email' ELSE 'handle' END AS field
            FROM hit GROUP BY row_no) h
   WHERE r.batch_id = $1 AND r.row_no = h.row_no`;

/** Rows with a handle of somebody outside our sight. Gives their numbers, and the handles asked for. */
export const HELD_ELSEWHERE = `
  WITH asked AS MATERIALIZED (
    SELECT array_agg(k.row_no) AS rows, array_agg(k.kind) AS kinds, array_agg(k.value) AS values
      FROM import_rows r JOIN import_keys k ON k.batch_id = r.batch_id AND k.row_no = r.row_no
     WHERE r.batch_id = $1 AND r.group_no > $2 AND r.code IS NULL AND k.proof = ''
     GROUP BY k.row_no / 1000
  ), held AS (
    SELECT a.rows[n] AS row_no, a.kinds[n] || ' ' || a.values[n] AS handle
      FROM asked a CROSS JOIN LATERAL gate.held_elsewhere(a.kinds, a.values) AS n
  ), done AS (
    UPDATE import_rows r SET code = 'held_elsewhere', field = 'handle'
      FROM (SELECT DISTINCT row_no FROM held) h WHERE r.batch_id = $1 AND r.row_no = h.row_no
    RETURNING r.row_no
  )
  SELECT row_no AS row, handle FROM held WHERE row_no IN (SELECT row_no FROM done) ORDER BY row_no`;

/** Who of the register a row surely is: whoever holds its handle, else the first with its phone or mail and its name. */
export const REGISTER = `
  WITH open AS MATERIALIZED (
    SELECT k.row_no, k.kind, k.value, k.proof
      FROM import_rows r JOIN import_keys k ON k.batch_id = r.batch_id AND k.row_no = r.row_no
     WHERE r.batch_id = $1 AND r.group_no > $2 AND (r.code IS NULL OR r.minor) AND k.proof IS NOT NULL
  ), found AS (
    SELECT o.row_no, c.person_id, 0 AS rank FROM open o
      CROSS JOIN LATERAL (SELECT person_id FROM identity_claims c WHERE c.platform = o.kind AND c.handle = o.value LIMIT 1) c
     WHERE o.proof = ''
    UNION ALL
    SELECT o.row_no, c.person_id, 1 FROM open o
      CROSS JOIN LATERAL (
        SELECT p.id AS person_id
          FROM (SELECT c.person_id FROM contact_points c WHERE c.kind = o.kind AND c.value = o.value LIMIT 1000) c
          JOIN people p ON p.id = c.person_id
         WHERE p.name_key = o.proof AND p.erased_at IS NULL
         ORDER BY p.id LIMIT 5) c
     WHERE o.proof <> ''
  )
  UPDATE import_rows r SET person_id = b.people[1], others = array_remove(b.everybody, b.people[1])
    FROM (SELECT row_no, array_agg(person_id ORDER BY rank, person_id) AS people, array_agg(DISTINCT person_id) AS everybody
            FROM found GROUP BY row_no) b
   WHERE r.batch_id = $1 AND r.row_no = b.row_no`;

/**
 * Rows that share a proof get the lowest number among them; a person's first name counts with the phones and mails of all
 * their rows. Being the same carries over, so this is repeated until it changes nothing; a round looks only at proofs that
 * are not settled yet.
 */
export const GROUP = `
  WITH open AS MATERIALIZED (
    SELECT k.row_no, r.group_no, k.kind, k.value, k.proof
      FROM import_rows r JOIN import_keys k ON k.batch_id = r.batch_id AND k.row_no = r.row_no
     WHERE r.batch_id = $1 AND r.group_no > $2 AND (r.code IS NULL OR r.minor) AND k.proof IS NOT NULL
    UNION ALL
    SELECT k.row_no, r.group_no, k.kind, k.value, f.name_key
      FROM import_rows r JOIN import_keys k ON k.batch_id = r.batch_id AND k.row_no = r.row_no
      JOIN import_rows f ON f.batch_id = r.batch_id AND f.row_no = r.group_no
     WHERE r.batch_id = $1 AND r.group_no > $2 AND r.group_no < r.row_no AND (r.code IS NULL OR r.minor)
       AND k.kind IN ('phone', 'email') AND f.name_key <> '' AND f.name_key IS DISTINCT FROM k.proof
  ), shared AS MATERIALIZED (
    SELECT kind, value, proof, min(group_no) AS low FROM open
     GROUP BY kind, value, proof HAVING min(group_no) < max(group_no)
  ), lower AS (
    SELECT o.group_no, min(s.low) AS low FROM open o JOIN shared s USING (kind, value, proof) GROUP BY o.group_no
  )
  UPDATE import_rows r SET group_no = l.low FROM lower l
   WHERE r.batch_id = $1 AND r.group_no = l.group_no AND l.low < r.group_no AND (r.code IS NULL OR r.minor)`;

/** A row that is nobody of the register by itself is whom another row of its group is. */
export const SPREAD = `
  UPDATE import_rows r SET person_id = g.person_id
    FROM (SELECT group_no, (array_agg(person_id ORDER BY row_no))[1] AS person_id FROM import_rows
           WHERE batch_id = $1 AND group_no > $2 AND person_id IS NOT NULL AND (code IS NULL OR minor) GROUP BY group_no) g
   WHERE r.batch_id = $1 AND r.group_no = g.group_no AND r.person_id IS NULL AND (r.code IS NULL OR r.minor)`;

/** One row says under eighteen, and none of that person's go in. */
export const MINORS = `
  WITH minors AS MATERIALIZED (
    SELECT group_no, person_id FROM import_rows WHERE batch_id = $1 AND group_no > $2 AND minor)
  UPDATE import_rows r SET code = 'person_minor', field = 'age', secret = true
   WHERE r.batch_id = $1 AND r.group_no > $2 AND r.code IS NULL
     AND (r.group_no IN (SELECT group_no FROM minors)
       OR r.person_id IN (SELECT person_id FROM minors WHERE person_id IS NOT NULL))`;

/** The value of a field that stands: the register's, else that of the first row that has one; and the row that fills it. */
const field = (name: string) => `
       (array_agg(${name} ORDER BY row_no) FILTER (WHERE ${name} IS NOT NULL))[1] AS ${name},
       min(row_no) FILTER (WHERE ${name} IS NOT NULL) AS ${name}_row`;
const stands = (name: string, own = name) =>
  `coalesce(p.${own}, s.${name}) AS ${name}, CASE WHEN p.${own} IS NULL THEN s.${name}_row END AS ${name}_row`;
const filled = (name: string, word: string) => `CASE WHEN u.row_no = s.${name}_row THEN '${word}' END`;
const differs = (name: string, word: string) => `CASE WHEN u.${name} <> s.${name} THEN '${word}' END`;

/**
 * The outcome of each usable row, in file order: the first of a new person creates it; a later one (or any of somebody
 * we have) is changed if it fills a blank or adds a point or identity, else the same. What differs is only noted.
 * Look-ups in the register are by key and one by one (LATERAL … LIMIT 1), so that its size doesn't matter.
 */
export const DECIDE = `
  WITH usable AS MATERIALIZED (
    SELECT row_no, person_id AS known, coalesce(person_id::text, group_no::text) AS who, name, pin, district_lgd, hint_id,
           language, birth_year, consent
      FROM import_rows WHERE batch_id = $1 AND group_no > $2 AND code IS NULL
  ), said AS MATERIALIZED (
    SELECT who, known, min(row_no) AS first_row, (array_agg(name ORDER BY row_no))[1] AS name,
           ${['pin', 'district_lgd', 'hint_id', 'language', 'birth_year'].map(field).join(',')},
           min(row_no) FILTER (WHERE consent = 'given') AS yes_row
      FROM usable GROUP BY who, known
  ), stand AS MATERIALIZED (
    SELECT s.who, s.known, s.first_row, coalesce(s.known, new_id()) AS person_id, coalesce(p.full_name, s.name) AS name,
           p.path, p.waiting,
           ${['pin', 'district_lgd', 'language', 'birth_year'].map((name) => stands(name)).join(', ')},
           s.hint_id,
           CASE WHEN s.known IS NULL OR (p.waiting AND h.path > p.path AND starts_with(h.path, p.path)) THEN s.hint_id_row END AS hint_id_row,
           CASE WHEN p.entry IS NULL THEN s.yes_row END AS yes_row
      FROM said s
      LEFT JOIN LATERAL (
        SELECT q.*, (SELECT true FROM consents e WHERE e.person_id = q.id
                        AND e.purpose IN ('register', 'contact', 'invitations') LIMIT 1) AS entry
          FROM people q WHERE q.id = s.known LIMIT 1) p ON true
      LEFT JOIN LATERAL (SELECT t.path FROM territories t WHERE t.id = s.hint_id LIMIT 1) h ON true
  ), held AS (
    SELECT s.who, s.known, k.kind, k.value, max(k.proof) AS proof, min(k.row_no) AS row_no
      FROM import_keys k JOIN usable u USING (row_no) JOIN stand s USING (who)
     WHERE k.batch_id = $1 GROUP BY s.who, s.known, k.kind, k.value
  ), adds AS (
    SELECT h.row_no, bool_or(h.kind IN ('phone', 'email')) AS point, bool_or(h.kind NOT IN ('phone', 'email')) AS identity
      FROM held h
     WHERE h.known IS NULL
        OR CASE WHEN h.kind IN ('phone', 'email')
                THEN (SELECT true FROM contact_points c WHERE c.person_id = h.known AND c.kind = h.kind AND c.value = h.value LIMIT 1) IS NULL
                ELSE (SELECT true FROM person_identities i WHERE i.person_id = h.known AND i.platform = h.kind AND i.handle = h.value LIMIT 1) IS NULL
                 AND (h.proof IS NULL
                   OR (SELECT true FROM identity_claims c WHERE c.platform = h.kind AND c.handle = h.value AND c.person_id <> h.known LIMIT 1) IS NULL)
           END
     GROUP BY h.row_no
  ), decided AS (
    SELECT u.row_no, s.person_id, s.known IS NULL AND u.row_no = s.first_row AS creates,
           array_remove(ARRAY[${[
             filled('pin', 'pin'),
             filled('district_lgd', 'district'),
             filled('hint_id', 'territory'),
             filled('language', 'language'),
             filled('birth_year', 'birth_year'),
             filled('yes', 'consent'),
           ].join(
             ', ',
           )}, CASE WHEN a.point THEN 'point' END, CASE WHEN a.identity THEN 'identity' END], NULL) AS filled,
           array_remove(ARRAY[${[
             differs('name', 'name'),
             differs('pin', 'pin'),
             differs('district_lgd', 'district'),
             differs('language', 'language'),
             differs('birth_year', 'birth_year'),
           ].join(', ')},
             CASE WHEN s.known IS NULL AND u.hint_id <> s.hint_id
                    OR s.known IS NOT NULL AND s.hint_id_row IS NULL
                       AND NOT (SELECT starts_with(s.path, t.path) FROM territories t WHERE t.id = u.hint_id)
                  THEN 'territory' END], NULL) AS differs,
           s.known IS NOT NULL AND s.waiting AND u.row_no = least(s.pin_row, s.district_lgd_row, s.hint_id_row) AS moves
      FROM usable u JOIN stand s USING (who) LEFT JOIN adds a USING (row_no)
  )
  UPDATE import_rows r
     SET person_id = d.person_id,
         outcome = CASE WHEN d.creates THEN 'created' WHEN d.filled <> '{}' THEN 'changed' ELSE 'same' END,
         filled = CASE WHEN d.creates THEN '{}' ELSE d.filled END,
         differs = CASE WHEN d.creates THEN '{}' ELSE d.differs END,
         places = d.creates OR coalesce(d.moves, false)
    FROM decided d WHERE r.batch_id = $1 AND r.row_no = d.row_no`;

/** Persons whose address came together from several rows, or with what we had: where they belong now. From row $3 on. */
export const TO_PLACE = `
  WITH f AS MATERIALIZED (
    SELECT person_id,
           max(pin) FILTER (WHERE 'pin' = ANY (filled)) AS pin,
           max(district_lgd) FILTER (WHERE 'district' = ANY (filled)) AS district_lgd,
           max(tehsil_lgd) FILTER (WHERE 'district' = ANY (filled)) AS tehsil_lgd,
           (array_agg(hint_id) FILTER (WHERE 'territory' = ANY (filled)))[1] AS hint_id
      FROM import_rows
     WHERE batch_id = $1 AND group_no > $2 AND outcome = 'changed' AND filled && '{pin,district,territory}'::text[]
     GROUP BY person_id
  )
  SELECT r.row_no AS row, p.path,
         coalesce(p.pin, r.pin, f.pin) AS pin, coalesce(p.district_lgd, r.district_lgd, f.district_lgd) AS "districtLgd",
         coalesce(p.tehsil_lgd, r.tehsil_lgd, f.tehsil_lgd) AS "tehsilLgd", coalesce(r.hint_id, f.hint_id) AS "territoryHint"
    FROM f JOIN import_rows r ON r.person_id = f.person_id
    LEFT JOIN LATERAL (SELECT q.* FROM people q WHERE r.outcome <> 'created' AND q.id = r.person_id LIMIT 1) p ON true
   WHERE r.batch_id = $1 AND r.group_no > $2 AND r.row_no > $3 AND r.places
   ORDER BY r.row_no LIMIT 5000`;
