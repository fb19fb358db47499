import { range, TELLING } from './match-sql.js';

// What rows come to whose person is known, or is another row's as well; the parameters are those of match-sql.ts.

/** Rows of one slice whose person is in the register, and which may say something new. */
const KNOWN = `o.known AND o.outcome IS NULL AND ${range('o')}`;
/** Rows whose person another row of the file is, too, unless each of them by itself says nothing new: so do all of them. */
const SEVERAL = `(
      o.group_no IN (SELECT group_no FROM import_outcomes
                      WHERE batch_id = $1 AND group_no > $2 AND code IS NULL
                        AND group_no IN (SELECT group_no FROM import_outcomes WHERE ${TELLING} AND code IS NULL)
                      GROUP BY group_no HAVING count(*) > 1)
   OR o.known AND o.person_id IN (SELECT person_id FROM import_outcomes
                      WHERE batch_id = $1 AND group_no > $2 AND code IS NULL AND known
                        AND person_id IN (SELECT person_id FROM import_outcomes WHERE ${TELLING} AND known AND code IS NULL)
                      GROUP BY person_id HAVING count(*) > 1))`;

/** The value of a field that stands: the register's, else that of the first row that has one; and the row that fills it. */
const field = (name: string) => `
  (array_agg(${name} ORDER BY row_no) FILTER (WHERE ${name} IS NOT NULL))[1] AS ${name},
  min(row_no) FILTER (WHERE ${name} IS NOT NULL) AS ${name}_row`;
const stands = (name: string) => `
  coalesce(p.${name}, s.${name}) AS ${name}, CASE WHEN p.${name} IS NULL THEN s.${name}_row END AS ${name}_row`;
const filled = (name: string, word: string) => `CASE WHEN u.row_no = s.${name}_row THEN '${word}' END`;
const differs = (name: string, word: string) => `CASE WHEN u.${name} <> s.${name} THEN '${word}' END`;

/**
 * The outcome of usable rows, in file order: the first of a new person creates it; a later one (or any of somebody
 * we have) is changed if it fills a blank or adds a point or identity, else the same. What differs is only noted.
 */
