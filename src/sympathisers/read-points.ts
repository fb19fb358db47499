import type { FieldProblem } from '../platform/errors.js';
import { parseEmail } from '../platform/formats/email-address.js';
import { parsePhone } from '../platform/formats/phone.js';
import { parseHandle } from './handle.js';

export interface ReadIdentity {
  platform: string;
  handle: string;
  platformUid: string | null;
}

export interface ReadPoints {
  /** E.164, WhatsApp numbers included, without repeats. */
  phones: string[];
  emails: string[];
  identities: ReadIdentity[];
  problems: FieldProblem[];
  /** Handles that break their platform's rule as far as it is known: taken, and told. */
  odd: string[];
}

/** Nobody else may have it: everything but a WhatsApp number, which is a phone and shared like one. */
export const isClaimed = ({ platform, handle }: { platform: string; handle: string }): boolean =>
  !(platform === 'whatsapp' && handle.startsWith('+'));

/** Reads phones, mails and identities as typed by hand; whatever can't be read is a problem of its field. */
export function readPoints(typed: {
  phones?: string[];
  emails?: string[];
  identities?: { platform: string; handle: string }[];
}): ReadPoints {
  const problems: FieldProblem[] = [];
  const phones = new Set<string>();
  const emails = new Set<string>();
  const identities = new Map<string, ReadIdentity>();
  const odd: string[] = [];
  for (const text of typed.phones ?? []) {
    const parsed = parsePhone(text);
    if (parsed.problem === undefined) phones.add(parsed.e164);
    else problems.push({ field: 'phones', key: `sympathisers.problem.${parsed.problem}`, params: { value: text } });
  }
  for (const text of typed.emails ?? []) {
    const parsed = parseEmail(text);
    if (parsed.problem === undefined) emails.add(parsed.email);
    else problems.push({ field: 'emails', key: 'sympathisers.problem.bad_email', params: { value: text } });
  }
  for (const { platform, handle } of typed.identities ?? []) {
    const parsed = parseHandle(platform, handle);
    if (parsed.problem !== undefined) {
      const field = ['unknown_platform', 'no_platform'].includes(parsed.problem) ? 'platform' : 'handle';
      problems.push({ field, key: `sympathisers.problem.${parsed.problem}`, params: { value: handle } });
      continue;
    }
    if (parsed.warning === 'odd_handle') odd.push(parsed.handle);
    identities.set(`${parsed.platform} ${parsed.handle}`, {
      platform: parsed.platform,
      handle: parsed.handle,
      platformUid: parsed.platformId ?? null,
    });
    if (!isClaimed({ platform: parsed.platform, handle: parsed.handle })) phones.add(parsed.handle);
  }
  return { phones: [...phones], emails: [...emails], identities: [...identities.values()], problems, odd };
}
