import { intlTag, type Locale } from './locale.js';

const cached = <F>(make: (tag: string, zone: string) => F) => {
  const formats = new Map<string, F>();
  return (locale: Locale, zone = 'UTC') => {
    const key = `${locale} ${zone}`;
    let format = formats.get(key);
    if (!format) formats.set(key, (format = make(intlTag(locale), zone)));
    return format;
  };
};

const days = cached(
  (tag, timeZone) =>
    new Intl.DateTimeFormat(tag, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric', timeZone }),
);
const months = cached((tag, timeZone) => new Intl.DateTimeFormat(tag, { month: 'long', year: 'numeric', timeZone }));
const shortDays = cached((tag, timeZone) => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', timeZone }));
const shortDaysAndYears = cached(
  (tag, timeZone) => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric', timeZone }),
);
const years = cached((tag, timeZone) => new Intl.DateTimeFormat(tag, { year: 'numeric', timeZone }));
const times = cached(
  (tag, timeZone) =>
    new Intl.DateTimeFormat(tag, { hour: 'numeric', minute: '2-digit', timeZone, timeZoneName: 'short' }),
);
/** शाम 5:00: nobody says "pm" in Hindi. */
const timesOfDay = cached(
  (tag, timeZone) => new Intl.DateTimeFormat(tag, { hour: 'numeric', minute: '2-digit', dayPeriod: 'short', timeZone }),
);
const numbers = cached((tag) => new Intl.NumberFormat(tag));
const percents = cached((tag) => new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 }));
const relatives = cached((tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }));
const counted = cached((tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'always' }));

export type Moment = Date | string | number;
const toDate = (moment: Moment) => (moment instanceof Date ? moment : new Date(moment));

/** A calendar day without a time (`2026-11-23`) is no instant: it is shown as it stands, in no zone. */
const isDay = (moment: Moment): moment is string => typeof moment === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(moment);

export const formatDate = (locale: Locale, moment: Moment, zone: string) =>
  days(locale, isDay(moment) ? 'UTC' : zone).format(toDate(moment));

export const formatShortDate = (locale: Locale, moment: Moment, zone: string) =>
  shortDays(locale, isDay(moment) ? 'UTC' : zone).format(toDate(moment));

/** A short day, with its year where that is not the year of now: "27 Nov" would be taken for tomorrow. */
export function formatNearDate(locale: Locale, moment: Moment, zone: string, now: Date): string {
  const [at, of] = [toDate(moment), isDay(moment) ? 'UTC' : zone];
  const isNear = years(locale, of).format(at) === years(locale, zone).format(now);
  return (isNear ? shortDays : shortDaysAndYears)(locale, of).format(at);
}

/** A month by its first day, `2026-11-01`. */
export const formatMonth = (locale: Locale, moment: Moment, zone: string) =>
  months(locale, isDay(moment) ? 'UTC' : zone).format(toDate(moment));

/** With the zone's short name, because readers may sit in another one. */
export function formatTime(locale: Locale, moment: Moment, zone: string): string {
  const at = toDate(moment);
  if (locale !== 'hi') return times(locale, zone).format(at);
  const name = times(locale, zone)
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName');
  return `${timesOfDay(locale, zone).format(at)} ${name?.value ?? ''}`.trimEnd();
}

export const formatDateTime = (locale: Locale, moment: Moment, zone: string) =>
  `${formatDate(locale, moment, zone)}, ${formatTime(locale, moment, zone)}`;

export const formatNumber = (locale: Locale, value: number) => numbers(locale).format(value);
export const formatPercent = (locale: Locale, share: number) => percents(locale).format(share);

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** As people say it, where Intl is bookish. */
const SPOKEN: [RegExp, string][] = [
  [/सप्ताह/u, 'हफ़्ते'],
  [/माह/u, 'महीने'],
  [/वर्ष/u, 'साल'],
];

/** "3 weeks ago", in the largest unit that fits; "yesterday", but "1 week ago". */
export function formatAgo(locale: Locale, moment: Moment, now: Date): string {
  const seconds = (toDate(moment).getTime() - now.getTime()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  const named = size <= 86_400 ? relatives : counted;
  const said = named(locale).format(Math.round(seconds / size), unit);
  return locale === 'hi' ? SPOKEN.reduce((text, [bookish, spoken]) => text.replace(bookish, spoken), said) : said;
}
