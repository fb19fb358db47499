import { declareJob } from '../platform/jobs/job.js';

/**
 * Something happened to a meet-up that its guests must hear by mail. Declared here, where it happens; the mailings run it.
 */
export const TellGuests = declareJob<{ eventId: string; what: 'change' | 'cancellation' }>('mailings.tell-guests');
