import { containing } from '../platform/database/like.js';
import type { AuditQuery } from './audit.dto.js';

/** What a cursor of the list holds: the time in microseconds since 1970, as text, and the id. */
export type AuditCursor = [at: string, id: string];

export interface Filters extends Pick<
  AuditQuery,
  'user' | 'action' | 'kind' | 'role' | 'from' | 'to' | 'person' | 'q'
> {
  /** Of the territory asked for. */
  path?: string;
  zone: string;
  after: AuditCursor | null;
  limit: number;
}

export const MICROS = `(extract(epoch FROM e.at) * 1000000)::bigint`;
const AT_OF = (micros: string) => `to_timestamp(0) + ${micros}::bigint * interval '1 microsecond'`;

export const TERRITORY = (alias: string) =>
  `CASE WHEN ${alias}.id IS NULL THEN NULL ELSE jsonb_build_object('id', ${alias}.id, 'code', ${alias}.code,
     'name_en', ${alias}.name_en, 'name_hi', ${alias}.name_hi) END`;

/** An entry as the list and its own page tell it. */
export const ENTRY = `
  e.id, e.at, ${MICROS}::text AS micros, e.action, e.shown, e.subject, e.subject_id AS "subjectId", e.people, e.facts,
  e.request_id AS "requestId", e.address,
  jsonb_build_object('kind', e.actor_kind, 'userId', e.user_id, 'name', n.full_name, 'role', e.role, 'job', e.actor_name,
                     'grantId', e.grant_id, 'sessionId', e.session_id, 'tokenId', e.token_id, 'territory', ${TERRITORY('s')}) AS who,
  ${TERRITORY('t')} AS territory`;

export const JOINED = `
  LEFT JOIN user_names n ON n.id = e.user_id
  LEFT JOIN territories t ON t.path = e.path
  LEFT JOIN territories s ON s.path = e.scope`;

/**
 * One page of the trail, newest first. Only what was asked for stands in it, with operators that an index may serve under a
 * row policy: no patterns, and who concerns a person comes from the gate.
 */
export function listStatement(filters: Filters): { sql: string; params: unknown[] } {
  const params: unknown[] = [];
  const given = (value: unknown) => `$${params.push(value)}`;
  const where: string[] = [];
  const { user, action, kind, role, from, to, person, q, path, zone, after } = filters;
  if (user) where.push(`e.user_id = ${given(user)}::uuid`);
  if (q) where.push(`e.user_id = ANY (ARRAY(SELECT id FROM user_names WHERE full_name ILIKE ${given(containing(q))}))`);
  if (action?.endsWith('.'))
    // The letter behind the full stop is the slash.
    where.push(`e.action >= ${given(action)} AND e.action < ${given(`${action.slice(0, -1)}/`)}`);
  else if (action) where.push(`e.action = ${given(action)}`);
  if (kind) where.push(`e.shown = ${given(kind === 'shown')}`);
  if (role) where.push(`e.role = ${given(role)}`);
  if (path) where.push(`e.path >= ${given(path)} AND e.path < ${given(`${path}~`)}`);
  if (from) where.push(`e.at >= (${given(from)}::date)::timestamp AT TIME ZONE ${given(zone)}`);
  if (to) where.push(`e.at < (${given(to)}::date + 1)::timestamp AT TIME ZONE ${given(zone)}`);
  if (person) where.push(`(e.at, e.id) IN (SELECT k.at, k.id FROM gate.audit_keys_of(${given(person)}) k)`);
  if (after) where.push(`(e.at, e.id) < (${AT_OF(given(after[0]))}, ${given(after[1])}::uuid)`);
  const sql = `SELECT ${ENTRY}
    FROM (SELECT * FROM audit_entries e ${where.length ? `WHERE ${where.join(' AND ')}` : ''}
           ORDER BY e.at DESC, e.id DESC LIMIT ${given(filters.limit)}) e ${JOINED}
   ORDER BY e.at DESC, e.id DESC`;
  return { sql, params };
}
