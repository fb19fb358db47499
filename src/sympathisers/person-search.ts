import { parseEmail } from '../platform/formats/email-address.js';
import { asciiDigits } from '../platform/formats/digits.js';
import { parsePhone } from '../platform/formats/phone.js';
import { parseHandle } from './handle.js';
import { nameKey } from './name-key.js';
import { PLATFORMS } from './platforms.js';

/** What somebody typed into the search field, understood. */
export type PersonSearch =
  | { by: 'point'; kind: 'phone' | 'email'; value: string }
  | { by: 'handle'; platforms: string[]; handle: string; uid: string }
  | { by: 'pin'; pin: string }
  | { by: 'name'; name: string; handle: string | null }
  | { by: 'nothing' };

/** Nobody is called more. */
const LONGEST_NAME = 100;

/**
 * `uid`: what would be the platform's own id, which is the account whatever it is called, and is kept as it is written.
 *
 * A phone, mail, link or @handle is looked for exactly, six digits are a PIN. Anything else is a name: in either script,
 * whatever the spelling, finished or not. A single word in Latin letters may be a handle, too.
 */
export function readSearch(text: string): PersonSearch {
  const typed = text.normalize('NFC').trim();
  const phone = parsePhone(typed);
  if (phone.e164) return { by: 'point', kind: 'phone', value: phone.e164 };
  const mail = parseEmail(typed);
  if (mail.email) return { by: 'point', kind: 'email', value: mail.email };
  const link = parseHandle('', typed);
  // A number that a link leads to is one of somebody's phones, too.
  if (link.handle?.startsWith('+')) return { by: 'point', kind: 'phone', value: link.handle };
  if (link.problem === undefined)
    return { by: 'handle', platforms: [link.platform], handle: link.handle, uid: link.platformId ?? link.handle };
  const pin = readPin(typed);
  if (pin) return { by: 'pin', pin };
  const handle = /^@?[\p{L}\p{M}\p{N}._-]{2,100}$/u.test(typed) ? typed.replace(/^@/, '').toLowerCase() : null;
  const platforms = PLATFORMS.map((platform) => platform.code);
  if (typed.startsWith('@') || /[\p{N}_]/u.test(typed) || !nameKey(typed))
    return handle ? { by: 'handle', platforms, handle, uid: typed.replace(/^@/, '') } : { by: 'nothing' };
  return {
    by: 'name',
    name: typed.slice(0, LONGEST_NAME),
    handle: handle && /^[a-z.-]+$/.test(handle) ? handle : null,
  };
}

/** An Indian PIN, as people write it: 226 001, २२६००१, PIN 226001. India Post: six digits, no zero in front. */
function readPin(typed: string): string | null {
  const digits = asciiDigits(typed)
    .replace(/^(?:pin(?:\s*code)?|पिन(?:\s*कोड)?)\s*[:.-]?\s*/iu, '')
    .replace(/(?<=^\d{3})[\s-](?=\d{3}$)/, '');
  return /^[1-9]\d{5}$/.test(digits) ? digits : null;
}
