import { declareJob } from '../platform/jobs/job.js';

/** Sends what is due for one meet-up. */
export const SendMails = declareJob<{ eventId: string }>('mailings.send');

/** Finds mails that a dead worker left behind, and meet-ups whose job got lost. */
export const SweepMails = declareJob<Record<string, never>>('mailings.sweep');

/** Two of them at a time for one meet-up are one. */
export const sendKey = (eventId: string) => `mailings.send:${eventId}`;
