import { describe, expect, it } from '@jest/globals';
import { UnsendableLetter } from '../platform/mail/mailer.service.js';
import { nextTry, outcomeOf } from './smtp-outcome.js';

const error = (parts: object) => Object.assign(new Error('x'), parts);

describe('a mail that did not go out', () => {
  it.each([
    ['is refused by our own rules', new UnsendableLetter('line_break'), 'failed', 'line_break'],
    [
      'has an address the server does not know',
      error({ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 }),
      'failed',
      'smtp_550',
    ],
    [
      'is refused for what it says',
      error({ code: 'EMESSAGE', command: 'DATA', responseCode: 554 }),
      'failed',
      'smtp_554',
    ],
    ['is put off', error({ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 451 }), 'later', 'smtp_451'],
    [
      'meets a server that refuses us, not it',
      error({ code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }),
      'later',
      'smtp_535',
    ],
    ['meets nobody', error({ code: 'ESOCKET', originalCode: 'ECONNREFUSED', command: 'CONN' }), 'later', 'not_reached'],
    [
      'waits for a greeting',
      error({ code: 'ETIMEDOUT', timeoutType: 'GREETING_TIMEOUT', command: 'CONN' }),
      'later',
      'not_reached',
    ],
    ['loses the connection on its way', error({ code: 'ECONNECTION', command: 'CONN' }), 'unsure', 'connection_lost'],
    [
      'hears nothing after it',
      error({ code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT', command: 'CONN' }),
      'unsure',
      'connection_lost',
    ],
  ])('because it %s', (_, cause, state, why) => expect(outcomeOf(cause)).toEqual({ state, why }));

  it('is tried again after longer and longer waits, then given up', () => {
    const now = new Date('2026-11-23T06:00:00Z');
    const waits = [1, 2, 3, 4, 5, 6].map((tries) => nextTry(tries, now)?.toISOString() ?? null);
    expect(waits).toEqual([
      '2026-11-23T06:01:00.000Z',
      '2026-11-23T06:05:00.000Z',
      '2026-11-23T06:30:00.000Z',
      '2026-11-23T08:00:00.000Z',
      '2026-11-23T12:00:00.000Z',
      null,
    ]);
  });
});
