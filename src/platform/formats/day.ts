import { DateTime } from 'luxon';

/** Whether something is a day that is in the calendar, as `2026-11-23`. */
export const isDay = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^\d{4}-\d{2}-\d{2}$/.test(value) &&
  !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) &&
  new Date(`${value}T00:00:00Z`).toISOString().startsWith(value);

/** The first instant of a calendar day (`2026-11-23`) in a zone. */
export const startOfDay = (day: string, zone: string): Date =>
  DateTime.fromISO(day, { zone }).startOf('day').toJSDate();

/** The first instant that is no longer that day. */
export const endOfDay = (day: string, zone: string): Date =>
  DateTime.fromISO(day, { zone }).plus({ days: 1 }).startOf('day').toJSDate();

/** The calendar day it is there, a number of days later. */
export const dayAt = (at: Date, zone: string, daysLater = 0): string =>
  DateTime.fromJSDate(at, { zone }).plus({ days: daysLater }).toISODate()!;
