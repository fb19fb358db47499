import { DateTime } from 'luxon';
import { Invalid } from '../../platform/errors.js';
import type { ConsentState } from './purposes.js';

/**
 * When something was said, out of a form's day. What was said last counts, and of one day nobody knows the order: so a yes
 * counts from the day's beginning and a no until its end, and of both the no stands.
 * @param zone IANA name of the office's time zone
 * @returns undefined for today's no, or no day at all: that is now
 * @throws Invalid `consentOn` for a day to come
 */
export function saidAt(day: string | undefined, state: ConsentState, zone: string, now = new Date()): Date | undefined {
  if (!day) return undefined;
  const begins = DateTime.fromISO(day, { zone });
  if (begins.toMillis() > now.getTime()) throw Invalid.field('consentOn', 'consent.problem.future');
  const at = state === 'given' ? begins : begins.endOf('day');
  return at.toMillis() < now.getTime() ? at.toJSDate() : undefined;
}
