import { Invalid } from '../errors.js';

export interface Page<Row> {
  items: Row[];
  /** The cursor of the next page, or null at the end. */
  next: string | null;
}

export const DEFAULT_LIMIT = 50;

/**
 * Cuts one page out of `limit + 1` rows. The cursor is the last row's sort key, so that pages neither skip nor repeat
 * when rows come and go, and page 1,000 costs what page 1 does.
 * @param key the values of the ORDER BY, of one row
 */
export function pageOf<Row>(rows: Row[], limit: number, key: (row: Row) => unknown[]): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encode(key(last)) : null };
}

const encode = (key: unknown[]) => Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * The sort key in a cursor, or null for the first page.
 * @throws Invalid for a cursor that is not one of ours
 */
export function readCursor(cursor: string | undefined, length: number): unknown[] | null {
  if (!cursor) return null;
  try {
    const key = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
    if (
      Array.isArray(key) &&
      key.length === length &&
      key.every((value) => value === null || ['string', 'number', 'boolean'].includes(typeof value))
    )
      return key;
  } catch {
    // Told below.
  }
  throw Invalid.field('cursor', 'validation.cursor');
}
