import type { ParsedMail } from 'mailparser';

/** Written by a person, by a machine in their absence, or by a server that could not deliver ours. */
export type ReplyKind = 'person' | 'auto' | 'bounce';

const AWAY =
  /^(?:\[?auto(?:matic)?(?:[- ]?(?:reply|response|ally generated))?\]?\s*[:：]|out of (?:the )?office|away from (?:the )?office|ooo\b|vacation|स्वतः उत्तर|स्वचालित उत्तर|कार्यालय से बाहर|अवकाश पर)/i;
const DAEMON = /^(?:mailer-daemon|postmaster|mail-daemon)@/i;

/**
 * RFC 3834: what answers by itself says so, and is neither an answer nor a wish (T19). A delivery report (RFC 3464) is a
 * bounce, matched elsewhere by its envelope (T14).
 */
export function kindOf(mail: Pick<ParsedMail, 'headers' | 'subject' | 'from'>): ReplyKind {
  const header = (name: string): string => {
    const value = mail.headers.get(name);
    return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  };
  const sender = mail.from?.value[0]?.address ?? '';
  if (
    /multipart\/report/i.test(header('content-type')) ||
    mail.headers.has('x-failed-recipients') ||
    DAEMON.test(sender)
  )
    return 'bounce';
  const submitted = header('auto-submitted').toLowerCase();
  if (submitted && !submitted.startsWith('no')) return 'auto';
  if (['x-autoreply', 'x-autorespond', 'x-auto-response'].some((name) => mail.headers.has(name))) return 'auto';
  if (/auto[_-]?reply|bulk|junk|list/i.test(header('precedence'))) return 'auto';
  // RFC 5321, section 4.5.5: what must not be answered comes from nobody.
  const path = mail.headers.get('return-path') as
    { text?: string; value?: { address?: string }[] } | string | undefined;
  if (path !== undefined && !(typeof path === 'string' ? path.replace(/[<>\s]/g, '') : path.value?.[0]?.address))
    return 'auto';
  return AWAY.test(mail.subject?.trim() ?? '') ? 'auto' : 'person';
}
