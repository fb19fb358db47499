import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Mailer } from '../../platform/mail/mailer.service.js';
import type { ShownNotice } from '../../sympathisers/privacy-notices/privacy-notices.js';
import { JoinLinks } from './join-links.js';
import { OwnLinks } from '../../sympathisers/own-links.js';
import { UNCONFIRMED_DAYS, type SignUp } from './sign-up.js';

/** What we know of the address: nobody has it, somebody in the register has, or it was stopped. */
export type Standing = 'new' | 'known' | 'stopped';

/** The letter with the link that confirms a sign-up. */
@Injectable()
export class JoinLetters {
  constructor(
    private readonly mailer: Mailer,
    private readonly links: JoinLinks,
    private readonly config: Config,
    private readonly own: OwnLinks,
  ) {}

  /**
   * Sends it, in the language of the form. It repeats nothing that was typed: whoever fills in a form could otherwise have us
   * mail their words to anybody.
   * @throws as the mailer does
   */
  async send(
    requestId: string,
    signUp: SignUp & { email: string },
    standing: Standing,
    told: ShownNotice[],
  ): Promise<void> {
    await this.mailer.send({
      template: 'join-confirmation',
      to: { name: '', address: signUp.email },
      locale: signUp.locale,
      // The same for each try, so that mailboxes see one mail.
      messageId: `<join-${requestId}@${this.config.hostName}>`,
      model: {
        standing,
        link: this.links.addressOf(requestId),
        days: UNCONFIRMED_DAYS,
        notices: told.map(({ id, text }) => ({
          title: text.title,
          say: text.say,
          href: `${this.config.baseUrl}/privacy/${id}`,
        })),
        whyUrl: this.own.ask,
      },
    });
  }
}