const decide = (which: string, rows: (alias: string) => string) => `
  WITH usable AS MATERIALIZED (
    SELECT o.row_no, CASE WHEN o.known THEN o.person_id END AS known, o.person_id AS new_id,
           CASE WHEN o.known THEN o.person_id::text ELSE o.group_no::text END AS who, o.others <> '{}' AS others,
           r.name, r.pin, r.district_lgd, r.hint_id, r.language, r.birth_year, r.consent, r.remarks IS NOT NULL AS remarks
      FROM import_outcomes o
      CROSS JOIN LATERAL (SELECT * FROM import_rows f WHERE f.batch_id = o.batch_id AND f.row_no = o.row_no LIMIT 1) r
     WHERE o.batch_id = $1 AND o.group_no > $2 AND o.code IS NULL AND ${which}
  ), said AS MATERIALIZED (
    SELECT who, known, min(row_no) AS first_row, (array_agg(new_id ORDER BY row_no))[1] AS new_id,
           (array_agg(name ORDER BY row_no))[1] AS name,
           ${['pin', 'district_lgd', 'hint_id', 'language', 'birth_year'].map(field).join(',')},
           min(row_no) FILTER (WHERE consent = 'given') AS yes_row
      FROM usable GROUP BY who, known
  ), stand AS MATERIALIZED (
    SELECT s.who, s.known, s.first_row, coalesce(s.known, s.new_id) AS person_id, coalesce(p.full_name, s.name) AS name,
           p.territory_id, p.path, p.waiting, p.entries,
           ${['pin', 'district_lgd', 'language', 'birth_year'].map((name) => stands(name)).join(', ')},
           s.hint_id,
           CASE WHEN s.known IS NULL OR (p.waiting AND h.path > p.path AND starts_with(h.path, p.path)) THEN s.hint_id_row END AS hint_id_row,
           CASE WHEN p.entries IS NULL THEN s.yes_row END AS yes_row
      FROM said s
      LEFT JOIN LATERAL (
        SELECT q.*, (SELECT array_agg(DISTINCT e.purpose || ' ' || e.channel) FROM consents e
                      WHERE e.person_id = q.id AND e.purpose IN ('register', 'contact', 'invitations')) AS entries
          FROM people q WHERE q.id = s.known LIMIT 1) p ON true
      LEFT JOIN LATERAL (SELECT t.path FROM territories t WHERE t.id = s.hint_id LIMIT 1) h ON true
  ), keyed AS MATERIALIZED (
    SELECT k.row_no, s.who, s.known, k.kind, k.value, k.proof, k.platform_uid,
           u.consent = 'given' AND s.entries @> ARRAY['register ' || k.kind, 'contact ' || k.kind, 'invitations ' || k.kind] IS NOT TRUE AS asks
      FROM usable u JOIN stand s USING (who)
      CROSS JOIN LATERAL (SELECT * FROM import_keys f WHERE f.batch_id = $1 AND f.row_no = u.row_no OFFSET 0) k
  ), held AS (
    SELECT who, known, kind, value, max(proof) AS proof, max(platform_uid) AS uid, min(row_no) AS row_no FROM keyed GROUP BY who, known, kind, value
  ), adds AS (
    SELECT h.row_no, bool_or(h.kind IN ('phone', 'email')) AS point, bool_or(h.kind NOT IN ('phone', 'email')) AS identity
      FROM held h
     WHERE h.known IS NULL
        OR CASE WHEN h.kind IN ('phone', 'email')
                THEN (SELECT true FROM contact_points c WHERE c.person_id = h.known AND c.kind = h.kind AND c.value = h.value LIMIT 1) IS NULL
                ELSE (SELECT true FROM person_identities i WHERE i.person_id = h.known AND i.platform = h.kind AND i.handle = h.value LIMIT 1) IS NULL
                 AND (h.proof IS NULL
                   OR (SELECT true FROM identity_claims c WHERE c.platform = h.kind AND c.handle = h.value AND c.person_id <> h.known LIMIT 1) IS NULL)
                 -- A link that holds nothing but the id of an account they have adds nothing.
                 AND (lower(h.uid) IS DISTINCT FROM h.value
                   OR (SELECT true FROM person_identities i
                        WHERE i.person_id = h.known AND i.platform = h.kind AND i.platform_uid = h.uid AND i.to_at IS NULL LIMIT 1) IS NULL)
           END
     GROUP BY h.row_no
  ), asking AS (
    SELECT row_no FROM keyed WHERE asks AND known IS NOT NULL GROUP BY row_no
  ), decided AS (
    SELECT u.row_no, s.person_id, s.known IS NULL AND u.row_no = s.first_row AS creates, s.known IS NOT NULL AS known,
           s.territory_id, s.path, s.waiting, u.remarks OR u.others OR y.row_no IS NOT NULL AS more, y.row_no IS NOT NULL AS asks,
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
      FROM usable u JOIN stand s USING (who) LEFT JOIN adds a USING (row_no) LEFT JOIN asking y USING (row_no)
  )
  UPDATE import_outcomes o
     SET person_id = d.person_id,
         outcome = CASE WHEN d.creates THEN 'created' WHEN d.filled <> '{}' THEN 'changed' ELSE 'same' END,
         filled = CASE WHEN d.creates THEN '{}' ELSE d.filled END,
         differs = CASE WHEN d.creates THEN '{}' ELSE d.differs END,
         more = d.more OR d.differs <> '{}',
         says_yes = CASE WHEN d.known THEN d.asks ELSE o.says_yes END,
         places = d.creates OR coalesce(d.moves, false),
         home_id = CASE WHEN d.known THEN d.territory_id ELSE o.home_id END,
         home_path = CASE WHEN d.known THEN d.path ELSE o.home_path END,
         home_waiting = CASE WHEN d.known THEN d.waiting ELSE o.home_waiting END
    FROM decided d WHERE ${rows('o')} AND o.row_no = d.row_no`;

export const DECIDE_KNOWN = decide(KNOWN, range);
export const DECIDE_SEVERAL = decide(SEVERAL, (alias) => `${alias}.batch_id = $1`);
