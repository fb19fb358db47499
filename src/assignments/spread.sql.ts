import { STOP_STANDS } from '../sympathisers/consent/stop-stands.js';

/**
 * The part of the tree that a team (alias `team`: id, path, high) takes people from. A team of the state or a region
 * takes only who has no finer home than that: its districts' people are their own teams' affair, staffed or not.
 */
const TEAM = `team AS (
  SELECT t.id, t.path, l.level IN ('state', 'region') AS high,
         t.path || CASE WHEN l.level IN ('state', 'region') THEN '0' ELSE '~' END AS until
    FROM teams t JOIN territories l ON l.id = t.territory_id
   WHERE t.id = $1 AND t.closed_at IS NULL)`;

/** Teams inside it that have somebody: theirs are the people of their territory. */
const FINER = `finer AS (
  SELECT DISTINCT f.path FROM team JOIN teams f ON f.path > team.path AND f.path < team.path || '~' AND f.closed_at IS NULL
    JOIN team_hands h ON h.team_id = f.id)`;

/**
 * Whom a team may be given: nobody's yet, not closed, no stop of theirs standing, in the register by their own consent, and not just given back by
 * a member (who gets those is for the convenor to say). Whether somebody can be contacted is the queue's question: it
 * changes with the ledger, an assignment doesn't. Below a region, who waits for a finer place is spread, too.
 */
const FREE = `p.path >= team.path AND p.path < team.until
   AND p.assigned_to IS NULL AND p.closed_at IS NULL AND p.erased_at IS NULL
   AND NOT ${STOP_STANDS}
   AND NOT (team.high AND p.waiting)
   AND NOT EXISTS (SELECT FROM finer f WHERE p.path >= f.path AND p.path < f.path || '~')
   AND EXISTS (
     SELECT FROM (SELECT DISTINCT ON (c.channel) c.state FROM consents c
                   WHERE c.person_id = p.id AND c.purpose = 'register' ORDER BY c.channel, c.at DESC, c.id DESC) newest
      WHERE newest.state = 'given')
   AND (SELECT a.state FROM assignments a WHERE a.person_id = p.id ORDER BY a.id DESC LIMIT 1) IS DISTINCT FROM 'returned'`;

/** How many people a team ($1) could be given now: `n`. */
export const COUNT_FREE = `WITH ${TEAM}, ${FINER} SELECT count(*)::int AS n FROM people p, team WHERE ${FREE}`;

/**
 * Gives a team's ($1) free people to its members, in one statement: water poured onto their loads. Every member offers a
 * place at each level above their load; the lowest places are taken first, at one level in the order of members, and
 * people sit down in the order of ids. So nobody already given moves, loads end level where they can, and the same
 * input gives the same answer. Run twice at once, the second finds `assigned_to` taken and passes.
 * $2 is the user who spreads, or null for the job. Answers one row: `people` (the ids of those given) and `hands`.
 */
export const SPREAD = `
WITH ${TEAM}, ${FINER},
hands AS (
  SELECT h.user_id, (SELECT count(*) FROM people p WHERE p.assigned_to = h.user_id AND p.closed_at IS NULL)::int AS load
    FROM team_hands h WHERE h.team_id = $1),
todo AS (
  SELECT p.id, row_number() OVER (ORDER BY p.id) AS n FROM people p, team WHERE ${FREE}),
size AS (
  SELECT (SELECT count(*) FROM todo) AS people, count(*) AS hands, coalesce(max(load), 0) AS highest, coalesce(sum(load), 0) AS load
    FROM hands),
places AS (
  SELECT h.user_id, row_number() OVER (ORDER BY level, h.user_id) AS n
    FROM hands h, size s,
         -- No place above the level at which all are full is ever needed.
         generate_series(h.load + 1, greatest(s.highest, ceil((s.load + s.people)::numeric / s.hands))::int) AS level),
given AS (
  UPDATE people p SET assigned_to = places.user_id, team_id = $1, assigned_at = now()
    FROM todo JOIN places USING (n)
   WHERE p.id = todo.id AND p.assigned_to IS NULL
  RETURNING p.id, p.path, p.assigned_to),
written AS (
  INSERT INTO assignments (person_id, id, path, team_id, user_id, state, by_user)
  SELECT g.id, new_id(), g.path, $1, g.assigned_to, 'given', $2 FROM given g
  RETURNING person_id)
SELECT ARRAY(SELECT person_id FROM written) AS people, (SELECT hands FROM size)::int AS hands`;

/** One open assignment for a person ($1) at path $2: team $3, user $4, given by $5. */
export const ASSIGN_ONE = `
  INSERT INTO assignments (person_id, id, path, team_id, user_id, state, by_user)
  VALUES ($1, new_id(), $2, $3, $4, 'given', $5)`;
