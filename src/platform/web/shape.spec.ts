import { describe, expect, it } from '@jest/globals';
import { checkShape } from './shape.js';

const refused = (input: unknown) => {
  try {
    checkShape(input);
    return null;
  } catch (error) {
    return (error as { statusCode: number }).statusCode;
  }
};

describe('the shape of what is sent', () => {
  it('is a form, a list of rows of fields, or nothing', () => {
    for (const input of [undefined, null, '', 5, {}, { a: ['x', 'y'] }, { rows: [{ name: 'x', points: [{ v: 1 }] }] }])
      expect(refused(input)).toBeNull();
  });

  it('is not nested to exhaust the stack', () => {
    expect(refused(JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`))).toBe(400);
    expect(refused(JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`))).toBe(400);
  });

  it('has no keys by the ten thousand', () => {
    expect(refused(Object.fromEntries(Array.from({ length: 20_001 }, (_, i) => [`k${i}`, i])))).toBe(413);
    expect(refused({ ids: Array.from({ length: 20_001 }, (_, i) => i) })).toBe(413);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('names no %s, at any depth', (key) => {
    expect(refused(JSON.parse(`{"${key}":{"x":1}}`))).toBe(400);
    expect(refused(JSON.parse(`{"a":[{"${key}":1}]}`))).toBe(400);
  });
});
