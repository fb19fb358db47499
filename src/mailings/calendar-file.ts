import { ICalCalendar, ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { DateTime } from 'luxon';
import type { Letter } from '../platform/mail/mailer.service.js';
import { vtimezone } from './vtimezone.js';

export interface CalendarEntry {
  eventId: string;
  /** Host of the public address: with the id it makes a UID that never changes. */
  host: string;
  sequence: number;
  title: string;
  words: string | null;
  place: string;
  startsAt: Date;
  endsAt: Date;
  zone: string;
  cancelled: boolean;
  organiser: { name: string; email: string };
  language: string;
  now: Date;
}

/**
 * The meet-up for a calendar (RFC 5545). Nobody reads replies at the sender's address, so it is published, without
 * attendees, and not a request (RFC 5546, section 3.2.1); the answer is given by the link in the mail. Times are the
 * wall's, with their zone: if a law moves the clocks, the meet-up stays at its hour.
 */
export function calendarFile(entry: CalendarEntry): NonNullable<Letter['calendar']> {
  const method = entry.cancelled ? 'CANCEL' : 'PUBLISH';
  const calendar = new ICalCalendar({
    prodId: { company: 'Sampark', product: 'Sampark', language: entry.language },
    method: ICalCalendarMethod[method],
    timezone: { name: entry.zone, generator: (zone) => vtimezone(zone, entry.startsAt) },
  });
  calendar.createEvent({
    id: `${entry.eventId}@${entry.host}`,
    sequence: entry.sequence,
    start: DateTime.fromJSDate(entry.startsAt, { zone: entry.zone }),
    end: DateTime.fromJSDate(entry.endsAt, { zone: entry.zone }),
    timezone: entry.zone,
    summary: entry.title,
    location: entry.place,
    ...(entry.words && { description: entry.words }),
    organizer: entry.organiser,
    status: entry.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  });
  // ical-generator writes the stamp in the machine's wall time once a zone is set; it must be UTC (RFC 5545, 3.8.7.2).
  const stamp = DateTime.fromJSDate(entry.now, { zone: 'utc' }).toFormat("yyyyMMdd'T'HHmmss'Z'");
  const content = calendar.toString().replace(/^DTSTAMP:.*$/m, `DTSTAMP:${stamp}`);
  return { method, content, fileName: 'meet-up.ics' };
}
