import { declareJob } from '../../platform/jobs/job.js';
import type { Locale } from '../../platform/i18n/locale.js';

/** Looks whether we have whoever asked, and mails them the link. What they typed lies sealed in it. */
export const AnswerOwnData = declareJob<{ requestId: string; sealed: string; locale: Locale }>(
  'privacy.answer-own-data',
);

/** Mails the link to people whose mail of ours asked for it. */
export const SendOwnData = declareJob<{ requestId: string; people: string[]; locale: Locale }>('privacy.send-own-data');

/** Mails a link to a new address, by which it shows that it is theirs. */
export const ConfirmNewMail = declareJob<{ personId: string; linkId: string; locale: Locale }>(
  'privacy.confirm-new-mail',
);
