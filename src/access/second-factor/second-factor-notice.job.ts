import { declareJob } from '../../platform/jobs/job.js';

/** What happened to somebody's second factor. */
export type FactorEvent =
  'app_added' | 'app_removed' | 'passkey_added' | 'passkey_removed' | 'codes_made' | 'code_used' | 'guessed' | 'reset';

/** Tells a user by mail what happened to their second factor. `id` makes it one mail, however often the job runs. */
export const NoticeSecondFactor = declareJob<{ id: string; userId: string; what: FactorEvent; at: string }>(
  'access.second-factor-notice',
);
