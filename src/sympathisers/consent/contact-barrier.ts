import type { ConsentState } from './purposes.js';

/** Why we may not, in the order in which the reasons are looked at. Words: `consent.barrier.<reason>`. */
export const BARRIERS = [
  'no_point',
  'suppressed',
  'dead_point',
  'no_consent',
  'refused',
  'withdrawn',
  'expired',
] as const;
export type Barrier = (typeof BARRIERS)[number];

/** A point of one channel, as far as the rule looks at it. Identities that ended are not among them. */
export interface Reach {
  suppressed: boolean;
  dead: boolean;
}

/**
 * The one rule, over what is known of one person, one purpose and one channel: a point must be there, not stopped, and
 * alive; then the newest entry of the ledger counts, and only `given` is a yes. For a page that has everything at hand;
 * lists and audiences ask its set-based twin in SQL, contact_barriers(purpose, channel). A test holds the two together.
 *
 * @param points the person's points of that channel
 * @param newest the newest entry for that purpose and channel, or null
 * @returns null where we may
 */
export function contactBarrier(points: readonly Reach[], newest: ConsentState | null): Barrier | null {
  if (!points.length) return 'no_point';
  const open = points.filter((point) => !point.suppressed);
  if (!open.length) return 'suppressed';
  if (open.every((point) => point.dead)) return 'dead_point';
  if (newest === null) return 'no_consent';
  return newest === 'given' ? null : newest;
}
