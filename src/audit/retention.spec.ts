import { expect, it } from '@jest/globals';
import { monthsToDrop } from './retention.js';

const MONTHS = ['2026-11-01', '2025-10-01', '2025-11-01', '2025-09-01'];

it('drops a month once its last day lies as many whole months back, oldest first', () => {
  expect(monthsToDrop(MONTHS, new Date('2026-11-30T23:59:59Z'), 12)).toEqual(['2025-09-01', '2025-10-01']);
  expect(monthsToDrop(MONTHS, new Date('2026-12-01T00:00:00Z'), 12)).toEqual([
    '2025-09-01',
    '2025-10-01',
    '2025-11-01',
  ]);
});

it('keeps a year, whatever it is told', () => {
  expect(monthsToDrop(MONTHS, new Date('2026-10-15T00:00:00Z'), 1)).toEqual(['2025-09-01']);
});
