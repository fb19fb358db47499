import type { ConsentState } from './purposes.js';

/** Why points and ledger say no, in the order in which the reasons are looked at. Words: `consent.barrier.<reason>`. */
export const LEDGER_BARRIERS = [
  'no_point',
  'suppressed',
  'dead_point',
  'no_consent',
  'refused',
  'withdrawn',
  'expired',
] as const;
/** Besides, what they asked for: another channel alone, or to be left in peace until a day. */
export const WISH_BARRIERS = ['other_channel', 'paused'] as const;
export type Barrier = (typeof LEDGER_BARRIERS)[number] | (typeof WISH_BARRIERS)[number];

/** A point of one channel, as far as the rule looks at it. Identities that ended are not among them. */
export interface Reach {
  suppressed: boolean;
  dead: boolean;
}

/**
 * The one rule, over what is known of one person, one purpose and one channel: a point must be there, not stopped, and
 * alive; then what was said last in the ledger counts, and only `given` is a yes; then what they asked for besides. For a page that has everything at hand;
 * lists and audiences ask its set-based twin in SQL, contact_barriers(purpose, channel). A test holds the two together.
 *
 * @param points the person's points of that channel
 * @param newest the newest entry for that purpose and channel, or null
 * @param wish for contact and invitations: what they asked for, on a channel
 * @returns null where we may
 */
export function contactBarrier(
  points: readonly Reach[],
  newest: ConsentState | null,
  wish?: { channel: string; onlyBy: string | null; paused: boolean },
): Barrier | null {
  if (!points.length) return 'no_point';
  const open = points.filter((point) => !point.suppressed);
  if (!open.length) return 'suppressed';
  if (open.every((point) => point.dead)) return 'dead_point';
  if (newest === null) return 'no_consent';
  if (newest !== 'given') return newest;
  if (wish?.onlyBy && wish.onlyBy !== wish.channel) return 'other_channel';
  return wish?.paused ? 'paused' : null;
}
