import { DateTime } from 'luxon';

/** The first instant of a calendar day (`2026-11-23`) in a zone. */
export const startOfDay = (day: string, zone: string): Date =>
  DateTime.fromISO(day, { zone }).startOf('day').toJSDate();

/** The first instant that is no longer that day. */
export const endOfDay = (day: string, zone: string): Date =>
  DateTime.fromISO(day, { zone }).plus({ days: 1 }).startOf('day').toJSDate();

/** The calendar day it is there, a number of days later. */
export const dayAt = (at: Date, zone: string, daysLater = 0): string =>
  DateTime.fromJSDate(at, { zone }).plus({ days: daysLater }).toISODate()!;
