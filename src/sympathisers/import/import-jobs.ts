import { declareJob } from '../../platform/jobs/job.js';
import type { StandsIn } from '../../platform/jobs/stand-in.js';

export const LookAtImport = declareJob<{ importId: string }>('imports.look');
export const ReadImport = declareJob<StandsIn<{ importId: string }>>('imports.read');
export const MergeImport = declareJob<StandsIn<{ importId: string }>>('imports.merge');
export const UndoImport = declareJob<{ importId: string }>('imports.undo');
export const CleanUpImports = declareJob<Record<string, never>>('imports.clean-up');
export const ResumeImports = declareJob<Record<string, never>>('imports.resume');

/** An import is read, and merged, by one job at a time. */
export const readKey = (id: string): string => `read ${id}`;
export const mergeKey = (id: string): string => `merge ${id}`;
