import { platformByCode } from './platforms.js';

export interface ReachLink {
  channel: string;
  value: string;
  /** tel:, mailto:, or a link that opens the member's own app (T33). */
  href: string;
  icon: 'call' | 'mail' | 'chat';
}

/** After so long without a sign, a handle may be somebody else's by now. A point without a date (a phone) is no handle. */
export const isUnsure = (sureAt: Date | null, silenceDays: number, now = Date.now()): boolean =>
  sureAt !== null && now - sureAt.getTime() > silenceDays * 86_400_000;

/**
 * The link that reaches somebody by one of their points; null where the platform has none.
 * @param point `uid`: the platform's own id, which leads to the page whatever the handle is, and alone where it is no name
 * @param look only to look at their page: before a direct message it has to be verified again (T20)
 */
export function reachLink(
  { channel, value, uid }: { channel: string; value: string; uid?: string | null },
  look = false,
): ReachLink | null {
  if (channel === 'phone') return { channel, value, href: `tel:${value}`, icon: 'call' };
  if (channel === 'email')
    return { channel, value, href: `mailto:${encodeURIComponent(value).replace('%40', '@')}`, icon: 'mail' };
  const platform = platformByCode(channel);
  const href = (look ? null : platform?.chatLink(value)) ?? platform?.profileLink(value, uid);
  return href ? { channel, value, href, icon: 'chat' } : null;
}
