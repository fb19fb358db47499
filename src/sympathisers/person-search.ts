import { parseEmail } from '../platform/formats/email-address.js';
import { parsePhone } from '../platform/formats/phone.js';
import { parseHandle } from './handle.js';
import { nameKey } from './name-key.js';
import { PLATFORMS } from './platforms.js';

/** What somebody typed into the search field, understood. */
export type PersonSearch =
  | { by: 'point'; kind: 'phone' | 'email'; value: string }
  | { by: 'handle'; platforms: string[]; handle: string }
  | { by: 'name'; from: string; to: string; handle: string | null }
  | { by: 'nothing' };

/**
 * A phone, mail, link or @handle is looked for exactly. Anything else is the beginning of a name as names are compared:
 * in either script, whatever the spelling. A single word in Latin letters may be a handle, too.
 */
export function readSearch(text: string): PersonSearch {
  const typed = text.normalize('NFC').trim();
  const phone = parsePhone(typed);
  if (phone.e164) return { by: 'point', kind: 'phone', value: phone.e164 };
  const mail = parseEmail(typed);
  if (mail.email) return { by: 'point', kind: 'email', value: mail.email };
  const link = parseHandle('', typed);
  if (link.problem === undefined) return { by: 'handle', platforms: [link.platform], handle: link.handle };
  const handle = /^@?[\p{L}\p{M}\p{N}._-]{2,100}$/u.test(typed) ? typed.replace(/^@/, '').toLowerCase() : null;
  const platforms = PLATFORMS.map((platform) => platform.code);
  // An open vowel at the end may only be where the typing stopped: "Ra" is the beginning of Ram (rm) and Rakesh (rks).
  const key = nameKey(typed).replace(/(?<=.)a$/, '');
  if (typed.startsWith('@') || /[\d_]/.test(typed) || !key)
    return handle ? { by: 'handle', platforms, handle } : { by: 'nothing' };
  // The next string after every one that begins so, byte by byte.
  return { by: 'name', from: key, to: `${key}\u{10ffff}`, handle: handle && /^[a-z.-]+$/.test(handle) ? handle : null };
}
