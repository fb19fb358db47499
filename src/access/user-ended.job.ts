import { declareJob } from '../platform/jobs/job.js';

/**
 * A user was disabled, or lost their last role: what they looked after must go on without them. Declared here, where it
 * is enqueued; run by the domain that knows assignments.
 */
export const UserEnded = declareJob<{ userId: string }>('access.user-ended');
