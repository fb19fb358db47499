/**
 * The statements that compare the staged rows with the register and with each other. $1 batch, $2 persons up to this
 * group are in the register already and are left alone; $3 and $4: rows above and up to these.
 *
 * Most rows meet no other one. So each slice of rows is decided by itself while the next is still being read, as if
 * nobody else were in the file; what rows have in common is looked for once all are there, and only those that meet are
 * decided again. Look-ups in the register are by key and one by one (LATERAL … LIMIT), so that its size doesn't matter.
 * All else is joined by hash (see RowMatcher), and so the range of rows stands beside every table of the staging.
 */
export const range = (alias: string) => `${alias}.batch_id = $1 AND ${alias}.row_no > $3 AND ${alias}.row_no <= $4`;
/** So many people with one phone or mail are looked at. */
export const MOST_HOLDERS = 1000;
/** So many people at most are noted as whom a row is as well. */
export const MOST_OTHERS = 6;
/**
 * Rows that say something, each taken by itself. Where a list comes again hardly any does, and what rows have in common
 * matters only where one of them does: so each look for it begins with these.
 */
export const TELLING = `batch_id = $1 AND group_no > $2 AND outcome IS DISTINCT FROM 'same'`;
/** What a row that can't be used is left with. */
const NOTHING = `outcome = NULL, filled = '{}', differs = '{}', more = false, places = false, known = false, others = '{}'`;

export const FORGET_MEETINGS = 'DELETE FROM import_meetings WHERE batch_id = $1';
/** Forgets what an earlier comparison found; the register may have changed since. */
export const FORGET = 'DELETE FROM import_outcomes WHERE batch_id = $1 AND group_no > $2';

/**
 * Who of the register a row surely is: whoever has its account by the platform's own id (T20), else who holds its handle, else
 * the first with its phone or mail and its name; else somebody new, as long as nothing else is known. Somebody with its phone
 * and another name is noted (`met`): they may be looked at as a family, or as the same.
 *
 * A row that says nothing new about somebody we have is done with that: most are, where a list comes again, and each is
 * written once. The others of people we have are left to DECIDE_KNOWN. What a row must say to be of this kind are the same
 * rules as there, each the plain case of one: a name, an address and a year that don't differ, nothing where the register
 * has nothing, every phone, mail and identity there already, a yes for which the ledger has entries, no remark that we don't have.
 */
