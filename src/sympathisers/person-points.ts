import type { Locale } from '../platform/i18n/locale.js';
import { handleAsRead } from './handle.js';
import type { FormChoices } from './form-choices.js';
import type { PersonCard, Point } from './person-cards.js';
import type { PointFacts } from './person-page.queries.js';
import { platformByCode } from './platforms.js';
import { isUnsure, reachLink } from './reach-links.js';

interface Page {
  person: PersonCard;
  facts: PointFacts[];
  choices: FormChoices;
  silenceDays: number;
  locale: Locale;
}

/** One way to reach somebody as their page shows it: the link, or why there is none; its history; who shares it. */
export function pointOnPage(point: Point, { person, facts, choices, silenceDays, locale }: Page) {
  const of = facts.find(({ id }) => id === point.id);
  const barrier = point.dead
    ? 'dead_point'
    : point.suppressed
      ? 'suppressed'
      : (person.barriers[point.channel] ??
        (person.pausedUntil ? 'paused' : null) ??
        (isOpen(point, person) ? null : 'other_channel'));
  // A WhatsApp number is a phone: nothing about it can be seen on a page.
  const isHandle = point.channel !== 'phone' && point.channel !== 'email' && !point.value.startsWith('+');
  const unsure = isHandle && !point.dead && isUnsure(point.sureAt, silenceDays);
  return {
    id: point.id,
    channel: point.channel,
    channelName: choices.channel(point.channel, locale),
    value: point.value,
    shown: readable(point),
    dead: point.dead,
    barrier,
    preferred: point.preferred,
    link: barrier === null ? reachLink(point, unsure) : null,
    isHandle,
    /** To be verified again before a direct message (T20). */
    unsure,
    /** The page, to look at; not to write to. By the platform's own id where it is known: that stays when a handle changes. */
    page: isHandle && !point.dead ? (platformByCode(point.channel)?.profileLink(point.value, point.uid) ?? null) : null,
    uid: point.uid,
    verified: of?.verified_at ? { at: of.verified_at, by: of.verified_by, seen: of.seen } : null,
    since: of?.since ?? null,
    until: of?.until ?? null,
    why: of?.until ? choices.orCode(locale, 'identities.ended', of.why ?? 'by_hand') : null,
    sharedWith: of?.others ?? [],
  };
}

/** What is left out though nothing stands against it: they asked to be reached by another channel alone. */
const isOpen = ({ channel, value }: Point, { open }: PersonCard): boolean =>
  open.some((one) => one.channel === channel && one.value === value);

/** As people read it: an Indian number in two groups, a handle with its @. */
function readable({ channel, value, uid }: Point): string {
  if (value.startsWith('+')) return value.replace(/^\+91(\d{5})(\d{5})$/, '+91 $1 $2');
  return channel === 'email' ? value : handleAsRead({ value, uid });
}
