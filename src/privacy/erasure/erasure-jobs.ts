import { declareJob } from '../../platform/jobs/job.js';

export const ErasePerson = declareJob<{ personId: string }>('privacy.erase');
/** What lies outside the register, for everybody erased since; and what a crash, a full disk or an import in hand left open. */
export const FinishErasures = declareJob('privacy.finish-erasures');
/** The planner's statistics keep samples of values: taken anew in the night after somebody was erased. */
export const ForgetSamples = declareJob('privacy.forget-samples');