export const COMPARE = `
  WITH read AS MATERIALIZED (
    SELECT r.row_no, r.path, r.minor, r.own_code, r.own_field, r.line IS NULL AS secret, r.name, r.pin, r.district_lgd, r.language,
           r.birth_year, r.hint_id, r.remarks, r.consent, r.kinds, r.home_id, r.home_path, r.home_waiting
      FROM import_rows r
     WHERE r.batch_id = $1 AND r.row_no > $3 AND r.row_no <= $4
       AND ($2 = 0 OR (SELECT true FROM import_outcomes o WHERE o.batch_id = $1 AND o.row_no = r.row_no LIMIT 1) IS NULL)
  ), open AS MATERIALIZED (
    SELECT k.row_no, k.kind, k.value, k.proof, k.platform_uid
      FROM read r JOIN import_keys k ON ${range('k')} AND k.row_no = r.row_no
     WHERE r.own_code IS NULL OR r.minor
  ), found AS MATERIALIZED (
    SELECT o.row_no, c.person_id, 0 AS rank,
           (SELECT true FROM person_identities i
             WHERE i.person_id = c.person_id AND i.platform = o.kind AND i.handle = o.value LIMIT 1) AS holds
      FROM open o
      CROSS JOIN LATERAL (SELECT person_id FROM identity_claims c WHERE c.platform = o.kind AND c.handle = o.value LIMIT 1) c
     WHERE o.proof = ''
    UNION ALL
    SELECT o.row_no, i.person_id, -1, false
      FROM open o
      CROSS JOIN LATERAL (SELECT i.person_id FROM person_identities i
                           WHERE i.platform_uid = o.platform_uid AND i.platform = o.kind AND i.to_at IS NULL LIMIT 1) i
     WHERE o.platform_uid IS NOT NULL
    UNION ALL
    SELECT o.row_no, p.id, CASE WHEN p.name_key = o.proof AND p.erased_at IS NULL THEN 1 ELSE 2 END, true
      FROM open o
      CROSS JOIN LATERAL (SELECT c.person_id FROM contact_points c WHERE c.kind = o.kind AND c.value = o.value LIMIT ${MOST_HOLDERS}) c
      CROSS JOIN LATERAL (SELECT q.id, q.name_key, q.erased_at FROM people q WHERE q.id = c.person_id LIMIT 1) p
     WHERE o.proof <> ''
    UNION ALL
    SELECT o.row_no, i.person_id, 3, true
      FROM open o
      CROSS JOIN LATERAL (SELECT i.person_id FROM person_identities i WHERE i.handle = o.value AND i.platform = o.kind LIMIT 100) i
     WHERE o.proof IS NULL
  ), whom AS MATERIALIZED (
    SELECT row_no, (array_agg(person_id ORDER BY rank, person_id) FILTER (WHERE rank < 2))[1] AS person_id,
           array_agg(person_id ORDER BY rank, person_id) FILTER (WHERE rank < 2) AS everybody,
           coalesce(bool_or(rank IN (1, 2)), false) AS met, count(*) FILTER (WHERE rank < 2 AND holds) AS held,
           array_agg(person_id) FILTER (WHERE rank = 3) AS numbers
      FROM found GROUP BY row_no
  ), plain AS MATERIALIZED (
    SELECT r.row_no, w.person_id, r.name, r.pin, r.district_lgd, r.language, r.birth_year, r.hint_id, r.remarks,
           CASE WHEN r.consent = 'given' THEN r.kinds END AS agreed
      FROM whom w JOIN read r USING (row_no)
     WHERE r.own_code IS NULL AND w.person_id = ALL (w.everybody)
       AND w.held + coalesce(cardinality(array_positions(w.numbers, w.person_id)), 0) = cardinality(r.kinds)
  ), same AS MATERIALIZED (
    SELECT r.row_no, p.territory_id, p.path, p.waiting
      FROM plain r
      CROSS JOIN LATERAL (SELECT q.* FROM people q WHERE q.id = r.person_id LIMIT 1) p
     WHERE r.name = p.full_name AND (r.pin IS NULL OR r.pin = p.pin) AND (r.district_lgd IS NULL OR r.district_lgd = p.district_lgd)
       AND (r.language IS NULL OR r.language = p.language) AND (r.birth_year IS NULL OR r.birth_year = p.birth_year)
       AND (r.hint_id IS NULL OR starts_with(p.path, (SELECT t.path FROM territories t WHERE t.id = r.hint_id)))
       AND (r.remarks IS NULL
         OR (SELECT true FROM person_notes n WHERE n.person_id = p.id AND n.text = r.remarks LIMIT 1))
       AND (r.agreed IS NULL
         OR (SELECT r.agreed <@ array_agg(e.channel) FILTER (WHERE e.purpose = 'register')
                AND r.agreed <@ array_agg(e.channel) FILTER (WHERE e.purpose = 'contact')
                AND r.agreed <@ array_agg(e.channel) FILTER (WHERE e.purpose = 'invitations')
               FROM consents e WHERE e.person_id = p.id))
  )
  INSERT INTO import_outcomes (batch_id, row_no, path, minor, group_no, code, field, secret, person_id, known, met, others, outcome,
         places, says_yes, home_id, home_path, home_waiting)
  SELECT $1, r.row_no, r.path, r.minor, r.row_no, r.own_code, r.own_field, r.secret,
         coalesce(w.person_id, CASE WHEN r.own_code IS NULL THEN new_id() END), w.person_id IS NOT NULL, coalesce(w.met, false),
         CASE WHEN w.person_id <> ANY (w.everybody)
              THEN ARRAY(SELECT DISTINCT e FROM unnest(w.everybody) AS e WHERE e <> w.person_id ORDER BY e LIMIT ${MOST_OTHERS}) ELSE '{}' END,
         CASE WHEN s.row_no IS NOT NULL THEN 'same' WHEN r.own_code IS NULL AND w.person_id IS NULL THEN 'created' END,
         r.own_code IS NULL AND w.person_id IS NULL, r.own_code IS NULL AND s.row_no IS NULL AND r.consent = 'given',
         CASE WHEN s.row_no IS NULL THEN r.home_id ELSE s.territory_id END, coalesce(s.path, r.home_path), coalesce(s.waiting, r.home_waiting)
    FROM read r LEFT JOIN whom w USING (row_no) LEFT JOIN same s USING (row_no)
   ORDER BY r.row_no`;

