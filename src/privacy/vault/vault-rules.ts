/** What a law makes us keep of somebody who is erased, and for how long. */
export interface VaultRule {
  code: string;
  /** Whole months from the erasure, which is the last processing. */
  months: number;
  /** Tables whose rows are sealed; `audit` is what the trail says of them. */
  keeps: readonly string[];
  law: string;
  /** Where the text was read. */
  source: string;
}

const REGISTER = [
  'people',
  'contact_points',
  'person_identities',
  'consents',
  'person_notes',
  'assignments',
  'attempts',
  'invitations',
  'rsvps',
  'attendances',
  'mails',
  'audit',
] as const;

/**
 * By VAULT_JURISDICTION.
 *
 * `in`: the Digital Personal Data Protection Rules, 2025 (G.S.R. 846(E), 13 November 2025), rule 8(3): a data fiduciary
 * retains "such personal data, associated traffic data and other logs of the processing for a minimum period of one year from
 * the date of such processing, for the purposes as specified in the Seventh Schedule", and then has it erased; the
 * rule's illustration says that this holds also where the account is deleted. In force from 13 May 2027 (eighteen months
 * after publication). Whether the Seventh Schedule (disclosure to the State) reaches a party organisation, and whether the
 * rule yields to section 8(7) and 12(3) of the Act, is a lawyer's to say: therefore off unless it is set. What is known
 * of no other duty to keep isn't listed.
 */
export const VAULT_RULES: Record<string, readonly VaultRule[]> = {
  in: [
    {
      code: 'dpdp_rules_8_3',
      months: 12,
      keeps: REGISTER,
      law: 'Digital Personal Data Protection Rules, 2025, rule 8(3)',
      source: 'https://www.dpdpa.in/dpdpa_rules_2025/Rule_8.htm',
    },
  ],
};

/** The day from which an entry may no longer be kept. */
export function purgeOn(rule: VaultRule, now: Date): string {
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + rule.months, 1));
  const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  // A year from the 29th of February is the 28th; and the day itself is still within the year.
  day.setUTCDate(Math.min(now.getUTCDate(), last) + 1);
  return day.toISOString().slice(0, 10);
}
