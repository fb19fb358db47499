import { describe, expect, it } from '@jest/globals';
import { makeCode, readCode } from './one-use-code.js';

describe('a one-use code', () => {
  it('is read however it was typed', () => {
    const code = makeCode();
    expect(code).toMatch(/^\d{4} \d{4} \d{4}$/);
    expect(readCode(code)).toBe(code.replaceAll(' ', ''));
    expect(readCode('१२३४-५६७८ 9012')).toBe('123456789012');
  });

  it('is not taken from what no convenor gives', () => {
    expect(readCode('12345678901')).toBeNull();
    expect(readCode('correct horse battery')).toBeNull();
  });
});
