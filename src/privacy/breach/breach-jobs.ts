import { declareJob } from '../../platform/jobs/job.js';

/** Counts who was affected: over months of the trail it takes longer than anybody waits. */
export const CountBreach = declareJob<{ breachId: string }>('breach.count');
/** Looks at the clocks of all open cases. */
export const WatchClocks = declareJob<Record<string, never>>('breach.watch-clocks');
/** Mails one officer how the clock of a case stands. */
export const TellOfClock = declareJob<{ breachId: string; userId: string; stage: 'last_call' | 'over' }>(
  'breach.tell-of-clock',
);
