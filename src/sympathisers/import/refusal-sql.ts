import { LEAVING, OF_REFUSED } from './match-sql.js';

/** A number that may be reached by WhatsApp as well is a phone besides. */
const ON_ITS_OWN = `NOT (k.kind = 'whatsapp' AND k.proof IS NULL)`;

/** Puts the phones, mails and handles of the rows that refuse on the stop list. $1 batch, $2 the key their hashes are by. */
export const SUPPRESS = `
  SELECT count(*)::int AS n FROM (
    SELECT gate.suppress(k.kind, k.value, k.hash, $2, 'refused')
      FROM (SELECT DISTINCT ON (k.kind, k.value) k.kind, k.value, k.hash FROM (${OF_REFUSED}) k WHERE ${ON_ITS_OWN}) k
    OFFSET 0) s`;

/** For whom something is still open: a point not stopped, a newest entry that isn't a no, or none. */
const OPEN = `
      EXISTS (SELECT FROM contact_points c WHERE c.person_id = l.id AND c.suppressed_at IS NULL)
      OR EXISTS (SELECT FROM person_identities i WHERE i.person_id = l.id AND i.suppressed_at IS NULL)
      OR NOT EXISTS (SELECT FROM consents e WHERE e.person_id = l.id)
      OR EXISTS (SELECT FROM (SELECT DISTINCT ON (e.purpose, e.channel) e.state FROM consents e
                               WHERE e.person_id = l.id ORDER BY e.purpose, e.channel, e.at DESC, e.id DESC) newest
                  WHERE newest.state <> 'withdrawn')`;

/** Of these people, those for whom something is still open. */
export const STILL_OPEN = `
  SELECT l.id FROM unnest($1::uuid[]) AS l(id)
   WHERE ${OPEN}`;

/** What the refusals of a batch will do. The same as the two above and LEAVING do, counted. */
export const REFUSING = `
  SELECT (SELECT count(*)::int FROM (${LEAVING}) l WHERE ${OPEN}) AS people,
         (SELECT count(*)::int FROM (SELECT DISTINCT k.kind, k.value FROM (${OF_REFUSED}) k WHERE ${ON_ITS_OWN}) v) AS values`;
