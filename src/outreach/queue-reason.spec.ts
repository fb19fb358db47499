import { describe, expect, it } from '@jest/globals';
import { reasonOf } from './queue-reason.js';

const TODAY = '2026-11-23';
const NOW = new Date('2026-11-23T06:30:00Z');
const nobody = { followUpOn: null, followUpWhy: null, lastAttemptAt: null };

describe('why somebody is next', () => {
  it('names the follow-up that is due, and how late it is', () => {
    expect(reasonOf({ ...nobody, followUpOn: TODAY, followUpWhy: 'no_show' }, TODAY, NOW)).toEqual({
      code: 'no_show',
      late: 0,
    });
    expect(reasonOf({ ...nobody, followUpOn: '2026-11-20', followUpWhy: 'call_back' }, TODAY, NOW)).toEqual({
      code: 'call_back',
      late: 3,
    });
  });

  it('says plainly that a follow-up is due where the reason is not known', () => {
    expect(reasonOf({ ...nobody, followUpOn: TODAY, followUpWhy: 'of a later version' }, TODAY, NOW)?.code).toBe(
      'follow_up',
    );
  });

  it('leaves who is to be called later for later', () => {
    expect(reasonOf({ ...nobody, followUpOn: '2026-11-24', followUpWhy: 'retry' }, TODAY, NOW)).toBeNull();
  });

  it('takes who was never contacted, then who was longest ago, and lets the others rest', () => {
    expect(reasonOf(nobody, TODAY, NOW)?.code).toBe('never');
    expect(reasonOf({ ...nobody, lastAttemptAt: new Date('2026-10-01T00:00:00Z') }, TODAY, NOW)?.code).toBe('longest');
    expect(reasonOf({ ...nobody, lastAttemptAt: new Date('2026-11-20T00:00:00Z') }, TODAY, NOW)).toBeNull();
  });
});
