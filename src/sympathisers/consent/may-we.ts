/** What is kept on people for these purposes: where points and ledger say yes, the channel's bit is set in all three. */
const KEPT = { contact: 'contact', invitations: 'invite' };

/**
 * The condition on people (`alias`) that we may, for this purpose, by this channel, now: see ConsentService.barrier().
 * @param channel an expression of SQL that gives its code, the same for every row
 */
export const mayWe = (alias: string, purpose: 'contact' | 'invitations', channel: string): string =>
  `((${['a', 'b', 'c'].map((bit) => `${alias}.${KEPT[purpose]}_${bit}`).join(' & ')} & (SELECT 1::bigint << channel_bit(${channel}))) <> 0
    AND (${alias}.contact_only IS NULL OR ${alias}.contact_only = ${channel})
    AND (${alias}.contact_not_before IS NULL OR ${alias}.contact_not_before <= current_date))`;

/** The same by any channel at all, on a day ($n) of the reader's calendar. */
export const mayContactOn = (alias: string, day: string): string =>
  `(${alias}.may_contact <> 0 AND (${alias}.contact_not_before IS NULL OR ${alias}.contact_not_before <= ${day}::date)
    AND (${alias}.contact_only IS NULL OR (${alias}.may_contact & (1::bigint << channel_bit(${alias}.contact_only))) <> 0))`;
