import { containing } from '../../platform/database/like.js';

/** Which of the people who wait. */
export interface WaitingFilter {
  ids?: string[];
  /** Six digits, or `none`. */
  pin?: string;
  /** LGD code. */
  tehsil?: number;
  district?: number;
  /** Id of the territory they wait at. */
  at?: string;
  q?: string;
}

/** The tehsil of a person `p`: their own, else that of their PIN in their district. */
export const TEHSIL_OF = `coalesce(p.tehsil_lgd, (
  SELECT x.tehsil_lgd FROM pins x
   WHERE x.pin = p.pin AND CASE WHEN p.district_lgd IS NULL THEN x.is_primary ELSE x.district_lgd = p.district_lgd END))`;

/**
 * The condition for a filter over `people p`.
 * @param params the statement's values so far; ours are added
 */
export function waitingWhere(filter: WaitingFilter, params: unknown[]): string {
  const conditions = ['p.waiting', 'p.erased_at IS NULL'];
  const value = (one: unknown) => `$${params.push(one)}`;
  if (filter.ids) conditions.push(`p.id = ANY (${value(filter.ids)}::uuid[])`);
  if (filter.pin === 'none') conditions.push('p.pin IS NULL');
  else if (filter.pin) conditions.push(`p.pin = ${value(filter.pin)}`);
  if (filter.district) conditions.push(`p.district_lgd = ${value(filter.district)}`);
  if (filter.tehsil) conditions.push(`${TEHSIL_OF} = ${value(filter.tehsil)}`);
  if (filter.at) conditions.push(`p.territory_id = ${value(filter.at)}`);
  if (filter.q) conditions.push(`p.full_name ILIKE ${value(containing(filter.q))}`);
  return conditions.join(' AND ');
}
