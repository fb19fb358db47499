import { declareJob } from '../platform/jobs/job.js';

/** At the end of a meet-up: who said yes and didn't come goes to the queue of whoever looks after them. */
export const CloseEvent = declareJob<{ eventId: string }>('events.close');

/** Somebody asked on their answer page to be called. */
export const CallBack = declareJob<{ personId: string; eventId: string }>('events.call-back');

/** Meet-ups that ended and were not closed (their job got lost). */
export const CloseEnded = declareJob<Record<string, never>>('events.close-ended');
