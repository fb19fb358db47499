import { describe, expect, it } from '@jest/globals';
import { owedBy, wayTo } from './owed.js';

const session = (enrolled: boolean, proved: boolean, proofFresh: boolean) => ({ enrolled, proved, proofFresh });

describe('what a session owes', () => {
  it('is the factor that its user has, whatever the role', () => {
    expect(owedBy(session(true, false, false), false)).toBe('proof');
    expect(owedBy(session(true, false, false), true)).toBe('proof');
    expect(owedBy(session(true, true, true), true)).toBeNull();
  });

  it('is a factor where the role demands one and there is none', () => {
    expect(owedBy(session(false, false, false), true)).toBe('set-up');
    expect(owedBy(session(false, false, false), false)).toBeNull();
    // Shown to the provider that they came in by.
    expect(owedBy(session(false, true, true), true)).toBeNull();
  });

  it('is the factor again where the role demands one and it was long ago', () => {
    expect(owedBy(session(true, true, false), true)).toBe('renewal');
    expect(owedBy(session(true, true, false), false)).toBeNull();
  });
});

describe('where it can be given', () => {
  it('is the page that shows or the page that sets up, and then where one wanted to go', () => {
    expect(wayTo('proof', '/')).toBe('/second-factor/proof');
    expect(wayTo('renewal', '/users?q=a&b')).toBe('/second-factor/proof?next=%2Fusers%3Fq%3Da%26b');
    expect(wayTo('set-up', '/users')).toBe('/second-factor?next=%2Fusers');
  });
});
