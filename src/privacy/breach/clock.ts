const HOUR = 3_600_000;

/** DPDP Rules 2025, rule 7(2)(b), and GDPR Art. 33(1): the details are with the authority within so many hours of becoming aware. */
export const HOURS = 72;
/** So many hours before the end the officers are told that it nears. */
const LAST_CALL = 24;

export interface Clock {
  /** By then. */
  due: Date;
  /** Whole hours left, rounded down; negative once it is over. Stopped: as it stood when it was. */
  hours: number;
  state: 'running' | 'last_call' | 'over' | 'stopped';
}

/**
 * The clock of a case.
 * @param aware when somebody of ours became aware
 * @param stopped when the details went to the Board, or the case was closed; null while neither is so
 */
export function clockOf(aware: Date, stopped: Date | null, now: Date): Clock {
  const due = new Date(aware.getTime() + HOURS * HOUR);
  const hours = Math.floor((due.getTime() - (stopped ?? now).getTime()) / HOUR);
  if (stopped) return { due, hours, state: 'stopped' };
  return { due, hours, state: hours < 0 ? 'over' : hours < LAST_CALL ? 'last_call' : 'running' };
}

/** What the officers are to be told by now of a clock that runs: each once. */
export function remindersDue(clock: Clock): ('last_call' | 'over')[] {
  if (clock.state === 'over') return ['over'];
  return clock.state === 'last_call' ? ['last_call'] : [];
}
