import { DateTime } from 'luxon';

export type WallTimeProblem = 'unknown_zone' | 'skipped_hour';

/**
 * The instant that a clock on the wall of a zone shows a time. An hour that comes twice (clocks put back) means its first
 * coming; one that never comes (clocks put forward) is refused, because every guess would be an hour wrong for somebody.
 *
 * @param wall `2026-11-23T18:30`, seconds allowed
 * @param zone an IANA name
 */
export function instantOf(
  wall: string,
  zone: string,
): { at: Date; problem?: undefined } | { at?: undefined; problem: WallTimeProblem } {
  const time = DateTime.fromISO(wall, { zone });
  if (time.invalidReason === 'unsupported zone' || !isZone(zone)) return { problem: 'unknown_zone' };
  // Luxon moves a time in the gap on by the gap.
  if (!time.isValid || time.toFormat("yyyy-MM-dd'T'HH:mm") !== wall.slice(0, 16)) return { problem: 'skipped_hour' };
  const first = time.getPossibleOffsets().reduce((a, b) => (a.toMillis() <= b.toMillis() ? a : b));
  return { at: first.toJSDate() };
}

/** What the clock on the wall shows, as a form's datetime-local wants it: `2026-11-23T18:30`. */
export function wallTimeOf(at: Date, zone: string): string {
  return DateTime.fromJSDate(at, { zone }).toFormat("yyyy-MM-dd'T'HH:mm");
}

/** The calendar day there, `2026-11-23`, a number of days later. */
export function dayOf(at: Date, zone: string, daysLater = 0): string {
  return DateTime.fromJSDate(at, { zone }).plus({ days: daysLater }).toISODate()!;
}

/** Region/City names, and UTC; offsets such as `+05:30` carry no rules and are none. */
export function isZone(zone: string): boolean {
  return (/^[A-Za-z]+(\/[A-Za-z0-9_+-]+){1,2}$/.test(zone) || zone === 'UTC') && DateTime.local({ zone }).isValid;
}
