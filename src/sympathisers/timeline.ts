import type { Locale } from '../platform/i18n/locale.js';
import { handleAsRead } from './handle.js';
import type { FormChoices } from './form-choices.js';
import type { TimelineRow } from './person-page.queries.js';

/** An entry as the timeline partial takes it. */
export interface TimelineItem {
  kind: TimelineRow['kind'];
  title: string;
  text: string | null;
  when: Date;
  by: string | null;
  icon: string;
  tone: string | null;
}

const ICONS: Record<TimelineRow['kind'], string> = {
  added: 'plus',
  note: 'edit',
  consent: 'info',
  attempt: 'call',
  given: 'person',
  closed: 'check',
  invited: 'mail',
  answered: 'maybe',
  attended: 'calendar',
  verified: 'check',
  handle_ended: 'swap',
  skills: 'plus',
  merged: 'people',
  unmerged: 'undo',
};

/** Whoever was to be asked wasn't always: an invitation waits, doesn't go out, or comes back. */
const INVITED: Record<string, string> = {
  pending: 'invited.waits',
  skipped: 'invited.not_sent',
  refused: 'invited.not_sent',
  withdrawn: 'invited.withdrawn',
  bounced: 'invited.bounced',
};

/** What happened, in words. */
export function timelineItem(row: TimelineRow, locale: Locale, words: FormChoices): TimelineItem {
  const say = (key: string, params?: Record<string, string | number>) =>
    words.say(locale, `sympathisers.timeline.${key}`, params);
  const f = row.facts as Record<string, string>;
  const event = String(
    (locale === 'hi' ? (f.title_hi ?? f.title_en) : (f.title_en ?? f.title_hi)) ?? say('some_event'),
  );
  const list = (value: unknown) => value as string[];
  const handle = () =>
    `${words.channel(f.platform!, locale)} ${f.handle!.startsWith('+') ? f.handle : handleAsRead({ value: f.handle!, uid: f.uid })}`;
  const titles: Record<TimelineRow['kind'], () => string> = {
    added: () => say(`added.${f.came_by}`),
    note: () => say('note'),
    consent: () => say(`consent.${f.state}`),
    attempt: () =>
      `${words.channel(f.channel!, locale)}: ${words.orCode(locale, 'outreach.disposition', f.disposition!)}`,
    given: () => (f.to ? say('given', { to: f.to }) : say('given_team')),
    closed: () => say(f.state === 'returned' ? 'returned' : 'closed'),
    invited: () => say(INVITED[f.state!] ?? 'invited', { event }),
    answered: () => say(`answered.${f.answer}`, { event }),
    attended: () => say('attended', { event }),
    verified: () => say('verified', { handle: handle() }),
    handle_ended: () => say(`handle_ended.${f.why}`, { handle: handle() }),
    skills: () => say('skills', { skills: list(row.facts[locale]).join(', ') }),
    merged: () => say('merged'),
    unmerged: () => say('unmerged'),
  };
  const texts: Partial<Record<TimelineRow['kind'], () => string | null>> = {
    consent: () =>
      [
        list(f.purposes)
          .map((purpose) => words.say(locale, `consent.purpose.${purpose}`))
          .join(', '),
        list(f.channels)
          .map((channel) => words.channel(channel, locale))
          .join(', '),
        words.orCode(locale, 'consent.how', f.how!),
      ].join(' · '),
    attempt: () =>
      [f.against && `${say('against')}: ${words.orCode(locale, 'consent.barrier', f.against)}`, row.text]
        .filter(Boolean)
        .join(' · ') || null,
    closed: () => (f.why ? words.orCode(locale, 'assignments.closed', f.why) : null),
  };
  return {
    kind: row.kind,
    title: titles[row.kind](),
    text: texts[row.kind]?.() ?? row.text,
    when: row.at,
    by: row.by,
    icon: ICONS[row.kind],
    tone: toneOf(row),
  };
}

function toneOf({ kind, facts }: TimelineRow): string | null {
  if (kind === 'consent') return facts.state === 'given' ? 'good' : 'warn';
  if (kind === 'attended') return 'good';
  return kind === 'attempt' && facts.disposition === 'asked_to_stop' ? 'warn' : null;
}
