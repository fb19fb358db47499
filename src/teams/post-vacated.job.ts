import { declareJob } from '../platform/jobs/job.js';

/** Somebody left a team: whom they looked after for it must be given on. Run by the domain that knows assignments. */
export const PostVacated = declareJob<{ teamId: string; userId: string }>('teams.post-vacated');
