import { DateTime } from 'luxon';

const DAY_MS = 86_400_000;

/**
 * The rules of a zone around some time, as a VTIMEZONE (RFC 5545, section 3.6.5), so that a calendar that doesn't know the
 * zone's name shows the right hour, and one that does can follow a later change of its law. A year each way is enough for a
 * single event; our calendars hold one.
 */
export function vtimezone(zone: string, around: Date): string {
  const from = around.getTime() - 366 * DAY_MS;
  const to = around.getTime() + 366 * DAY_MS;
  const at = (ms: number) => DateTime.fromMillis(ms, { zone });
  const observances = [observance(at(from), at(from).offset, '19700101T000000')];
  for (let day = from; day < to; day += DAY_MS) {
    if (at(day).offset === at(day + DAY_MS).offset) continue;
    const change = firstAfter(day, day + DAY_MS, (ms) => at(ms).offset !== at(day).offset);
    const before = at(day).offset;
    // The onset is told in the wall time that was in force before it.
    const wall = DateTime.fromMillis(change, { zone: 'utc' }).plus({ minutes: before });
    observances.push(observance(at(change), before, wall.toFormat("yyyyMMdd'T'HHmmss")));
  }
  return component('VTIMEZONE', [`TZID:${zone}`, ...observances.flat()]).join('\r\n');
}

function observance(time: DateTime, before: number, start: string): string[] {
  return component(time.isInDST ? 'DAYLIGHT' : 'STANDARD', [
    `DTSTART:${start}`,
    `TZOFFSETFROM:${offsetText(before)}`,
    `TZOFFSETTO:${offsetText(time.offset)}`,
  ]);
}

const component = (name: string, lines: string[]): string[] => [`BEGIN:${name}`, ...lines, `END:${name}`];

/** The first minute in a span for which something holds, once it holds. */
function firstAfter(low: number, high: number, holds: (ms: number) => boolean): number {
  while (high - low > 60_000) {
    const middle = low + Math.floor((high - low) / 120_000) * 60_000;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return Math.floor(high / 60_000) * 60_000;
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}
