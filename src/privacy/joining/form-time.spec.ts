import { describe, expect, it } from '@jest/globals';
import { FASTEST_MS, judgeTime, LONGEST_MS } from './form-time.js';

describe('the time a form was open', () => {
  it.each([
    [-1, 'too_fast'],
    [0, 'too_fast'],
    [FASTEST_MS - 1, 'too_fast'],
    [FASTEST_MS, null],
    [LONGEST_MS, null],
    [LONGEST_MS + 1, 'too_old'],
  ])('of %d ms is judged %s', (ms, judged) => expect(judgeTime(1_000_000, 1_000_000 + ms)).toBe(judged));
});
