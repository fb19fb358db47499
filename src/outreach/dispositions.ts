/** What a try to reach somebody can end in. */
export const DISPOSITIONS = [
  'reached',
  'no_answer',
  'busy',
  'call_back',
  'not_available',
  'wrong_number',
  'left_message',
  'declined',
  'asked_to_stop',
] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** Why somebody is to be contacted again; stands on the person beside the day. The words are `outreach.why.<code>`. */
export const FOLLOW_UP_REASONS = [
  // From an attempt.
  'promised',
  'call_back',
  'retry',
  'other_way',
  // From a meet-up, written by its domain.
  'no_show',
  'answered_yes',
  'answered_maybe',
  'call_me',
] as const;
export type FollowUpReason = (typeof FOLLOW_UP_REASONS)[number];

export interface Aftermath {
  /** A day, `2026-11-24`, or null: nothing is due. */
  followUpOn: string | null;
  followUpWhy: FollowUpReason | null;
  /** Nobody is to call any more, until somebody opens it again. */
  closes: boolean;
}

/** Days until the next try where the member chose none. What is missing here rests. */
const NEXT_TRY: Partial<Record<Disposition, [days: number, why: FollowUpReason]>> = {
  no_answer: [1, 'retry'],
  busy: [1, 'retry'],
  call_back: [1, 'call_back'],
  not_available: [3, 'retry'],
  left_message: [3, 'retry'],
  wrong_number: [1, 'other_way'],
};

/** They spoke with us, whatever they said. */
const SPOKEN: ReadonlySet<Disposition> = new Set(['reached', 'call_back', 'declined', 'asked_to_stop']);

export const wasReached = (disposition: Disposition): boolean => SPOKEN.has(disposition);

/**
 * What follows from an attempt. A day chosen by the member goes before ours; who said no is left alone whatever day
 * was chosen.
 * @param chosen a day, or null
 * @param today the day in the organisation's zone
 */
export function aftermathOf(disposition: Disposition, chosen: string | null, today: string): Aftermath {
  if (disposition === 'declined' || disposition === 'asked_to_stop')
    return { followUpOn: null, followUpWhy: null, closes: true };
  const [days, why] = NEXT_TRY[disposition] ?? [null, null];
  if (chosen) return { followUpOn: chosen, followUpWhy: why ?? 'promised', closes: false };
  return days === null
    ? { followUpOn: null, followUpWhy: null, closes: false }
    : { followUpOn: addDays(today, days), followUpWhy: why, closes: false };
}

/** A calendar day so many days later. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** The days offered with one tap: tomorrow, the coming Sunday (people are at home then), in a week. */
export function quickDays(today: string): { tomorrow: string; sunday: string; week: string } {
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay();
  // On a Saturday "Sunday" would be tomorrow again.
  const untilSunday = weekday === 6 ? 8 : 7 - weekday;
  return { tomorrow: addDays(today, 1), sunday: addDays(today, untilSunday), week: addDays(today, 7) };
}
