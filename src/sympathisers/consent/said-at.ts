import { DateTime } from 'luxon';
import { Invalid } from '../../platform/errors.js';
import type { ConsentState } from './purposes.js';

/**
 * When something was said, out of a form's day. What was said last counts, and of one day nobody knows the order: so a yes
 * counts from the day's beginning and a no until its end, and of both the no stands.
 * @param zone IANA name of the office's time zone
 * @returns undefined for today's no, or no day at all: that is now
 * @param field of the form, to say what is wrong
 * @throws Invalid that field for a day to come
 */
export function saidAt(
  day: string | undefined,
  state: ConsentState,
  zone: string,
  field = 'consentOn',
  now = new Date(),
): Date | undefined {
  if (!day) return undefined;
  const begins = DateTime.fromISO(day, { zone });
  if (begins.toMillis() > now.getTime()) throw Invalid.field(field, 'consent.problem.future');
  const at = state === 'given' ? begins : begins.endOf('day');
  return at.toMillis() < now.getTime() ? at.toJSDate() : undefined;
}
