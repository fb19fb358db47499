import { describe, expect, it } from '@jest/globals';
import { ancestorsOf, childPath, isPath, isWithin, MAX_ORDINAL, ROOT_PATH, scopeOf } from './path.js';

describe('territory paths', () => {
  it('grow by a key of four base-36 characters', () => {
    expect(childPath(ROOT_PATH, 1)).toBe('00010001');
    expect(childPath(ROOT_PATH, 35)).toBe('0001000z');
    expect(childPath(ROOT_PATH, 36)).toBe('00010010');
    expect(childPath('00010001', MAX_ORDINAL)).toBe('00010001zzzz');
  });

  it('refuse an ordinal that has no key', () => {
    for (const ordinal of [0, -1, 1.5, Number.NaN, MAX_ORDINAL + 1]) {
      expect(() => childPath(ROOT_PATH, ordinal)).toThrow(RangeError);
    }
  });

  it('stay under 40 bytes', () => {
    let path = ROOT_PATH;
    while (path.length < 36) path = childPath(path, MAX_ORDINAL);
    expect(Buffer.byteLength(path)).toBeLessThan(40);
    expect(isPath(path)).toBe(true);
    expect(() => childPath(path, 1)).toThrow(RangeError);
  });

  it('hold exactly the territory and everything below in their scope', () => {
    const agra = childPath(childPath(ROOT_PATH, 2), 35);
    const scope = scopeOf(agra);
    expect(scope).toEqual({ from: '00010002000z', to: '00010002000z~' });
    expect(isWithin(agra, scope)).toBe(true);
    expect(isWithin(childPath(agra, 1), scope)).toBe(true);
    expect(isWithin(childPath(agra, MAX_ORDINAL), scope)).toBe(true);
    expect(isWithin(childPath(childPath(agra, MAX_ORDINAL), MAX_ORDINAL), scope)).toBe(true);
    expect(isWithin(childPath(childPath(ROOT_PATH, 2), 34), scope)).toBe(false);
    expect(isWithin(childPath(childPath(ROOT_PATH, 2), 36), scope)).toBe(false);
    for (const above of ancestorsOf(agra)) expect(isWithin(above, scope)).toBe(false);
  });

  it('separate siblings, whichever they are', () => {
    const siblings = [1, 9, 10, 35, 36, 1295, 1296, MAX_ORDINAL].map((ordinal) => childPath(ROOT_PATH, ordinal));
    for (const one of siblings) {
      for (const other of siblings) {
        expect(isWithin(childPath(other, 7), scopeOf(one))).toBe(one === other);
      }
    }
  });

  it('sort siblings in the order they came', () => {
    const siblings = [1, 9, 10, 35, 36, 1295, 1296, MAX_ORDINAL].map((ordinal) => childPath(ROOT_PATH, ordinal));
    expect([...siblings].sort()).toEqual(siblings);
  });

  it('name the territories above, from the root down', () => {
    expect(ancestorsOf(ROOT_PATH)).toEqual([]);
    expect(ancestorsOf('000100020003')).toEqual(['0001', '00010002']);
  });

  it('never open the tree for what is no path', () => {
    for (const text of ['', '000', '00011', 'ABCD', '0001~', '000 ', '०००१', '0001\n']) {
      expect(() => scopeOf(text)).toThrow(RangeError);
      expect(() => ancestorsOf(text)).toThrow(RangeError);
      expect(() => childPath(text, 1)).toThrow(RangeError);
    }
  });
});
