import { declareJob } from '../../platform/jobs/job.js';

export const LookAtImport = declareJob<{ importId: string }>('imports.look');
export const ReadImport = declareJob<{ importId: string }>('imports.read');
export const MergeImport = declareJob<{ importId: string }>('imports.merge');
export const UndoImport = declareJob<{ importId: string }>('imports.undo');
export const CleanUpImports = declareJob<Record<string, never>>('imports.clean-up');
export const ResumeImports = declareJob<Record<string, never>>('imports.resume');
