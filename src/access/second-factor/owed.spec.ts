import { describe, expect, it } from '@jest/globals';
import { scopeFrom, type UserActor } from '../../platform/database/actor.js';
import { Forbidden } from '../../platform/errors.js';
import { mustHaveProved, owedBy } from './owed.js';

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
  });

  it('is the factor again where the role demands one and it was long ago', () => {
    expect(owedBy(session(true, true, false), true)).toBe('renewal');
    expect(owedBy(session(true, true, false), false)).toBeNull();
  });
});

describe('lending a role to a program', () => {
  const actor = (proved?: boolean): UserActor => ({
    kind: 'user',
    userId: 'u',
    sessionId: 's',
    grantId: 'g',
    role: 'r',
    reach: 'territory',
    territoryId: 't',
    scope: scopeFrom('0001'),
    permissions: new Set(),
    proved,
  });
  const demands = { second_factor: true };

  it('needs the second factor where the role does', () => {
    expect(() => mustHaveProved(actor(), demands)).toThrow(Forbidden);
    expect(() => mustHaveProved(actor(false), demands)).toThrow(Forbidden);
    expect(() => mustHaveProved(actor(true), demands)).not.toThrow();
    expect(() => mustHaveProved(actor(), { second_factor: false })).not.toThrow();
    expect(() => mustHaveProved({ ...actor(true), kind: 'token', tokenId: 't' } as never, demands)).toThrow(Forbidden);
    expect(() =>
      mustHaveProved({ kind: 'system', name: 'system:command.token', scope: scopeFrom('0001') }, demands),
    ).not.toThrow();
  });
});
