import { declareJob } from '../../platform/jobs/job.js';

/** Everybody, once a night. */
export const FindDuplicates = declareJob<Record<string, never>>('sympathisers.find-duplicates');
/** Those whom an import brought. */
export const FindDuplicatesOfImport = declareJob<{ importId: string }>('sympathisers.find-duplicates-of-import');
