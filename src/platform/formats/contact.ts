import { parseEmail } from './email-address.js';
import { parsePhone } from './phone.js';

export interface Contact {
  kind: 'phone' | 'email';
  /** E.164, or an address as addresses are compared. */
  value: string;
}

/** A phone or a mail, whichever was typed into the one field for both; null for neither. */
export function parseContact(typed: string): Contact | null {
  const { email } = parseEmail(typed);
  if (email) return { kind: 'email', value: email };
  const { e164 } = parsePhone(typed);
  return e164 ? { kind: 'phone', value: e164 } : null;
}
