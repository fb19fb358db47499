import { describe, expect, it } from '@jest/globals';
import { makeRecoveryCode, readRecoveryCode } from './recovery-code.js';

describe('a recovery code', () => {
  it('is read however it was written down', () => {
    const code = makeRecoveryCode();
    expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/);
    expect(readRecoveryCode(code)).toBe(code.replace('-', ''));
    expect(readRecoveryCode(` ${code.toUpperCase().replace('-', ' ')} `)).toBe(code.replace('-', ''));
    expect(readRecoveryCode('O1LI0-abcde')).toBe('01110abcde');
  });

  it('is not taken from what cannot be one', () => {
    expect([readRecoveryCode('287082'), readRecoveryCode('k7p2x-9mq4'), readRecoveryCode('k7p2x-9mq4u')]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
