import { describe, expect, it } from '@jest/globals';
import { vtimezone } from './vtimezone.js';

describe('the rules of a zone', () => {
  it('are one line where clocks are never changed', () => {
    expect(vtimezone('Asia/Kolkata', new Date('2026-11-29T12:30:00Z')).split('\r\n')).toEqual([
      'BEGIN:VTIMEZONE',
      'TZID:Asia/Kolkata',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0530',
      'TZOFFSETTO:+0530',
      'END:STANDARD',
      'END:VTIMEZONE',
    ]);
  });

  it('tell each change of the clocks in the wall time before it', () => {
    const text = vtimezone('Europe/London', new Date('2026-06-10T12:30:00Z'));
    expect(text).toContain('BEGIN:DAYLIGHT\r\nDTSTART:20260329T010000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100');
    expect(text).toContain('BEGIN:STANDARD\r\nDTSTART:20261025T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000');
  });

  it('know offsets west of Greenwich', () => {
    const text = vtimezone('America/St_Johns', new Date('2026-06-10T12:30:00Z'));
    expect(text).toContain('DTSTART:20260308T020000\r\nTZOFFSETFROM:-0330\r\nTZOFFSETTO:-0230');
  });
});
