import { declareJob } from '../../platform/jobs/job.js';

export const SendRequestLetter = declareJob<{ requestId: string; entryId: string }>('privacy.request-letter');
export const RemindOfRequests = declareJob('privacy.requests-due');
export const RemindOfficer = declareJob<{ userId: string; day: string; path: string; overdue: number; soon: number }>('privacy.requests-remind'); // prettier-ignore
