import { declareJob } from '../../platform/jobs/job.js';

/** Keys of names by the rules of this version, where an earlier one made them. */
export const RekeyNames = declareJob<Record<string, never>>('sympathisers.rekey-names');
