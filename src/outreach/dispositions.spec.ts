import { describe, expect, it } from '@jest/globals';
import { addDays, aftermathOf, quickDays, wasReached } from './dispositions.js';

const TODAY = '2026-11-23'; // a Monday

describe('what follows from an attempt', () => {
  it('tries again tomorrow where nobody answered', () => {
    expect(aftermathOf('no_answer', null, TODAY)).toEqual({
      followUpOn: '2026-11-24',
      followUpWhy: 'retry',
      closes: false,
    });
  });

  it('takes the day that the member chose', () => {
    expect(aftermathOf('busy', '2026-12-06', TODAY)).toMatchObject({ followUpOn: '2026-12-06', followUpWhy: 'retry' });
    expect(aftermathOf('reached', '2026-12-06', TODAY)).toMatchObject({ followUpWhy: 'promised', closes: false });
  });

  it('lets who was reached rest', () => {
    expect(aftermathOf('reached', null, TODAY)).toEqual({ followUpOn: null, followUpWhy: null, closes: false });
  });

  it('leaves who said no alone, whatever day was chosen', () => {
    for (const no of ['declined', 'asked_to_stop'] as const)
      expect(aftermathOf(no, '2026-12-06', TODAY)).toEqual({ followUpOn: null, followUpWhy: null, closes: true });
  });

  it('counts everybody who spoke with us as reached', () => {
    expect(wasReached('declined')).toBe(true);
    expect(wasReached('left_message')).toBe(false);
  });

  it('offers tomorrow, Sunday and a week, never one day twice', () => {
    expect(quickDays(TODAY)).toEqual({ tomorrow: '2026-11-24', sunday: '2026-11-29', week: '2026-11-30' });
    for (let n = 0; n < 7; n++) {
      const { tomorrow, sunday } = quickDays(addDays(TODAY, n));
      expect(sunday).not.toBe(tomorrow);
      expect(new Date(sunday).getUTCDay()).toBe(0);
    }
  });
});
