import { Refusal } from './refusal.js';

/** No input of ours is deeper than a list of rows of fields, or longer than a thousand rows of twenty. */
const DEPTH = 6;
const ENTRIES = 20_000;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Refuses bodies and queries that no form and no program of good faith sends, before anything walks them: nested to
 * exhaust the stack, with keys by the ten thousand, or named to change what objects are (prototype pollution).
 * @throws Refusal 400, or 413 for too many entries
 */
export function checkShape(input: unknown): void {
  let level: unknown[] = [input];
  let entries = 0;
  for (let depth = 0; level.length; depth++) {
    if (depth > DEPTH) throw new Refusal(400);
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) continue;
      const keys = Object.keys(value);
      entries += keys.length;
      if (entries > ENTRIES) throw new Refusal(413);
      if (!Array.isArray(value) && keys.some((key) => FORBIDDEN.has(key))) throw new Refusal(400);
      for (const key of keys) below.push((value as Record<string, unknown>)[key]);
    }
    level = below.filter((value) => typeof value === 'object' && value !== null);
  }
}
