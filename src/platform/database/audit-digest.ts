import { createHash } from 'node:crypto';

/**
 * JSON in which equal values have equal texts: keys sorted, no spaces (as RFC 8785 does for what we keep: strings, booleans,
 * null, and numbers as JavaScript writes them). What JSON leaves out (undefined) or rewrites (dates) is so here, too, so that
 * a value reads the same before it is stored and after.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON());
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
}

/** What an entry keeps of its values: without the salt nobody can try values against it, and the salt goes with them. */
export function digestOfValues(salt: Buffer, values: { before?: unknown; after?: unknown }): Buffer {
  const text = canonicalJson([values.before ?? null, values.after ?? null]);
  return createHash('sha256').update(salt).update(text).digest();
}