/** What was stopped makes the row unusable, whatever else is wrong with it that only a comparison tells. */
const stopBy = (hits: string, rows = 'o.batch_id = $1') => `
  UPDATE import_outcomes o
     SET code = 'stopped', secret = o.secret OR h.sure, ${NOTHING}, person_id = NULL,
         stopped = ARRAY(SELECT DISTINCT k FROM unnest(o.stopped || h.kinds) AS k ORDER BY k),
         field = CASE WHEN 'phone' = ANY (o.stopped || h.kinds) THEN 'phone' WHEN 'email' = ANY (o.stopped || h.kinds) THEN 'email' ELSE 'handle' END
    FROM (SELECT row_no, array_agg(DISTINCT kind) AS kinds, bool_or(sure) AS sure FROM (${hits}) hit GROUP BY row_no) h
   WHERE ${rows} AND o.row_no = h.row_no AND o.group_no > $2
     AND (o.code IS NULL OR o.code IN ('stopped', 'held_elsewhere'))`;

/** What of these rows stands on the suppression list; of a family's phone only a name says whether it stops this one. $4: the key that the hashes are by. */
export const ON_THE_LIST = `
  SELECT row_no AS row, kind, value, proof, only_named AS "onlyNamed", erased FROM gate.staged_suppressed($1, $2, $3, $4)`;

/** By the suppression list: rows, kinds, and whether it surely is somebody who was erased, of whom nothing may stay ($5 to $7). */
export const SUPPRESSED = stopBy(
  `SELECT s.row_no, s.kind, s.sure FROM unnest($5::int[], $6::text[], $7::boolean[]) AS s (row_no, kind, sure)`,
  range('o'),
);

/** The keys of rows that refuse. Whether a row does is looked for among the outcomes, which are a third as wide. */
export const OF_REFUSED = `
    SELECT k.kind, k.value, k.proof, k.hash
      FROM import_outcomes o
      CROSS JOIN LATERAL (SELECT * FROM import_keys f WHERE f.batch_id = $1 AND f.row_no = o.row_no OFFSET 0) k
     WHERE o.batch_id = $1 AND o.code = 'refused'`;

/** People of the register who surely are whom a row refuses for. */
export const LEAVING = `
  WITH refused AS MATERIALIZED (${OF_REFUSED} AND k.proof IS NOT NULL)
  SELECT c.person_id AS id
    FROM refused k
    CROSS JOIN LATERAL (SELECT person_id FROM identity_claims c WHERE c.platform = k.kind AND c.handle = k.value LIMIT 1) c
   WHERE k.proof = ''
  UNION
  SELECT p.id
    FROM refused k
    CROSS JOIN LATERAL (SELECT person_id FROM contact_points c WHERE c.kind = k.kind AND c.value = k.value LIMIT ${MOST_HOLDERS}) c
    CROSS JOIN LATERAL (SELECT q.id, q.name_key, q.erased_at FROM people q WHERE q.id = c.person_id LIMIT 1) p
   WHERE k.proof <> '' AND p.name_key = k.proof AND p.erased_at IS NULL`;

/** Whether there is a refusal in the file at all. */
export const REFUSED = `SELECT 1 AS one FROM import_outcomes WHERE batch_id = $1 AND code = 'refused' LIMIT 1`;

/**
 * What a refused row holds, and what whoever is leaving by it holds ($3), in any row order. A row that surely is the
 * refused person shows nothing in the rejects, either.
 */
export const STOPS = `
  WITH leaving AS (
    SELECT p.id, p.name_key FROM unnest($3::uuid[]) AS l(id)
      CROSS JOIN LATERAL (SELECT q.id, q.name_key FROM people q WHERE q.id = l.id LIMIT 1) p
  ), stop AS MATERIALIZED (
    SELECT f.kind, f.value, f.proof FROM (${OF_REFUSED}) f
    UNION
    SELECT c.kind, c.value, l.name_key FROM leaving l
      CROSS JOIN LATERAL (SELECT kind, value FROM contact_points c WHERE c.person_id = l.id LIMIT 100) c
    UNION
    SELECT i.platform, i.handle, '' FROM leaving l
      CROSS JOIN LATERAL (SELECT platform, handle FROM person_identities i WHERE i.person_id = l.id LIMIT 100) i
  )
  ${stopBy(`SELECT k.row_no, k.kind, coalesce(k.proof = s.proof, false) AS sure
              FROM import_keys k JOIN stop s USING (kind, value) WHERE k.batch_id = $1`)}`;

