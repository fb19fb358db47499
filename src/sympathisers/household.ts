/**
 * The one rule for who shares a phone or mail with somebody, and so is probably of one household: `o` and `c` are rows of
 * contact_points, both alive. A number that is dead for one of them connects nobody.
 */
export const SHARES_WITH = `o.value = c.value AND o.kind = c.kind AND o.person_id <> c.person_id AND o.dead_at IS NULL AND c.dead_at IS NULL`;
