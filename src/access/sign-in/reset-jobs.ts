import { declareJob } from '../../platform/jobs/job.js';

/** Looks who asked for a link to reset a password, and mails it to them, if it is anybody. */
export const AnswerReset = declareJob<{ requestId: string }>('access.answer-reset');

/** Tells a user that their password was changed. */
export const TellPasswordChanged = declareJob<{ userId: string }>('access.tell-password-changed');