/** Rows with a handle of somebody outside our sight. Gives their numbers, and the handles asked for. */
export const HELD_ELSEWHERE = `
  WITH held AS MATERIALIZED (
    SELECT h.row_no, h.kind || ' ' || h.value AS handle FROM gate.staged_held_elsewhere($1, $3, $4) h
  ), done AS (
    UPDATE import_outcomes o SET code = 'held_elsewhere', field = 'handle', ${NOTHING}, person_id = NULL
      FROM (SELECT DISTINCT row_no FROM held) h
     WHERE ${range('o')} AND o.row_no = h.row_no AND o.code IS NULL AND o.group_no > $2
    RETURNING o.row_no
  )
  SELECT row_no AS row, handle FROM held WHERE row_no IN (SELECT row_no FROM done) ORDER BY row_no`;

/**
 * Phones, mails and identities that more than one row has: all that rows can meet by. Where each of these rows is somebody
 * we have and says nothing new it makes no difference.
 */
export const MEETINGS = `
  INSERT INTO import_meetings (batch_id, row_no, path, kind, value, proof)
  SELECT k.batch_id, k.row_no, k.path, k.kind, k.value, k.proof
    FROM import_keys k
    JOIN (SELECT kind, value FROM import_keys
           WHERE batch_id = $1 AND proof IS NOT NULL
             AND (kind, value) IN (SELECT k.kind, k.value FROM import_keys k
                                    WHERE k.batch_id = $1 AND k.proof IS NOT NULL
                                      AND k.row_no IN (SELECT row_no FROM import_outcomes WHERE batch_id = $1 AND outcome IS DISTINCT FROM 'same'))
           GROUP BY kind, value HAVING count(*) > 1) s USING (kind, value)
   WHERE k.batch_id = $1 AND k.proof IS NOT NULL`;

export const MET = `
  UPDATE import_outcomes o SET met = true
   WHERE o.batch_id = $1 AND o.group_no > $2 AND o.code IS NULL AND NOT o.met
     AND o.row_no IN (SELECT row_no FROM import_meetings WHERE batch_id = $1 AND kind IN ('phone', 'email'))`;

/**
 * Rows that share a proof get the lowest number among them; a person's first name counts with the phones and mails of all
 * their rows. Being the same carries over, so this is repeated until it changes nothing.
 */
export const GROUP = `
  WITH here AS MATERIALIZED (
    SELECT m.row_no, o.group_no, m.kind, m.value, m.proof
      FROM import_meetings m JOIN import_outcomes o ON o.batch_id = m.batch_id AND o.row_no = m.row_no
     WHERE m.batch_id = $1 AND o.group_no > $2 AND (o.code IS NULL OR o.minor)
  ), open AS MATERIALIZED (
    SELECT * FROM here
    UNION ALL
    SELECT h.row_no, h.group_no, h.kind, h.value, f.name_key
      FROM here h JOIN import_rows f ON f.batch_id = $1 AND f.row_no = h.group_no
     WHERE h.group_no < h.row_no AND h.kind IN ('phone', 'email') AND f.name_key <> '' AND f.name_key <> h.proof
  ), shared AS MATERIALIZED (
    SELECT kind, value, proof, min(group_no) AS low FROM open
     GROUP BY kind, value, proof HAVING min(group_no) < max(group_no)
  ), lower AS (
    SELECT o.group_no, min(s.low) AS low FROM open o JOIN shared s USING (kind, value, proof) GROUP BY o.group_no
  )
  UPDATE import_outcomes o SET group_no = l.low FROM lower l
   WHERE o.batch_id = $1 AND o.group_no = l.group_no AND l.low < o.group_no AND (o.code IS NULL OR o.minor)`;

