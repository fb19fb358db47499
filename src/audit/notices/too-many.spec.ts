import { expect, it } from '@jest/globals';
import { tooMany } from './too-many.js';

const floors = { assigned: 200, wide: 2_000 };

it('leaves a member alone below the floor, and below three times their queue', () => {
  expect(tooMany({ reach: 'assigned', shown: 200, assigned: 10 }, floors)).toBe(false);
  expect(tooMany({ reach: 'assigned', shown: 201, assigned: 10 }, floors)).toBe(true);
  expect(tooMany({ reach: 'assigned', shown: 300, assigned: 100 }, floors)).toBe(false);
  expect(tooMany({ reach: 'assigned', shown: 301, assigned: 100 }, floors)).toBe(true);
});

it('gives whoever works for a whole territory another floor', () => {
  expect(tooMany({ reach: 'territory', shown: 2_000, assigned: 0 }, floors)).toBe(false);
  expect(tooMany({ reach: 'territory', shown: 2_001, assigned: 0 }, floors)).toBe(true);
});
