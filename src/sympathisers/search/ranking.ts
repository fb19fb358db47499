import { distanceFrom } from './likeness.js';
import { spoken } from './spoken-name.js';

export interface Named {
  id: string;
  path: string;
  name: string;
}
export type Ranked<Row extends Named = Named> = Row & {
  /** Hundredths; 0 is the very spelling typed. */
  distance: number;
};

/** Nobody pages further than this through names: a territory or a second word says more. */
export const MOST_RESULTS = 200;
/** Whoever fits so much worse than the best isn't meant. */
const BEYOND_THE_BEST = 160;
/** Another name altogether, where nobody fits better. */
const TOO_FAR = 250;
const OTHER_SCRIPT = 3;

const scriptOf = (text: string) => (/[\u0900-\u097f]/u.test(text) ? 'devanagari' : 'other');
const plain = (text: string) => text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim();

/**
 * People in the order of how well their name fits what was typed: the very spelling, then the same sound in this script and in
 * the other, then more or fewer words, then slips; by place and id where names are alike, so that the order is always the same.
 * @param surely found by something else than their name: they come first
 */
export function rankedBy<Row extends Named>(
  typed: string,
  rows: readonly Row[],
  surely: ReadonlySet<string> = new Set(),
): Ranked<Row>[] {
  const nameDistance = distanceFrom(spoken(typed));
  const text = plain(typed);
  const script = scriptOf(typed);
  const known = new Map<string, number>();
  const distanceOf = (name: string): number => {
    if (plain(name) === text) return 0;
    return 1 + nameDistance(spoken(name)) + (scriptOf(name) === script ? 0 : OTHER_SCRIPT);
  };
  const ranked = rows.map((row) => {
    if (surely.has(row.id)) return { ...row, distance: 0 };
    let distance = known.get(row.name);
    if (distance === undefined) known.set(row.name, (distance = distanceOf(row.name)));
    return { ...row, distance };
  });
  const least = ranked.reduce((best, { id, distance }) => (surely.has(id) ? best : Math.min(best, distance)), Infinity);
  return ranked
    .filter(({ distance }) => distance <= Math.min(TOO_FAR, least + BEYOND_THE_BEST))
    .sort((a, b) => a.distance - b.distance || compare(a.path, b.path) || compare(a.id, b.id));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Those behind a place in the order, as a cursor tells it. */
export const behind = (ranked: readonly Ranked[], [distance, path, id]: [number, string, string]): Ranked[] =>
  ranked.filter((row) => (row.distance - distance || compare(row.path, path) || compare(row.id, id)) > 0);
