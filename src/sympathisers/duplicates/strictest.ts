import type { ConsentState } from '../consent/purposes.js';

const ORDER: ConsentState[] = ['given', 'expired', 'refused', 'withdrawn'];

/** The more restrictive of two entries of the ledger (T23). */
export const stricter = (a: ConsentState, b: ConsentState): ConsentState =>
  ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;

export interface NewestEntry {
  purpose: string;
  channel: string;
  state: ConsentState;
  id: string;
  /** When it was said, in microseconds. */
  said: number;
}

/**
 * What the ledger has to be told when two records become one: where the newest entry of both is less strict than the
 * other one's, the stricter is said once more.
 */
export function saidAgain(winner: NewestEntry[], loser: NewestEntry[]): (NewestEntry & { was: ConsentState })[] {
  return winner.flatMap((mine) => {
    const theirs = loser.find(({ purpose, channel }) => purpose === mine.purpose && channel === mine.channel);
    if (!theirs) return [];
    const newest = (mine.said - theirs.said || (mine.id > theirs.id ? 1 : -1)) > 0 ? mine : theirs;
    const state = stricter(mine.state, theirs.state);
    return state === newest.state ? [] : [{ ...mine, state, was: mine.state }];
  });
}
