import { describe, expect, it } from '@jest/globals';
import { canonicalJson, digestOfValues } from '../platform/database/audit-digest.js';
import { digestOfEntry, GENESIS, linkHash } from './chain.js';

describe('the canonical form', () => {
  it('is the same whatever the order of keys, and keeps the order of lists', () => {
    expect(canonicalJson({ b: 1, a: { d: [2, 1], c: null } })).toBe('{"a":{"c":null,"d":[2,1]},"b":1}');
    expect(canonicalJson({ a: { c: null, d: [2, 1] }, b: 1 })).toBe(canonicalJson({ b: 1, a: { d: [2, 1], c: null } }));
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });

  it('takes values as they will have been stored: dates as text, and nothing for undefined', () => {
    const at = new Date('2026-11-23T10:00:00Z');
    expect(canonicalJson({ at, gone: undefined })).toBe(canonicalJson({ at: at.toISOString() }));
  });
});

describe('a digest of values', () => {
  const salt = Buffer.alloc(16, 1);
  it('changes with the salt and with what stands where', () => {
    const digest = digestOfValues(salt, { before: { name: 'Asha' } }).toString('hex');
    expect(digestOfValues(Buffer.alloc(16, 2), { before: { name: 'Asha' } }).toString('hex')).not.toBe(digest);
    expect(digestOfValues(salt, { after: { name: 'Asha' } }).toString('hex')).not.toBe(digest);
    expect(digestOfValues(salt, { before: { name: 'Asha' }, after: null }).toString('hex')).toBe(digest);
  });
});

describe('a link', () => {
  const digest = digestOfEntry(['x']);
  it('binds the entry to its number and to all before it', () => {
    const first = { seq: 1, hash: linkHash(GENESIS, digest) };
    expect(first.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(linkHash(first, digest)).not.toBe(first.hash);
    expect(linkHash({ ...first, seq: 2 }, digest)).not.toBe(linkHash(first, digest));
    expect(linkHash(GENESIS, digestOfEntry(['y']))).not.toBe(first.hash);
  });
});
