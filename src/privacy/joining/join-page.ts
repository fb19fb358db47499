import { Injectable } from '@nestjs/common';
import { anonymous } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import type { Refused } from '../../platform/web/request.js';
import { PURPOSES, type Purpose } from '../../sympathisers/consent/purposes.js';
import { languageOptions } from '../../sympathisers/language-names.js';
import { PLATFORMS } from '../../sympathisers/platforms.js';
import { PrivacyNotices, type ShownNotice } from '../../sympathisers/privacy-notices/privacy-notices.js';
import { FormSeal } from './form-seal.js';
import { UNCONFIRMED_DAYS } from './sign-up.js';

/** The join form: what is asked, and what is told beside each thing. */
@Injectable()
export class JoinPage {
  constructor(
    private readonly work: UnitOfWork,
    private readonly notices: PrivacyNotices,
    private readonly seal: FormSeal,
    private readonly words: Words,
  ) {}

  /** @param poster as the address says; whether there is one is found out when the form comes in */
  show(locale: Locale, page: { embedded: boolean; poster: string | null }, refused: Refused | null) {
    return this.work.run(anonymous, async (tx) => {
      const ids = await this.notices.ids(tx);
      const told = await this.notices.told(tx, locale);
      return {
        ...page,
        action: page.embedded ? `/join/embed?lang=${locale}` : '/join',
        seal: this.sealAgain(refused) ?? this.seal.make(locale, ids),
        purposes: PURPOSES.map((purpose) => this.purpose(purpose, told, locale)),
        languages: languageOptions(locale),
        language: locale,
        platforms: PLATFORMS.map(({ code, name }) => ({ value: code, label: name[locale] })),
        days: UNCONFIRMED_DAYS,
      };
    });
  }

  /** Each by itself, with what holds for it; a notice that speaks for several stands with the first of them. */
  private purpose(purpose: Purpose, told: ShownNotice[], locale: Locale) {
    const notice = told.find(({ purposes }) => purposes.includes(purpose))!;
    return {
      value: purpose,
      label: this.words.say(locale, `join.purpose.${purpose}`),
      hint: this.words.say(locale, `join.purpose.${purpose}.hint`),
      needed: purpose === 'register',
      notice: notice.purposes[0] === purpose ? { ...notice, itemised: notice.text.items.length > 0 } : null,
    };
  }

  /** Who corrects a form has been reading it since it was opened first; one that lay open too long begins anew. */
  private sealAgain(refused: Refused | null): string | null {
    const typed = refused?.values.seal;
    return typeof typed === 'string' && !refused?.errors.seal && this.seal.read(typed) ? typed : null;
  }
}
