import { Injectable } from '@nestjs/common';
import { isLocale, type Locale } from '../../platform/i18n/locale.js';
import { Signer, randomToken } from '../../platform/security/tokens.js';
import type { NoticeIds } from '../../sympathisers/privacy-notices/privacy-notices.js';

/** What a form carries through the browser of whoever fills it in. */
export interface OpenedForm {
  /** Of this one form, so that sent twice it is one. */
  nonce: string;
  openedAt: number;
  locale: Locale;
  notices: NoticeIds;
}

const PURPOSE = 'join-form';

/** When the form was opened and what it showed, signed: nothing is stored for those who only look. */
@Injectable()
export class FormSeal {
  constructor(private readonly signer: Signer) {}

  make(locale: Locale, notices: NoticeIds, now = Date.now()): string {
    const form: OpenedForm = { nonce: randomToken().slice(0, 16), openedAt: now, locale, notices };
    return this.signer.seal(PURPOSE, JSON.stringify(form));
  }

  /** @returns null for what is not ours */
  read(seal: string): OpenedForm | null {
    const text = this.signer.unseal(PURPOSE, seal);
    if (!text) return null;
    const form = JSON.parse(text) as OpenedForm;
    return isLocale(form.locale) ? form : null;
  }

  /** A keyed hash for look-ups: a table of who signed up must not be a list of mails and phones. */
  hash(what: 'email' | 'phone' | 'form', value: string): Buffer {
    return Buffer.from(this.signer.mac(`join.${what}`, value), 'base64url');
  }
}
