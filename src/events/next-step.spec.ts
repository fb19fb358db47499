import { describe, expect, it } from '@jest/globals';
import { nextStep, type EventStanding } from './next-step.js';

const now = new Date('2026-11-23T06:00:00Z');
const event: EventStanding = {
  state: 'planned',
  startsAt: new Date('2026-11-29T12:30:00Z'),
  endsAt: new Date('2026-11-29T14:30:00Z'),
  closed: false,
  asked: 40,
  unsure: 0,
  placesLeft: 12,
};
const started = { startsAt: now, endsAt: new Date('2026-11-23T08:00:00Z') };
const over = { startsAt: new Date('2026-11-22T08:00:00Z'), endsAt: now };

describe('the next step of a meet-up', () => {
  it.each<[string, Partial<EventStanding>, string]>([
    ['nobody was asked', { asked: 0 }, 'ask'],
    ['places are left', {}, 'ask_more'],
    ['there is no limit', { placesLeft: null }, 'ask_more'],
    ['it is full', { placesLeft: 0 }, 'answers'],
    ['nobody knows whether a mail went out', { unsure: 2 }, 'unsure'],
    ['it begins', started, 'door'],
    ['it begins, and nobody was asked', { ...started, asked: 0 }, 'door'],
    ['it is over', over, 'close'],
    ['it is over and closed', { ...over, closed: true }, 'log'],
    ['it is cancelled', { state: 'cancelled' }, 'none'],
  ])('where %s', (_, change, step) => expect(nextStep({ ...event, ...change }, now)).toBe(step));
});
