/** The kept bits, in the order of the purposes: of each three. */
export const KEPT = ['contact_a', 'contact_b', 'contact_c', 'invite_a', 'invite_b', 'invite_c'] as const;

const CODES = `CASE state WHEN 'refused' THEN 4 WHEN 'withdrawn' THEN 5 WHEN 'expired' THEN 6 WHEN 'given' THEN 7 END`;
const bits = (code: string, which: number) =>
  `coalesce(bit_or(1::bigint << c.bit) FILTER (WHERE (CASE WHEN f.point IS NULL THEN 0 WHEN f.point < 3 THEN f.point ELSE f.${code} END) & ${which} <> 0), 0)`;

const said = (what: 'contact' | 'invite', stopped?: string) =>
  stopped
    ? `CASE WHEN person_id IN (${stopped}) THEN 5 ELSE coalesce(max(${what}), 3) END`
    : `coalesce(max(${what}), 3)`;

/**
 * What is kept on people, worked out of points and ledger: one row for each that `everybody` gives. All facts are stacked and
 * grouped, never joined: a join would go by an estimate of how many there are, and be quadratic where that is wrong.
 * @param only a condition on `t`, a row below a person
 * @param stopped gives the people whose stop stands: whatever the ledger says, they withdrew. There was none at first.
 */
export const reachOf = (only: string, everybody: string, stopped?: string) => `
      WITH newest AS (
        SELECT DISTINCT ON (t.person_id, t.purpose, t.channel) t.person_id, t.purpose, t.channel, t.state
          FROM consents t WHERE ${only} AND t.purpose IN ('contact', 'invitations')
         ORDER BY t.person_id, t.purpose, t.channel, t.at DESC, t.id DESC),
      facts (person_id, channel, point, contact, invite) AS (
        SELECT q.id, NULL, NULL::integer, NULL::integer, NULL::integer FROM (${everybody}) AS q (id)
        UNION ALL
        SELECT t.person_id, t.kind, CASE WHEN t.suppressed_at IS NOT NULL THEN 1 WHEN t.dead_at IS NOT NULL THEN 2 ELSE 3 END, NULL, NULL
          FROM contact_points t WHERE ${only}
        UNION ALL
        SELECT t.person_id, t.platform, CASE WHEN t.suppressed_at IS NOT NULL THEN 1 ELSE 3 END, NULL, NULL
          FROM person_identities t WHERE ${only} AND t.to_at IS NULL
        UNION ALL
        SELECT person_id, channel, NULL, CASE purpose WHEN 'contact' THEN ${CODES} END, CASE purpose WHEN 'invitations' THEN ${CODES} END
          FROM newest),
      by_channel AS (
        SELECT person_id, channel, max(point) AS point, ${said('contact', stopped)} AS contact, ${said('invite', stopped)} AS invite
          FROM facts GROUP BY person_id, channel)
      SELECT f.person_id, ${[1, 2, 4].map((which, n) => `${bits('contact', which)} AS ${KEPT[n]}`).join(', ')},
             ${[1, 2, 4].map((which, n) => `${bits('invite', which)} AS ${KEPT[n + 3]}`).join(', ')},
             coalesce(bit_or(1::bigint << c.bit) FILTER (WHERE c.bit >= 2 AND f.point IS NOT NULL), 0) AS on_platforms
        FROM by_channel f LEFT JOIN channels c ON c.code = f.channel
       GROUP BY f.person_id`;

/** The full rule. Names are looked up when it runs, so that a member's search path leads it to the views of schema own. */
export const ledgerBarrier = (beforeTheLedger = '') => `
      SELECT nullif(coalesce((
        SELECT CASE coalesce(
                    (SELECT max(CASE WHEN c.suppressed_at IS NOT NULL THEN 1 WHEN c.dead_at IS NOT NULL THEN 2 ELSE 3 END)
                       FROM contact_points c
                      WHERE c.person_id = p.id AND c.kind = by_channel),
                    (SELECT max(CASE WHEN i.suppressed_at IS NOT NULL THEN 1 ELSE 3 END)
                       FROM person_identities i
                      WHERE i.person_id = p.id AND i.platform = by_channel AND i.to_at IS NULL),
                    0)
               WHEN 0 THEN 'no_point'
               WHEN 1 THEN 'suppressed'
               WHEN 2 THEN 'dead_point'
               ELSE coalesce(${beforeTheLedger}
                      (SELECT s.state FROM consents s
                        WHERE s.person_id = p.id AND s.purpose = for_purpose AND s.channel = by_channel
                        ORDER BY s.at DESC, s.id DESC LIMIT 1),
                      'no_consent')
             END
        FROM people p WHERE p.id = of_person), 'no_point'), 'given');`;

/**
 * The word for no out of the kept bits of one purpose (`a`, `b` and `c` with this prefix, of `p`), then out of what they asked
 * for besides; null: yes. Tests of bits and nothing else: a list of a million pays this for each.
 */
export const keptBarrier = (prefix: 'contact' | 'invite', mask: string, channel: string) => {
  const either = (bit: 'a' | 'b' | 'c', unset: string, set: string) =>
    `CASE WHEN p.${prefix}_${bit} & ${mask} = 0 THEN ${unset} ELSE ${set} END`;
  return either(
    'c',
    either('b', either('a', "'no_point'", "'suppressed'"), either('a', "'dead_point'", "'no_consent'")),
    either('b', either('a', "'refused'", "'withdrawn'"), either('a', "'expired'", wish(channel))),
  );
};

/** What they asked for: by one channel alone, not before a day. */
export const wish = (channel: string) =>
  `CASE WHEN p.contact_only <> ${channel} THEN 'other_channel' WHEN p.contact_not_before > current_date THEN 'paused' END`;

/** The same as a condition, in a form that the planner can estimate. */
export const wished = (channel: string) =>
  `(p.contact_only IS NULL OR p.contact_only = ${channel}) AND (p.contact_not_before IS NULL OR p.contact_not_before <= current_date)`;
