import type { Reach } from '../../platform/database/actor.js';

export interface Reading {
  reach: Reach;
  /** Different people shown to them within a day. */
  shown: number;
  /** People who are assigned to them. */
  assigned: number;
}

export interface Floors {
  /** For a role that reaches only who is assigned. */
  assigned: number;
  /** For a role that reaches a whole territory. */
  wide: number;
}

/** A queue is gone through more than once, and people are given back during a day: three times as many is no work any more. */
const TIMES = 3;

/** How many people somebody may be shown within a day before a person should look at why. */
export const limitOf = ({ reach, assigned }: Omit<Reading, 'shown'>, floors: Floors): number =>
  reach === 'assigned' ? Math.max(floors.assigned, TIMES * assigned) : Math.max(floors.wide, TIMES * assigned);

export const tooMany = (reading: Reading, floors: Floors): boolean => reading.shown > limitOf(reading, floors);
