import type { Transaction } from '../../platform/database/transaction.js';

export const CONTACTED = ['never', 'week', 'over_month', 'over_quarter'] as const;
export const ANSWERED = ['yes', 'maybe', 'no', 'never'] as const;
export const ATTENDED = ['ever', 'half_year', 'never'] as const;
/** For what they may be reached; the other purposes are no reason to write to anybody. */
export const ALLOWED_FOR = ['contact', 'invitations'] as const;

/** What a list asks of its people, each narrowing; what is absent asks nothing. Checked where it comes in (SegmentBody). */
export interface Conditions {
  /** At or below this territory, by id. */
  territory?: string;
  /** One of them is their language, or they speak it as well. */
  languages?: string[];
  /** Has a handle there. */
  platform?: string;
  /** Offers one of them. */
  skills?: string[];
  contacted?: (typeof CONTACTED)[number];
  /** An answer to any meet-up; `never`: was asked, and answered none. */
  answered?: (typeof ANSWERED)[number];
  attended?: (typeof ATTENDED)[number];
  /** May be reached for this purpose by this channel; the two go together. */
  purpose?: (typeof ALLOWED_FOR)[number];
  channel?: string;
  assigned?: 'yes' | 'no';
}

export const CONDITION_NAMES = [
  'territory', 'languages', 'platform', 'skills', 'contacted', 'answered', 'attended', 'purpose', 'channel', 'assigned',
] as const satisfies readonly (keyof Conditions)[]; // prettier-ignore

/**
 * The WHERE that these conditions are, over `people p`: the text that the database's own compiler (segment_rule) makes of
 * them, so that lists, exports and the audience of a meet-up can't disagree. No text of anybody's is in it; the values stay
 * in the parameter.
 * @param params of the statement it goes into; the conditions are put behind them
 */
export async function segmentRule(tx: Transaction, conditions: Conditions, params: unknown[]): Promise<string> {
  const json = JSON.stringify(conditions);
  const place = `$${params.push(json)}::jsonb`;
  const row = await tx.one<{ rule: string }>('SELECT segment_rule($1::jsonb, $2) AS rule', [json, place]);
  return row!.rule;
}
