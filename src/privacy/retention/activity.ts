/**
 * Signs of life, each the time of the newest one of person `p`: a contact that reached them, an answer, attendance, something
 * they said at the page of what we hold, something they agreed to. A part that learns of others adds its line here.
 */
const SIGNS: readonly string[] = [
  'p.last_reached_at',
  '(SELECT max(i.answered_at) FROM invitations i WHERE i.person_id = p.id)',
  '(SELECT max(a.server_at) FROM attendances a WHERE a.person_id = p.id AND a.undone_at IS NULL)',
  `(SELECT max(l.used_at) FROM own_data_links l WHERE l.person_id = p.id AND l.kind = 'data')`,
  `(SELECT max(c.at) FROM consents c WHERE c.person_id = p.id AND c.state = 'given')`,
];

/** SQL: when anything was last heard of `p`; never before they came into the register. */
export const ACTIVE_AT = `greatest(p.created_at, ${SIGNS.join(', ')})`;

/** SQL: the same as it was found last, which an index serves. It may be newer by now, and is never older. */
export const KNOWN_ACTIVE_AT = '(CASE WHEN p.last_activity_at IS NULL THEN p.created_at ELSE p.last_activity_at END)';
