import type { Point } from './person-cards.js';
import { platformByCode } from './platforms.js';

export interface ReachLink {
  channel: string;
  value: string;
  /** tel:, mailto:, or a link that opens the member's own app (T33). */
  href: string;
  icon: 'call' | 'mail' | 'chat';
}

/** The link that reaches somebody by one of their points; null where the platform has none. */
export function reachLink({ channel, value }: Pick<Point, 'channel' | 'value'>): ReachLink | null {
  if (channel === 'phone') return { channel, value, href: `tel:${value}`, icon: 'call' };
  if (channel === 'email')
    return { channel, value, href: `mailto:${encodeURIComponent(value).replace('%40', '@')}`, icon: 'mail' };
  const platform = platformByCode(channel);
  const href = platform?.chatLink(value) ?? platform?.profileLink(value);
  return href ? { channel, value, href, icon: 'chat' } : null;
}
