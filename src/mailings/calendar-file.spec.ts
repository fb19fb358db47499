import { describe, expect, it } from '@jest/globals';
import { calendarFile, type CalendarEntry } from './calendar-file.js';

const entry: CalendarEntry = {
  eventId: '019ab000-0000-7000-8000-000000000001',
  host: 'sampark.example.org',
  sequence: 2,
  title: 'कार्यकर्ता मिलन; आगरा',
  words: null,
  place: 'Subhash Park, Agra',
  startsAt: new Date('2026-11-29T12:30:00Z'),
  endsAt: new Date('2026-11-29T14:30:00Z'),
  zone: 'Asia/Kolkata',
  cancelled: false,
  organiser: { name: 'Sampark', email: 'sampark@example.org' },
  language: 'hi',
  now: new Date('2026-11-23T06:00:00Z'),
};
const lines = (change: Partial<CalendarEntry> = {}) =>
  calendarFile({ ...entry, ...change })
    .content.replaceAll('\r\n ', '')
    .split('\r\n');

describe('the calendar file', () => {
  it('is published, with a lasting UID, its sequence, and the wall time with its zone', () => {
    expect(calendarFile(entry).method).toBe('PUBLISH');
    expect(lines()).toEqual(
      expect.arrayContaining([
        'METHOD:PUBLISH',
        'UID:019ab000-0000-7000-8000-000000000001@sampark.example.org',
        'SEQUENCE:2',
        'DTSTAMP:20261123T060000Z',
        'DTSTART;TZID=Asia/Kolkata:20261129T180000',
        'DTEND;TZID=Asia/Kolkata:20261129T200000',
        'BEGIN:VTIMEZONE',
        'SUMMARY:कार्यकर्ता मिलन\\; आगरा',
        'LOCATION:Subhash Park\\, Agra',
        'STATUS:CONFIRMED',
      ]),
    );
    expect(lines().filter((line) => line.startsWith('ATTENDEE'))).toEqual([]);
    expect(lines().filter((line) => line.startsWith('ORGANIZER'))).toHaveLength(1);
  });

  it('takes the same entry back when it is cancelled', () => {
    expect(calendarFile({ ...entry, cancelled: true }).method).toBe('CANCEL');
    expect(lines({ cancelled: true, sequence: 3 })).toEqual(expect.arrayContaining(['METHOD:CANCEL', 'STATUS:CANCELLED', 'SEQUENCE:3', `UID:${entry.eventId}@${entry.host}`])); // prettier-ignore
  });

  it('keeps every line within 75 octets', () => {
    const { content } = calendarFile({ ...entry, words: 'बहुत लंबा निमंत्रण, जो एक पंक्ति में नहीं आता। '.repeat(10) });
    expect(content.split('\r\n').filter((line) => Buffer.byteLength(line) > 75)).toEqual([]);
  });
});
