import { describe, expect, it } from '@jest/globals';
import { nextStepOf } from './next-step.js';
import type { NextMeetUp } from './today.queries.js';

const now = new Date('2026-11-23T06:30:00Z');
const inDays = (days: number, rest: Partial<NextMeetUp> = {}): NextMeetUp => ({
  id: 'e',
  title: 'मिलन',
  place: 'Agra',
  startsAt: new Date(now.getTime() + days * 86_400_000),
  zone: 'Asia/Kolkata',
  asked: 0,
  answered: 0,
  yes: 0,
  came: 0,
  over: false,
  ...rest,
});

describe('the next sensible step of a meet-up', () => {
  it('is to ask somebody, then to watch the answers', () => {
    expect(nextStepOf(inDays(5), now).code).toBe('ask');
    expect(nextStepOf(inDays(5, { asked: 100, yes: 20 }), now).code).toBe('watch');
  });

  it('is to ask others while few said yes and there is time', () => {
    expect(nextStepOf(inDays(5, { asked: 100, yes: 3 }), now).code).toBe('ask_more');
    expect(nextStepOf(inDays(1, { asked: 100, yes: 3 }), now).code).toBe('watch');
  });

  it('is the door on the day, and the attendance afterwards', () => {
    expect(nextStepOf(inDays(0.1, { asked: 100 }), now).code).toBe('door');
    expect(nextStepOf(inDays(-1, { asked: 100, over: true }), now).code).toBe('attendance');
  });
});
