import { describe, expect, it } from '@jest/globals';
import { saidTogether } from './said-together.js';

const at = new Date('2026-11-26T06:00:00.100Z');
const entry = (purposeName: string, channelName: string, more = {}) => ({
  purposeName,
  channelName,
  state: 'given',
  how: 'spoken',
  at,
  by: 'Asha',
  paper: null,
  ...more,
});
const read = (entries: ReturnType<typeof entry>[]) =>
  saidTogether(entries).map(({ purposes, channels, state }) => `${state}: ${purposes} by ${channels}`);

describe('what was said together', () => {
  it('is read as one thing, where all of it was said for each channel', () => {
    expect(
      read([
        entry('Invitations', 'Phone'),
        entry('Contact', 'Phone'),
        entry('Invitations', 'X'),
        entry('Contact', 'X'),
      ]),
    ).toEqual(['given: Contact, Invitations by Phone, X']);
  });

  it('is never read as more than was said', () => {
    expect(read([entry('Contact', 'Phone'), entry('Invitations', 'X')])).toEqual([
      'given: Contact by Phone',
      'given: Invitations by X',
    ]);
    expect(read([entry('Contact', 'Phone', { state: 'refused' }), entry('Contact', 'X')])).toHaveLength(2);
    expect(read([entry('Contact', 'Phone', { at: new Date(0) }), entry('Contact', 'Phone')])).toHaveLength(2);
  });
});
