import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Words } from '../platform/i18n/words.js';
import type { Letter } from '../platform/mail/mailer.service.js';
import type { Event } from '../events/event.entity.js';
import { eventWords, pickLanguage } from '../events/event-words.js';
import { AnswerLinks } from '../events/rsvp/answer-links.js';
import { StopLinks } from '../events/stop-links.js';
import { OwnLinks } from '../sympathisers/own-links.js';
import { ReplyAddresses } from '../sympathisers/reply-addresses.js';
import { calendarFile } from './calendar-file.js';
import type { ClaimedMail } from './outbox.js';

/** Who invites, as the mail says it. */
export interface Host {
  territory_en: string;
  territory_hi: string;
  organiser: string | null;
}

/** Writes the letters of a meet-up: invitation, change, cancellation. */
@Injectable()
export class Letters {
  constructor(
    private readonly config: Config,
    private readonly words: Words,
    private readonly answerLinks: AnswerLinks,
    private readonly stopLinks: StopLinks,
    private readonly ownLinks: OwnLinks,
    private readonly replyAddresses: ReplyAddresses,
  ) {}

  async hostOf(tx: Transaction, event: Event): Promise<Host> {
    return (await tx.one<Host>(
      `SELECT t.name_en AS territory_en, t.name_hi AS territory_hi,
              (SELECT u.full_name FROM user_names u WHERE u.id = $2) AS organiser
         FROM territories t WHERE t.id = $1`,
      [event.territoryId, event.createdBy],
    ))!;
  }

  /**
   * In the language of the first recipient, the installation's default where the meet-up has no words in it. Each recipient
   * is named, with an answer link of their own.
   */
  compose(event: Event, host: Host, mail: ClaimedMail, now: Date): Letter {
    const [leader] = mail.recipients;
    const locale = pickLanguage(
      { title_en: event.titleEn, title_hi: event.titleHi },
      leader.language,
      this.config.defaultLanguage,
    );
    const unsubscribeUrl = this.stopLinks.addressOf(leader.personId, leader.mailId);
    const replyTo = this.replyAddresses.of(leader.mailId);
    return {
      ...this.letter(event, host, mail.kind, locale, now),
      to: { name: nameFor(mail.recipients.map((one) => one.name)), address: mail.address },
      messageId: `<${leader.mailId}@${this.config.hostName}>`,
      ...(replyTo && { replyTo: { name: this.orgName(locale), address: replyTo } }),
      unsubscribeUrl,
      model: this.model(event, host, locale, {
        guests: mail.recipients.map((one) => ({
          name: one.name,
          link: one.invitationId ? this.answerLinks.addressOf(one.personId, one.invitationId, one.linkVersion) : null,
        })),
        source: this.sourceOf(locale, leader),
        whyUrl: this.ownLinks.why(leader.personId, leader.mailId),
        unsubscribeUrl,
      }),
    };
  }

  /** What somebody would get, for the page where the organiser looks before sending. Its links lead nowhere. */
  sample(event: Event, host: Host, locale: Locale): Letter {
    const name = this.words.say(locale, 'mailings.sample.name');
    const nowhere = `${this.config.baseUrl}/rsvp/sample`;
    return {
      ...this.letter(event, host, 'invitation', locale, new Date()),
      to: { name, address: 'sample@localhost.example' },
      messageId: '<sample@localhost.example>',
      model: this.model(event, host, locale, {
        guests: [{ name, link: nowhere }],
        source: this.sourceOf(locale, { cameBy: 'join_form', source: null, since: event.createdAt }),
        whyUrl: this.ownLinks.ask,
        unsubscribeUrl: `${this.config.baseUrl}/unsubscribe/sample`,
      }),
    };
  }

  private orgName(locale: Locale): string {
    return locale === 'hi' ? this.config.orgNameHi : this.config.orgNameEn;
  }

  private letter(event: Event, host: Host, kind: string, locale: Locale, now: Date) {
    const cancelled = kind === 'cancellation';
    const { title, words } = this.wordsOf(event, locale);
    const organiser = this.orgName(locale);
    return {
      template: cancelled ? 'event-cancellation' : kind.startsWith('change') ? 'event-change' : 'invitation',
      locale,
      zone: event.zone,
      calendar: calendarFile({
        eventId: event.id,
        host: this.config.hostName,
        sequence: event.sequence,
        title,
        words,
        place: event.place,
        startsAt: event.startsAt,
        endsAt: event.endsAt,
        zone: event.zone,
        cancelled,
        organiser: { name: organiser, email: this.config.mailFrom },
        language: locale,
        now,
      }),
    };
  }

  private model(
    event: Event,
    host: Host,
    locale: Locale,
    rest: { guests: { name: string; link: string | null }[]; source: string; whyUrl: string; unsubscribeUrl: string },
  ) {
    return {
      ...this.wordsOf(event, locale),
      place: event.place,
      startsAt: event.startsAt,
      endsAt: event.endsAt,
      capacity: event.capacity,
      territory: locale === 'hi' ? host.territory_hi : host.territory_en,
      organiser: host.organiser,
      ...rest,
      shared: rest.guests.length > 1,
    };
  }

  private wordsOf(event: Event, locale: Locale) {
    return eventWords(
      { title_en: event.titleEn, title_hi: event.titleHi, words_en: event.wordsEn, words_hi: event.wordsHi },
      locale,
    );
  }

  /** "Why do you have me", as far as the record knows. */
  private sourceOf(locale: Locale, person: { cameBy: string; source: string | null; since: Date }): string {
    const how = ['import', 'join_form', 'walk_in', 'user'].includes(person.cameBy) ? person.cameBy : 'user';
    return this.words.say(locale, `mailings.source.${how}`, {
      since: person.since,
      source: person.source ?? '',
      known: person.source ? 'yes' : 'no',
    });
  }
}

/** A name in a header: line breaks are refused further on, and a family is named together. */
const nameFor = (names: string[]): string => names.join(', ');
