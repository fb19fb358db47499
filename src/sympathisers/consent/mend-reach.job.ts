import { declareJob } from '../../platform/jobs/job.js';

/** Compares what is kept on people about reaching them with points and ledger. */
export const MendReach = declareJob<Record<string, never>>('sympathisers.mend-reach');
