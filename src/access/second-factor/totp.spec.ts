import { describe, expect, it } from '@jest/globals';
import { addressOf, inGroups, makeSecret, readTotp, stepOf } from './totp.js';

/** `12345678901234567890` of RFC 6238, appendix B, whose codes have eight digits: ours are their last six. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = (seconds: number) => new Date(seconds * 1000);

describe('a code of an authenticator app', () => {
  it.each([
    [59, '287082', 1],
    [1111111109, '081804', 37037036],
    [1234567890, '005924', 41152263],
    [20000000000, '353130', 666666666],
  ])('at %d seconds is %s, as the RFC says', (seconds, code, step) => {
    expect(stepOf(SECRET, code, at(seconds))).toBe(step);
  });

  it('is taken one step early and one late, as the step it is of, and no further', () => {
    expect(stepOf(SECRET, '287082', at(59 + 30))).toBe(1);
    expect(stepOf(SECRET, '287082', at(59 - 30))).toBe(1);
    expect(stepOf(SECRET, '287082', at(59 + 60))).toBeNull();
    expect(stepOf(SECRET, '287083', at(59))).toBeNull();
  });

  it('is read however it was typed', () => {
    expect([readTotp('287 082'), readTotp('२८७०८२'), readTotp(' 287-082 ')]).toEqual(['287082', '287082', '287082']);
    expect([readTotp('28708'), readTotp('2870821'), readTotp('28708a'), readTotp('')]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('the secret of an authenticator app', () => {
  it('is new each time, and can be scanned or typed', () => {
    const secret = makeSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(makeSecret()).not.toBe(secret);
    expect(inGroups(secret).replaceAll(' ', '')).toBe(secret);
    expect(inGroups(SECRET)).toBe('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ');
    const address = new URL(addressOf(SECRET, 'संपर्क: UP', 'asha@example.org'));
    expect(address.protocol).toBe('otpauth:');
    expect(address.searchParams.get('secret')).toBe(SECRET);
    expect(address.searchParams.get('issuer')).toBeTruthy();
  });
});
