/** A stop of the person `p` of `people` stands: they asked for it, and haven't come back. */
export const STOP_STANDS = 'EXISTS (SELECT FROM stops s WHERE s.person_id = p.id AND s.undone_at IS NULL)';
