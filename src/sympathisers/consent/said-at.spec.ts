import { describe, expect, it } from '@jest/globals';
import { saidAt } from './said-at.js';

const now = new Date('2026-11-26T06:00:00Z');
const at = (day: string | undefined, state: 'given' | 'refused') => saidAt(day, state, 'Asia/Kolkata', 'on', now);

describe('when something was said', () => {
  it('is the beginning of its day for a yes, and the end for a no: of one day the no stands', () => {
    expect(at('2026-11-20', 'given')?.toISOString()).toBe('2026-11-19T18:30:00.000Z');
    expect(at('2026-11-20', 'refused')?.toISOString()).toBe('2026-11-20T18:29:59.999Z');
  });

  it('is now for no day at all, and for a no of today', () => {
    expect(at(undefined, 'given')).toBeUndefined();
    expect(at('2026-11-26', 'refused')).toBeUndefined();
  });

  it('is never to come', () => {
    expect(() => at('2026-11-27', 'given')).toThrow('errors.invalid');
  });
});
