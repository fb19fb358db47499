import { GATE, MEMBER, STAFF, SYSTEM } from '../policies.js';
import { wished } from './reach.js';

const LIST = (key: string) => `ARRAY(SELECT jsonb_array_elements_text(%1$s->''${key}''))`;

/** The bit of a channel that the conditions name: looked up once a query. */
const MASK = (key: string) => `(SELECT 1::bigint << channel_bit(%1$s->>''${key}''))`;

/** One line of the compiler below: where the condition is there, this text, `%1$s` being the parameter that holds them all. */
const piece = (key: string, sql: string) => `CASE WHEN c ? '${key}' THEN '${sql}' END`;
/** The same for a condition of a few values, each with its own text. */
const oneOf = (key: string, texts: Record<string, string>) =>
  `CASE c->>'${key}' ${Object.entries(texts)
    .map(([value, sql]) => `WHEN '${value}' THEN '${sql}'`)
    .join(' ')} END`;

const SEGMENT_PIECES = [
  piece(
    'territory',
    `p.path >= (SELECT t.path FROM territories t WHERE t.id = (%1$s->>''territory'')::uuid)
     AND p.path < (SELECT t.path || ''~'' FROM territories t WHERE t.id = (%1$s->>''territory'')::uuid)`,
  ),
  piece('languages', `(p.language = ANY (${LIST('languages')}) OR p.also_speaks && ${LIST('languages')})`),
  piece('platform', `(p.on_platforms & ${MASK('platform')}) <> 0`),
  piece('skills', `EXISTS (SELECT FROM person_skills k WHERE k.person_id = p.id AND k.code = ANY (${LIST('skills')}))`),
  oneOf('contacted', {
    never: 'p.last_attempt_at IS NULL',
    week: `p.last_attempt_at >= now() - interval ''7 days''`,
    over_month: `(p.last_attempt_at IS NULL OR p.last_attempt_at < now() - interval ''30 days'')`,
    over_quarter: `(p.last_attempt_at IS NULL OR p.last_attempt_at < now() - interval ''90 days'')`,
  }),
  oneOf('answered', {
    ...Object.fromEntries(
      ['yes', 'no', 'maybe'].map((answer) => [
        answer,
        `EXISTS (SELECT FROM invitations v WHERE v.person_id = p.id AND v.answer = ''${answer}'')`,
      ]),
    ),
    // In one reading of the index, in the order of people.
    never: `p.id IN (SELECT v.person_id FROM invitations v GROUP BY v.person_id HAVING bool_or(v.sent_at IS NOT NULL) AND count(v.answer) = 0)`,
  }),
  oneOf('attended', {
    ever: 'EXISTS (SELECT FROM attendances a WHERE a.person_id = p.id AND a.undone_at IS NULL)',
    half_year: `EXISTS (SELECT FROM attendances a WHERE a.person_id = p.id AND a.undone_at IS NULL
                          AND a.server_at > now() - interval ''180 days'')`,
    never: 'NOT EXISTS (SELECT FROM attendances a WHERE a.person_id = p.id AND a.undone_at IS NULL)',
  }),
  // May we, now: what is kept of points and ledger, and what they asked for besides.
  `CASE WHEN c ? 'channel' THEN
     '(p.' || CASE c->>'purpose' WHEN 'contact' THEN 'may_contact' WHEN 'invitations' THEN 'may_invite' END || ' & ${MASK('channel')}) <> 0
      AND ${wished(`%1$s->>''channel''`)}' END`,
  oneOf('assigned', { yes: 'p.assigned_to IS NOT NULL', no: 'p.assigned_to IS NULL' }),
];

/** The one compiler of a list's conditions, as the migration of saved lists describes it. */
export const SEGMENT_RULE = `
    CREATE OR REPLACE FUNCTION segment_rule(c jsonb, param text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
      SELECT CASE WHEN param ~ '^\\$[0-9]+::jsonb$' THEN
        format(concat_ws(E'\\n AND ', 'p.erased_at IS NULL AND %1$s IS NOT NULL',
          ${SEGMENT_PIECES.join(',\n          ')}), '(' || param || ')') END;
    $$;
    REVOKE EXECUTE ON FUNCTION segment_rule(jsonb, text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION segment_rule(jsonb, text) TO ${STAFF}, ${SYSTEM}, ${MEMBER}, ${GATE};`;
