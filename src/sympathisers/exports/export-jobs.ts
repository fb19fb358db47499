import { declareJob } from '../../platform/jobs/job.js';

export const WriteExport = declareJob<{ exportId: string }>('exports.write');
export const ExpireExports = declareJob<Record<string, never>>('exports.expire');