/** A row that is nobody of the register by itself is whom another row of its group is. */
export const SPREAD = `
  UPDATE import_outcomes o SET person_id = g.person_id, known = true
    FROM (SELECT group_no, (array_agg(person_id ORDER BY row_no) FILTER (WHERE known))[1] AS person_id
            FROM import_outcomes
           WHERE batch_id = $1 AND group_no > $2 AND (code IS NULL OR minor)
             AND row_no IN (SELECT row_no FROM import_meetings WHERE batch_id = $1)
           GROUP BY group_no HAVING count(*) > 1 AND bool_or(known)) g
   WHERE o.batch_id = $1 AND o.group_no = g.group_no AND NOT o.known AND (o.code IS NULL OR o.minor)`;

/** One row says under eighteen, and none of that person's go in. */
export const MINORS = `
  WITH minors AS MATERIALIZED (
    SELECT group_no, person_id FROM import_outcomes WHERE batch_id = $1 AND group_no > $2 AND minor)
  UPDATE import_outcomes o SET code = 'person_minor', field = 'age', secret = true, ${NOTHING}
   WHERE o.batch_id = $1 AND o.group_no > $2 AND o.code IS NULL
     AND (o.group_no IN (SELECT group_no FROM minors)
       OR o.person_id IN (SELECT person_id FROM minors WHERE person_id IS NOT NULL))`;

/**
 * All rows of somebody we have lie in one group, where one says something or brings a remark, a yes or something that differs:
 * nobody's are in two slices, which may go in at the same time.
 */
export const UNITE = `
  UPDATE import_outcomes o SET group_no = g.low
    FROM (SELECT person_id, min(group_no) AS low FROM import_outcomes
           WHERE batch_id = $1 AND group_no > $2 AND known AND code IS NULL
             AND person_id IN (SELECT person_id FROM import_outcomes
                                WHERE batch_id = $1 AND group_no > $2 AND (outcome IS DISTINCT FROM 'same' OR more) AND known AND code IS NULL)
           GROUP BY person_id HAVING min(group_no) < max(group_no)) g
   WHERE o.batch_id = $1 AND o.group_no > $2 AND o.known AND o.code IS NULL AND o.person_id = g.person_id AND o.group_no > g.low`;

/** Persons whose address came together from several rows, or with what we had: where they belong now. From row $3 on. */
export const TO_PLACE = `
  WITH f AS MATERIALIZED (
    SELECT o.person_id,
           max(r.pin) FILTER (WHERE 'pin' = ANY (o.filled)) AS pin,
           max(r.district_lgd) FILTER (WHERE 'district' = ANY (o.filled)) AS district_lgd,
           max(r.tehsil_lgd) FILTER (WHERE 'district' = ANY (o.filled)) AS tehsil_lgd,
           (array_agg(r.hint_id) FILTER (WHERE 'territory' = ANY (o.filled)))[1] AS hint_id
      FROM import_outcomes o JOIN import_rows r ON r.batch_id = o.batch_id AND r.row_no = o.row_no
     WHERE o.batch_id = $1 AND o.group_no > $2 AND o.outcome = 'changed' AND o.filled && '{pin,district,territory}'::text[]
     GROUP BY o.person_id
  ), placed AS MATERIALIZED (
    SELECT o.row_no, o.outcome, o.person_id FROM import_outcomes o
     WHERE o.batch_id = $1 AND o.group_no > $2 AND o.row_no > $3 AND o.places
       AND o.person_id IN (SELECT person_id FROM f)
  )
  SELECT o.row_no AS row, p.path,
         coalesce(p.pin, r.pin, f.pin) AS pin, coalesce(p.district_lgd, r.district_lgd, f.district_lgd) AS "districtLgd",
         coalesce(p.tehsil_lgd, r.tehsil_lgd, f.tehsil_lgd) AS "tehsilLgd", coalesce(r.hint_id, f.hint_id) AS "territoryHint"
    FROM f JOIN placed o USING (person_id) JOIN import_rows r ON r.batch_id = $1 AND r.row_no = o.row_no
    LEFT JOIN LATERAL (SELECT q.* FROM people q WHERE o.outcome <> 'created' AND q.id = o.person_id LIMIT 1) p ON true
   ORDER BY o.row_no LIMIT 5000`;

export const HOMES = `
  UPDATE import_outcomes o
     SET home_id = coalesce(h.id, o.home_id), home_path = coalesce(h.path, o.home_path),
         home_waiting = coalesce(h.waiting, o.home_waiting), places = h.keep
    FROM json_to_recordset($2::json) AS h("row" integer, keep boolean, id uuid, path text, waiting boolean)
   WHERE o.batch_id = $1 AND o.row_no = h."row"`;
