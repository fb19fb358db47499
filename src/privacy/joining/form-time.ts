/** Nobody reads and fills the form in less; programs do. */
export const FASTEST_MS = 3_000;
/** A form that lay open longer is shown again: what it says may have changed. */
export const LONGEST_MS = 24 * 3_600_000;

/**
 * How long a form was open, judged.
 * @returns `too_fast` for a program, `too_old` for one left open, null where it is fine
 */
export function judgeTime(openedAt: number, now: number): 'too_fast' | 'too_old' | null {
  if (now - openedAt < FASTEST_MS) return 'too_fast';
  return now - openedAt > LONGEST_MS ? 'too_old' : null;
}
