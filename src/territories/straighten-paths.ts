import { declareJob } from '../platform/jobs/job.js';

/** A second look, after a move, for rows that were written with the old path while it ran. */
export const StraightenPaths = declareJob<{ from: string; to: string }>('territories.straighten-paths');
