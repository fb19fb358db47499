import { describe, expect, it } from '@jest/globals';
import { seatsHeld, seatsWanted } from './seats.js';

describe('seats', () => {
  it('are held by who said yes and is in, guests included', () => {
    expect(seatsHeld({ answer: 'yes', guests: 2, standing: 'in' })).toBe(3);
    expect(seatsHeld({ answer: 'yes', guests: 2, standing: 'waiting' })).toBe(0);
    expect(seatsHeld({ answer: null, guests: 0, standing: null })).toBe(0);
  });
  it('are asked for by a yes alone', () => {
    expect([seatsWanted('yes', 3), seatsWanted('maybe', 3), seatsWanted('no', 3)]).toEqual([4, 0, 0]);
  });
});
