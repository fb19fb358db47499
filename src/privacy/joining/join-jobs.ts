import { declareJob } from '../../platform/jobs/job.js';

/** Looks at a sign-up: mails the link to confirm it, or finds the team that may ask once by phone. */
export const AnswerSignUp = declareJob<{ requestId: string }>('joining.answer-sign-up');

/** Erases sign-ups that nobody confirmed. */
export const EraseUnconfirmed = declareJob<Record<string, never>>('joining.erase-unconfirmed');
