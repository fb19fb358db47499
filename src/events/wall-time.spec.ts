import { describe, expect, it } from '@jest/globals';
import { dayOf, instantOf, isZone, wallTimeOf } from './wall-time.js';

describe('a time on the wall', () => {
  it.each([
    ['2026-11-23T18:30', 'Asia/Kolkata', '2026-11-23T13:00:00.000Z'],
    ['2026-01-10T18:30', 'Europe/London', '2026-01-10T18:30:00.000Z'],
    ['2026-07-10T18:30', 'Europe/London', '2026-07-10T17:30:00.000Z'],
    ['2026-07-10T18:30:00', 'America/New_York', '2026-07-10T22:30:00.000Z'],
    ['2026-02-28T23:59', 'UTC', '2026-02-28T23:59:00.000Z'],
  ])('%s in %s is %s', (wall, zone, instant) => {
    expect(instantOf(wall, zone).at?.toISOString()).toBe(instant);
    expect(wallTimeOf(new Date(instant), zone)).toBe(wall.slice(0, 16));
  });

  it('that comes twice means its first coming', () => {
    expect(instantOf('2026-10-25T01:30', 'Europe/London').at?.toISOString()).toBe('2026-10-25T00:30:00.000Z');
    expect(instantOf('2026-11-01T01:30', 'America/New_York').at?.toISOString()).toBe('2026-11-01T05:30:00.000Z');
  });

  it('that never comes is refused', () => {
    expect(instantOf('2026-03-29T01:30', 'Europe/London').problem).toBe('skipped_hour');
    expect(instantOf('2026-02-30T10:00', 'Asia/Kolkata').problem).toBe('skipped_hour');
  });

  it.each(['Asia/Lucknow', '+05:30', 'IST', '', 'local'])('knows no zone %p', (zone) => {
    expect(isZone(zone)).toBe(false);
    expect(instantOf('2026-11-23T18:30', zone).problem).toBe('unknown_zone');
  });

  it('has its day in its zone', () => {
    expect(dayOf(new Date('2026-11-23T19:00:00Z'), 'Asia/Kolkata')).toBe('2026-11-24');
    expect(dayOf(new Date('2026-12-31T12:00:00Z'), 'Asia/Kolkata', 1)).toBe('2027-01-01');
  });
});
