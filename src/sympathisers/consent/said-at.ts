import { Invalid } from '../../platform/errors.js';

/**
 * When something was said, out of a form's day: its noon, so that no zone makes another day of it; undefined for today
 * or no day at all, which is now.
 * @throws Invalid `consentOn` for a day to come
 */
export function saidAt(day: string | undefined, now = new Date()): Date | undefined {
  if (!day) return undefined;
  const at = new Date(`${day}T12:00:00Z`);
  if (at.getTime() - now.getTime() > 24 * 3_600_000) throw Invalid.field('consentOn', 'consent.problem.future');
  return at < now ? at : undefined;
}
