import { declareJob } from '../../platform/jobs/job.js';

/** Mails one of those who look after data protection that there is a notice. */
export const TellOfNotice = declareJob<{ noticeId: string; userId: string }>('audit.tell-of-notice');
