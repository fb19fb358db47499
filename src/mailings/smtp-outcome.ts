import { UnsendableLetter } from '../platform/mail/mailer.service.js';

/** failed: never. later: the server wants us to wait, and has taken nothing. unsure: it may have taken it. */
export interface SmtpOutcome {
  state: 'failed' | 'later' | 'unsure';
  /** A short code without personal data. */
  why: string;
}

/** The parts of nodemailer's errors that the rule looks at. */
interface SmtpError {
  code?: string;
  originalCode?: string;
  command?: string;
  responseCode?: number;
  timeoutType?: string;
}

/** Nobody answered, so nothing can have been taken. */
const NOT_REACHED = new Set([
  'EDNS',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'EAUTH',
  'ETLS',
]);
/** From here on a 5xx is about this one mail; before, about the server or our account there. */
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA', 'BDAT']);

/** What a try that didn't succeed means for the next one (RFC 5321, section 4.2.1: 4xx may be tried again, 5xx not). */
export function outcomeOf(error: unknown): SmtpOutcome {
  if (error instanceof UnsendableLetter) return { state: 'failed', why: error.message };
  const { code = '', originalCode = '', command = '', responseCode, timeoutType } = error as SmtpError;
  if (responseCode && responseCode >= 400) {
    const why = `smtp_${responseCode}`;
    return { state: responseCode >= 500 && ABOUT_THE_MAIL.has(command) ? 'failed' : 'later', why };
  }
  if (code === 'EENVELOPE') return { state: 'failed', why: 'bad_address' };
  if (NOT_REACHED.has(code) || NOT_REACHED.has(originalCode)) return { state: 'later', why: 'not_reached' };
  if (timeoutType === 'CONNECTION_TIMEOUT' || timeoutType === 'GREETING_TIMEOUT')
    return { state: 'later', why: 'not_reached' };
  return { state: 'unsure', why: 'connection_lost' };
}

const WAITS_MINUTES = [1, 5, 30, 120, 360];

/** When to try again after so many tries; null: give up. */
export function nextTry(tries: number, now: Date): Date | null {
  const minutes = WAITS_MINUTES[tries - 1];
  return minutes === undefined ? null : new Date(now.getTime() + minutes * 60_000);
}
