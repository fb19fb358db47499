import { parseEmail } from '../platform/formats/email-address.js';
import { parsePhone } from '../platform/formats/phone.js';

/** What somebody types to sign in, as it is stored: an e-mail in lower case, or a phone in E.164. */
export function normaliseLogin(text: string): string {
  const trimmed = text.trim();
  if (trimmed.includes('@')) {
    const mail = parseEmail(trimmed);
    return mail.email ?? trimmed.toLowerCase();
  }
  const phone = parsePhone(trimmed);
  return phone.e164 ?? trimmed;
}
