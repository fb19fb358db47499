export type ParsedEmail = { email: string; problem?: undefined } | { email?: undefined; problem: 'bad_email' };

// RFC 5321, 4.5.3.1: 64 octets before the @, 254 in all that fit a path. RFC 6531 lets letters beyond ASCII in.
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;

/** Of an address with what may stand around it: looking at more would take long. */
const LONGEST = 1_000;

/**
 * One mail address as typed, to the form in which addresses are compared: trimmed, NFC, lower case.
 *
 * Quoted local parts and bare host names are refused: real people have neither, slips of the pen look like both. A line
 * break anywhere is refused, not trimmed, as it could become a header (T16).
 */
export function parseEmail(text: string): ParsedEmail {
  if (/[\r\n]/.test(text) || text.length > LONGEST) return { problem: 'bad_email' };
  const email = text
    .normalize('NFC')
    .replace(/^[\s\u200b\ufeff<]*(?:mailto:)?|[\s\u200b\ufeff>]+$/giu, '')
    .toLowerCase();
  const at = email.indexOf('@');
  const local = email.slice(0, at);
  const labels = email.slice(at + 1).split('.');
  const good =
    at > 0 &&
    Buffer.byteLength(local) <= 64 &&
    Buffer.byteLength(email) <= 254 &&
    LOCAL.test(local) &&
    labels.length >= 2 &&
    labels.every((label) => LABEL.test(label)) &&
    /^(?:xn--[a-z0-9-]+|[\p{L}\p{M}]{2,})$/u.test(labels.at(-1)!);
  return good ? { email } : { problem: 'bad_email' };
}
