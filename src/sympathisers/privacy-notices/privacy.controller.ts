import { Controller, Get, Param, Query } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { qrCode } from '../../platform/charts/qr-code.js';
import { anonymous } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { Public } from '../../platform/web/allow.decorator.js';
import { CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import type { Purpose } from '../consent/purposes.js';
import { languageName } from '../language-names.js';
import { PrivacyNotices, type ShownNotice } from './privacy-notices.js';
import { NoticeParam, PublicNoticeQuery } from './privacy-notices.dto.js';

/** What we keep and why, for everybody: on the screen, and printed with a code that leads back here. */
@Controller('privacy')
export class PrivacyController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly notices: PrivacyNotices,
    private readonly words: Words,
    private readonly config: Config,
  ) {}

  /** The notices that hold now. */
  @Get()
  @Public()
  @View('privacy/list', 'public')
  list(@CurrentLocale() locale: Locale, @Query() { lang }: PublicNoticeQuery) {
    return this.work.run(anonymous, async (tx) => {
      const told = await this.notices.told(tx, locale);
      const notices: ShownNotice[] = [];
      for (const { id, purposes } of told)
        notices.push({ ...(await this.notices.one(tx, id, lang ?? locale, locale)), purposes });
      return {
        notices: notices.map((notice) => this.named(notice, locale)),
        common: commonOf(notices),
        languages: this.switchFor([...new Set(notices.flatMap(({ languages }) => languages))], locale),
        ...this.address('/privacy'),
      };
    });
  }

  /** One version, the current one or one before: what somebody was told stays to be read. */
  @Get(':id')
  @Public()
  @View('privacy/show', 'public')
  show(@CurrentLocale() locale: Locale, @Param() { id }: NoticeParam, @Query() { lang }: PublicNoticeQuery) {
    return this.work.run(anonymous, async (tx) => {
      const notice = await this.notices.one(tx, id, lang ?? locale, locale);
      const current = await this.notices.current(tx, notice.purpose);
      return {
        notice: this.named(notice, locale),
        newer: current === id ? null : current,
        languages: this.switchFor(notice.languages, locale),
        ...this.address(`/privacy/${id}`),
      };
    });
  }

  private named(notice: ShownNotice, locale: Locale) {
    const name = (purpose: Purpose) => this.words.say(locale, `consent.purpose.${purpose}`);
    return { ...notice, purposeName: notice.purposes.map(name).join(', ') };
  }

  /** Beside the switch of the page's own two: further languages of the text. */
  private switchFor(codes: string[], locale: Locale) {
    return codes
      .filter((code) => code !== 'hi' && code !== 'en')
      .map((code) => ({ code, name: languageName(code, locale) }));
  }

  private address(path: string) {
    const address = `${this.config.baseUrl}${path}`;
    return { address, qr: qrCode(address) };
  }
}

/** Who is responsible, rights and complaints, where all the notices say the same: said once, then. */
function commonOf(notices: readonly ShownNotice[]): ShownNotice | null {
  const [first] = notices;
  if (!first) return null;
  const same = notices.every(
    ({ text, language }) =>
      language === first.language &&
      text.responsible === first.text.responsible &&
      text.rights === first.text.rights &&
      text.complaint === first.text.complaint,
  );
  return same ? first : null;
}
