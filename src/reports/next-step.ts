import type { NextMeetUp } from './today.queries.js';

export interface NextStep {
  /** Words: `today.step.<code>`. */
  code: 'ask' | 'ask_more' | 'watch' | 'door' | 'attendance';
  href: string;
}

const SOON_MS = 3 * 3_600_000;
const DAY_MS = 86_400_000;

/** What a helper is there for, at any time. */
export const doorOf = (event: { id: string }): NextStep => ({ code: 'door', href: `/events/${event.id}/door` });

/** The one sensible thing to do about a meet-up now. */
export function nextStepOf(event: NextMeetUp, now: Date): NextStep {
  const until = event.startsAt.getTime() - now.getTime();
  if (event.over) return { code: 'attendance', href: `/events/${event.id}/attendance` };
  if (until < SOON_MS) return doorOf(event);
  if (!event.asked) return { code: 'ask', href: `/events/${event.id}/invitations` };
  // Few answers, and still days to go: others can be asked.
  if (until > 2 * DAY_MS && event.yes * 10 < event.asked)
    return { code: 'ask_more', href: `/events/${event.id}/invitations` };
  return { code: 'watch', href: `/events/${event.id}` };
}
