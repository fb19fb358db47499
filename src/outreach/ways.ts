import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { Locale } from '../platform/i18n/locale.js';
import { handleAsRead } from '../sympathisers/handle.js';
import { platformByCode } from '../sympathisers/platforms.js';

/** One way to reach somebody that the ledger allows. */
export interface Way {
  channel: string;
  /** The phone (E.164), mail or handle. */
  point: string;
  kind: 'call' | 'chat' | 'mail' | 'profile';
  /** What opens on a tap: the phone, the member's own app with a text ready, or the person's page. */
  href: string;
  /** How the point reads. */
  label: string;
  /** Of the platform, in the reader's language; empty for calls and mail. */
  platform: string;
  preferred: boolean;
  /** To be verified again before a direct message. */
  unsure: boolean;
}

/** A point that may be used, as the person likes it. */
export interface Usable {
  channel: string;
  value: string;
  /** The platform's own id of a handle, where it is known: it leads to the page whatever the handle is. */
  uid?: string | null;
  /** What they like best. */
  preferred?: boolean;
  /** To be verified again before a direct message (T20). */
  unsure?: boolean;
  /** Its place in their own order of channels; absent: they said none. */
  place?: number;
}

/** What a member reaches for first: a call, WhatsApp, another chat; then a second phone, mail, a page to look at. */
function rank(way: Way, calls: readonly Way[]): number {
  if (way.kind === 'call') return way === calls[0] ? 0 : 3;
  if (way.kind === 'chat') return way.channel === 'whatsapp' ? 1 : 2;
  return way.kind === 'mail' ? 4 : 5;
}

/**
 * Links for the points that may be used. The member's own app sends; nothing is sent from here (T33).
 * @param greeting the text made ready, in the person's language
 */
export function waysOf(points: Usable[], greeting: string, locale: Locale): Way[] {
  const ways = points.flatMap(
    ({ channel, value: point, uid, unsure, preferred, place }): (Way & { place: number })[] => {
      const liked = { preferred: preferred ?? false, unsure: unsure ?? false, place: place ?? Infinity };
      if (channel === 'phone')
        return [
          { channel, point, kind: 'call', href: `tel:${point}`, label: formatPhone(point), platform: '', ...liked },
        ];
      if (channel === 'email')
        return [
          {
            channel,
            point,
            kind: 'mail',
            href: `mailto:${encodeURIComponent(point)}`,
            label: point,
            platform: '',
            ...liked,
          },
        ];
      const platform = platformByCode(channel);
      if (!platform) return [];
      // Who looks at the page first writes to nobody else.
      const chat = unsure ? null : platform.chatLink(point, greeting);
      const href = chat ?? platform.profileLink(point, uid);
      const label = point.startsWith('+') ? formatPhone(point) : handleAsRead({ value: point, uid });
      return href
        ? [{ channel, point, kind: chat ? 'chat' : 'profile', href, label, platform: platform.name[locale], ...liked }]
        : [];
    },
  );
  const calls = ways.filter(({ kind }) => kind === 'call');
  return ways
    .sort(
      (a, b) =>
        Number(b.preferred) - Number(a.preferred) || before(a.place, b.place) || rank(a, calls) - rank(b, calls),
    )
    .map(({ place: _, ...way }) => way);
}

const before = (a: number, b: number) => (a === b ? 0 : a - b);

/** As people write it: +91 98765 43210. */
const formatPhone = (e164: string): string => parsePhoneNumberFromString(e164)?.formatInternational() ?? e164;
