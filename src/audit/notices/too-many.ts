export interface Reading {
  /** How far the role reached in which they looked. */
  reach: string;
  /** Different people shown to them within a day. */
  shown: number;
  /** People who are assigned to them. */
  assigned: number;
}

export interface Floors {
  /** For a role that reaches only who is assigned to them, or to their team. */
  assigned: number;
  /** For a role that reaches a whole territory, or those asked to its meet-ups. */
  wide: number;
}

/** A queue is gone through more than once, and people are given back during a day: three times as many is no work any more. */
const TIMES = 3;
const NARROW = new Set(['assigned', 'team']);

/** How many people somebody may be shown within a day before a person should look at why. */
export const limitOf = ({ reach, assigned }: Omit<Reading, 'shown'>, floors: Floors): number =>
  Math.max(NARROW.has(reach) ? floors.assigned : floors.wide, TIMES * assigned);

export const tooMany = (reading: Reading, floors: Floors): boolean => reading.shown > limitOf(reading, floors);
