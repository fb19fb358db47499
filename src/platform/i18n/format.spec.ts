import { describe, expect, it } from '@jest/globals';
import { formatNearDate } from './format.js';

describe('a short day', () => {
  const now = new Date('2026-11-26T06:00:00Z');
  it.each([
    ['2026-11-27', '27 Nov'],
    ['2027-11-27', '27 Nov 2027'],
    [new Date('2026-12-31T18:00:00Z'), '31 Dec'],
    // In Lucknow it is New Year's Day by then.
    [new Date('2026-12-31T19:00:00Z'), '1 Jan 2027'],
  ])('has its year where that is another than now: %s', (moment, says) => {
    expect(formatNearDate('en', moment, 'Asia/Kolkata', now)).toBe(says);
  });
});
