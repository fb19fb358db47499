import { declareJob } from '../platform/jobs/job.js';

/**
 * A role was ended, by hand or with its holder's move: the post that came with it is no longer theirs. Declared here, where
 * it is enqueued; run by the domain that knows posts.
 */
export const GrantEnded = declareJob<{ grantId: string }>('access.grant-ended');
