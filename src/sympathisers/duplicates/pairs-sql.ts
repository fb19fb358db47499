/**
 * Pairs of people with something in common, as one statement over a slice of the register. Nobody is compared with
 * everybody: from each phone, mail, handle, account and rare name an index leads to the few others who have it.
 */

/** Most others at one point that are looked at: an office's number in ten thousand rows must not make a hundred million pairs. */
const MOST = 40;
/** Levels of territory so small that two people of one rare name are hardly there by chance. */
const SMALL = `('mandal', 'ward')`;

/** Whom a slice holds: everybody after $1, $2 of them.  */
export const NEXT_PEOPLE = `SELECT p.id FROM people p WHERE p.id > $1 AND p.erased_at IS NULL ORDER BY p.id LIMIT $2`;
/** These people, with anybody. */
export const THESE_PEOPLE = `SELECT p.id FROM people p WHERE p.id = ANY ($1::uuid[]) AND p.erased_at IS NULL`;

/**
 * @param of one of the two above
 * @param whole over the whole register, each pair once; rare names are counted only there
 */
export const pairsSql = (of: string, whole: boolean): string => `
  WITH slice AS MATERIALIZED (${of}),
  holds AS (
    SELECT s.id AS a, c.kind, o.person_id AS b, count(*) OVER (PARTITION BY s.id, c.kind, c.value) + 1 AS holders
      FROM slice s
      JOIN contact_points c ON c.person_id = s.id AND (c.kind = 'email' OR c.dead_at IS NULL)
      CROSS JOIN LATERAL (
        SELECT q.person_id FROM contact_points q
         WHERE q.value = c.value AND q.kind = c.kind AND q.person_id <> s.id AND (q.kind = 'email' OR q.dead_at IS NULL)
         LIMIT ${MOST}) o
    UNION ALL
    SELECT s.id, 'handle', o.person_id, 0
      FROM slice s
      JOIN person_identities i ON i.person_id = s.id AND i.handle !~ '^\\+'
      CROSS JOIN LATERAL (
        SELECT q.person_id FROM person_identities q
         WHERE q.handle = i.handle AND q.platform = i.platform AND q.person_id <> s.id LIMIT ${MOST}) o
    UNION ALL
    SELECT s.id, 'account', o.person_id, 0
      FROM slice s
      JOIN person_identities i ON i.person_id = s.id AND i.platform_uid IS NOT NULL
      CROSS JOIN LATERAL (
        SELECT q.person_id FROM person_identities q
         WHERE q.platform_uid = i.platform_uid AND q.platform = i.platform AND q.person_id <> s.id LIMIT ${MOST}) o
    ${
      whole
        ? `UNION ALL
    SELECT s.id, 'name', o.ids[1], 0
      FROM slice s JOIN people p ON p.id = s.id AND p.name_key LIKE '% %'
      CROSS JOIN LATERAL (
        SELECT array_agg(q.id) AS ids, count(*) AS n
          FROM (SELECT q.id FROM people q WHERE q.name_key = p.name_key AND q.id <> p.id LIMIT 2) q) o
     WHERE o.n = 1 AND o.ids[1] > s.id`
        : ''
    }
  ), met AS (
    SELECT a, b, count(*) FILTER (WHERE kind = 'phone')::int AS phones, count(*) FILTER (WHERE kind = 'email')::int AS emails,
           max(holders)::int AS shared_by, count(*) FILTER (WHERE kind = 'handle')::int AS handles,
           count(*) FILTER (WHERE kind = 'account')::int AS accounts, bool_or(kind = 'name') AS rare
      FROM holds${whole ? ' WHERE b > a' : ''} GROUP BY a, b
  )
  SELECT m.a, m.b, p.full_name AS name_a, o.full_name AS name_b, p.birth_year AS born_a, o.birth_year AS born_b, m.phones, m.emails,
         m.shared_by, m.handles, m.accounts, m.rare, coalesce(p.pin = o.pin, false) AS same_pin,
         p.territory_id = o.territory_id AND NOT p.waiting AND NOT o.waiting
           AND (SELECT t.level FROM territories t WHERE t.id = p.territory_id) IN ${SMALL} AS same_place
    FROM met m JOIN people p ON p.id = m.a JOIN people o ON o.id = m.b
   WHERE o.erased_at IS NULL`;

/**
 * Keeps the pairs found, each once, the smaller id first; what somebody settled stays settled.
 * $1 to $5: the two, strength, reasons as one text each, ids.
 */
export const KEEP_PAIRS = `
  INSERT INTO person_suggestions AS s (person_id, id, path, field, other_id, why, strength, reasons)
  SELECT p.id, f.id, p.path, 'person', f.b, 'same_person', f.strength, string_to_array(f.reasons, ' ')
    FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::text[], $5::uuid[]) AS f (a, b, strength, reasons, id)
    JOIN people p ON p.id = f.a
  ON CONFLICT (person_id, field, coalesce(value, ''), coalesce(other_id, person_id)) DO UPDATE
     SET strength = excluded.strength, reasons = excluded.reasons, settled_at = NULL, settled_by = NULL, settled_how = NULL
   WHERE (s.settled_at IS NULL AND NOT s.reasons @> '{same_row}' AND (s.strength IS DISTINCT FROM excluded.strength OR s.reasons <> excluded.reasons))
      OR s.settled_how = 'gone'`;

/** Open pairs of the slice ($1 to $2) of which nothing is left that speaks for them: $3 and $4 are those found now. */
export const LET_GO = `
  UPDATE person_suggestions s SET settled_at = now(), settled_how = 'gone'
   WHERE s.person_id > $1 AND s.person_id <= $2 AND s.field = 'person' AND s.settled_at IS NULL
     AND NOT s.reasons @> '{same_row}'
     AND NOT EXISTS (SELECT FROM unnest($3::uuid[], $4::uuid[]) AS f (a, b) WHERE f.a = s.person_id AND f.b = s.other_id)`;
