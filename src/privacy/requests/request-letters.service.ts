import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { SystemActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { isLocale, type Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { Mailer, UnsendableLetter } from '../../platform/mail/mailer.service.js';
import { RoleNames } from '../../audit/role-names.js';
import { RemindOfficer } from './request-jobs.js';
import { BLANK, EXTENSION_DAYS, type LetterKind, type RequestKind } from './request-rules.js';
import { RequestsQueries, SOON_DAYS } from './requests.queries.js';

interface Asked {
  kind: RequestKind;
  onBehalf: boolean;
  forName: string | null;
  name: string;
  language: Locale;
  receivedOn: string;
  dueOn: string;
}

/** The letters about requests: the texts to begin with, the mails, and the reminders to whoever answers. */
@Injectable()
export class RequestLetters {
  constructor(
    private readonly work: UnitOfWork,
    private readonly words: Words,
    private readonly mailer: Mailer,
    private readonly config: Config,
    private readonly roles: RoleNames,
    private readonly queries: RequestsQueries,
  ) {}

  /** The text of a letter in the person's language, to be gone through by whoever sends it. */
  draft(request: Asked, letter: LetterKind): string {
    const locale = request.language;
    const day = (at: string, more = 0) =>
      new Intl.DateTimeFormat(`${locale}-IN`, {
        day: 'numeric',
        month: 'long',
        year: 'numeric',
        timeZone: 'UTC',
      }).format(Date.parse(at) + more * 86_400_000);
    return this.words.say(locale, `requests.letter.${letter}`, {
      name: request.name,
      kind: request.onBehalf
        ? this.words.say(locale, `nominations.kind_in_letter.${request.kind}`, { name: request.forName ?? BLANK })
        : this.words.say(locale, `requests.kind_in_letter.${request.kind}`),
      received: day(request.receivedOn),
      due: day(request.dueOn),
      later: day(request.dueOn, EXTENSION_DAYS),
      org: this.orgIn(locale),
      officer: this.config.officerMail,
    });
  }

  private orgIn(locale: Locale): string {
    return locale === 'hi' ? this.config.orgNameHi : this.config.orgNameEn;
  }

  /** Mails a letter; run twice it is one mail, by its id. Service mail: it goes to whoever stopped everything else, too. */
  async send(actor: SystemActor, requestId: string, entryId: string): Promise<void> {
    const found = await this.work.run(actor, (tx) =>
      tx.one<{
        name: string;
        mail: string | null;
        language: string;
        kind: RequestKind;
        onBehalf: boolean;
        text: string;
        sent: boolean;
      }>(
        `SELECT r.name, r.mail, r.language, r.kind, r.on_behalf AS "onBehalf", e.text, e.sent_at IS NOT NULL AS sent
           FROM privacy_request_entries e JOIN privacy_requests r ON r.id = e.request_id
          WHERE e.id = $1 AND r.id = $2 AND e.sent_how = 'mail'`,
        [entryId, requestId],
      ),
    );
    if (!found?.mail || found.sent) return;
    const locale = isLocale(found.language) ? found.language : this.config.defaultLanguage;
    try {
      await this.mailer.send({
        template: 'request-answer',
        to: { name: found.name, address: found.mail },
        locale,
        messageId: `<request-${entryId}@${this.config.hostName}>`,
        // It says: tell us.
        replyTo: { name: this.orgIn(locale), address: this.config.officerMail },
        model: {
          kind: found.kind,
          onBehalf: found.onBehalf,
          paragraphs: found.text.split(/\r?\n/),
          text: found.text,
          whyUrl: `${this.config.baseUrl}/my-data`,
        },
      });
    } catch (error) {
      if (!(error instanceof UnsendableLetter)) throw error;
      // No try will help: whoever wrote it is told on the page, and prints it.
      await this.work.run(actor, async (tx) => {
        await tx.execute(`UPDATE privacy_request_entries SET sent_how = 'unsendable' WHERE id = $1`, [entryId]);
        tx.audit('request.unsendable', { subject: 'request', subjectId: requestId });
      });
      return;
    }
    await this.work.run(actor, async (tx) => {
      await tx.execute('UPDATE privacy_request_entries SET sent_at = now() WHERE id = $1', [entryId]);
      tx.audit('request.mailed', { subject: 'request', subjectId: requestId });
    });
  }

  /** Once a day: each who may answer is mailed how many are overdue or soon due where they see. */
  remind(actor: SystemActor): Promise<number> {
    const day = this.queries.today;
    return this.work.run(actor, async (tx) => {
      const places = await tx.query<{ path: string; overdue: number; soon: number }>(
        `SELECT path, count(*) FILTER (WHERE due_on < $1::date)::int AS overdue, count(*) FILTER (WHERE due_on >= $1::date)::int AS soon
           FROM privacy_requests WHERE closed_at IS NULL AND due_on <= $1::date + ${SOON_DAYS} GROUP BY path`,
        [day],
      );
      const roles = await this.roles.thatMay(tx, 'privacy.requests');
      const told = new Map<string, { path: string; overdue: number; soon: number }>();
      for (const { path, overdue, soon } of places) {
        const readers = await tx.query<{ user_id: string }>('SELECT user_id FROM gate.request_readers($1, $2)', [path, roles]); // prettier-ignore
        for (const { user_id: userId } of readers) {
          const sum = told.get(userId) ?? { path, overdue: 0, soon: 0 };
          told.set(userId, { path, overdue: sum.overdue + overdue, soon: sum.soon + soon });
        }
      }
      for (const [userId, sum] of told)
        await tx.enqueue(RemindOfficer, { userId, day, ...sum }, { key: `privacy.requests-remind:${userId}:${day}` });
      if (told.size) tx.audit('request.reminded', { facts: { users: told.size } });
      return told.size;
    });
  }

  /** The reminder itself: figures, and nobody's name. */
  async tell(
    actor: SystemActor,
    { userId, day, overdue, soon }: { userId: string; day: string; overdue: number; soon: number },
  ) {
    // prettier-ignore
    const user = await this.work.run(actor, (tx) =>
      tx.one<{ name: string; email: string | null; language: string }>(
        'SELECT full_name AS name, email, language FROM users WHERE id = $1 AND disabled_at IS NULL',
        [userId],
      ),
    );
    if (!user?.email) return;
    await this.mailer.send({
      template: 'requests-due',
      to: { name: user.name, address: user.email },
      locale: isLocale(user.language) ? user.language : this.config.defaultLanguage,
      messageId: `<requests-due-${day}-${userId}@${this.config.hostName}>`,
      model: { name: user.name, overdue, soon, link: `${this.config.baseUrl}/requests` },
    });
  }
}
