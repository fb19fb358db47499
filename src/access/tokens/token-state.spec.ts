import { describe, expect, it } from '@jest/globals';
import { stateOf } from './token-state.js';

describe('a token', () => {
  const now = new Date('2026-11-25T12:00:00Z');
  const before = new Date('2026-11-25T11:59:59Z');
  const fresh = { endedAt: null, expiresAt: new Date('2026-11-26T00:00:00Z'), grantHolds: true };

  it.each([
    ['works', fresh],
    ['works', { ...fresh, expiresAt: null }],
    ['expired', { ...fresh, expiresAt: before }],
    ['expired', { ...fresh, expiresAt: now }],
    ['role_over', { ...fresh, grantHolds: false }],
    ['ended', { endedAt: before, expiresAt: before, grantHolds: false }],
  ])('%s', (state, token) => {
    expect(stateOf(token, now)).toBe(state);
  });
});
