import { declareJob } from '../platform/jobs/job.js';

/** Mails a user the link to set a password. */
export const InviteUser = declareJob<{ userId: string }>('access.invite-user');
