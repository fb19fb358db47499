import { scopeFrom } from '../platform/database/actor.js';

/** Every key on a path has this length, so that no sibling's path is the beginning of another's. */
export const KEY_LENGTH = 4;

/** The path of the root territory. */
export const ROOT_PATH = '0001';

/** Below 40 bytes, as the path stands in every row that belongs to a person. */
export const MAX_PATH_LENGTH = 36;

/** The greatest ordinal below one parent: 36^4 - 1. */
export const MAX_ORDINAL = 36 ** KEY_LENGTH - 1;

/** A half-open range of paths, compared byte by byte (COLLATE "C"): `path >= from AND path < to`. */
export interface Scope {
  from: string;
  to: string;
}

const PATH = new RegExp(`^([0-9a-z]{${KEY_LENGTH}}){1,${MAX_PATH_LENGTH / KEY_LENGTH}}$`);

/** Whether a text is a territory path: one to nine keys of four characters [0-9a-z]. */
export function isPath(text: string): boolean {
  return PATH.test(text);
}

/**
 * The path of a territory's nth child. The ordinal is counted per parent, from 1, and never given out twice, even after
 * a child has gone: an old path in a record must not come to mean another place.
 *
 * @throws RangeError if the parent isn't a path, the ordinal isn't in 1..1,679,615, or the path would grow too long
 */
export function childPath(parentPath: string, ordinal: number): string {
  assertPath(parentPath);
  if (!Number.isInteger(ordinal) || ordinal < 1 || ordinal > MAX_ORDINAL) {
    throw new RangeError(`No territory key for the ordinal ${ordinal}`);
  }
  if (parentPath.length + KEY_LENGTH > MAX_PATH_LENGTH) {
    throw new RangeError(`Nothing can lie below ${parentPath}: a path has at most ${MAX_PATH_LENGTH} characters`);
  }
  return parentPath + ordinal.toString(36).padStart(KEY_LENGTH, '0');
}

/**
 * The range that holds exactly the territory and everything below it: `~` sorts behind every character of a key.
 *
 * @throws RangeError if it isn't a path; an empty one would otherwise open the whole tree
 */
export function scopeOf(path: string): Scope {
  assertPath(path);
  return scopeFrom(path);
}

/** Whether a path lies in a range; agrees with the database's COLLATE "C", as both are ASCII. */
export function isWithin(path: string, scope: Scope): boolean {
  return path >= scope.from && path < scope.to;
}

/**
 * The paths of all territories above one, from the root down, without itself; empty for the root.
 *
 * @throws RangeError if it isn't a path
 */
export function ancestorsOf(path: string): string[] {
  assertPath(path);
  const ancestors: string[] = [];
  for (let end = KEY_LENGTH; end < path.length; end += KEY_LENGTH) ancestors.push(path.slice(0, end));
  return ancestors;
}

function assertPath(path: string): void {
  if (!isPath(path)) throw new RangeError(`Not a territory path: '${path}'`);
}
