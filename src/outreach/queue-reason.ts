import { FOLLOW_UP_REASONS, type FollowUpReason } from './dispositions.js';

/** Who rests: somebody without a follow-up comes again when the last attempt is this many days ago. */
export const REST_DAYS = 30;

export interface QueueState {
  /** A day, or null. */
  followUpOn: string | null;
  followUpWhy: string | null;
  /** Null: never contacted. */
  lastAttemptAt: Date | null;
}

/** Why somebody is next, as a key of words with its values. */
export interface Reason {
  code: FollowUpReason | 'follow_up' | 'never' | 'longest';
  /** Days that a follow-up is late; 0 is today. */
  late: number;
}

/**
 * Why somebody is in today's queue, or null where they are not: a follow-up is due, nobody has contacted them yet, or
 * the last contact is longest ago.
 * @param today the day in the organisation's zone
 */
export function reasonOf(person: QueueState, today: string, now: Date): Reason | null {
  const { followUpOn, followUpWhy, lastAttemptAt } = person;
  if (followUpOn) {
    const late = Math.round((Date.parse(today) - Date.parse(followUpOn)) / 86_400_000);
    if (late < 0) return null;
    const known = FOLLOW_UP_REASONS.find((code) => code === followUpWhy);
    return { code: known ?? 'follow_up', late };
  }
  if (!lastAttemptAt) return { code: 'never', late: 0 };
  const days = (now.getTime() - lastAttemptAt.getTime()) / 86_400_000;
  return days >= REST_DAYS ? { code: 'longest', late: 0 } : null;
}
