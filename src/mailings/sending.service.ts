import { Inject, Injectable } from '@nestjs/common';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Actor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { LOGGER } from '../platform/log/logger.js';
import { Mailer } from '../platform/mail/mailer.service.js';
import type { Event } from '../events/event.entity.js';
import { Letters, type Host } from './letters.js';
import { SendMails, sendKey } from './mailing-jobs.js';
import { Outbox, type ClaimedMail } from './outbox.js';
import { nextTry, outcomeOf } from './smtp-outcome.js';

/**
 * Claimed at a time, and all of them on the line at once: the ledger was asked a moment before, so that a "stop" never
 * overtakes a mail that waits behind others; and a dead worker leaves no more than these in doubt. The mailer holds as
 * many connections.
 */
const AT_ONCE = 4;

/** Sends what is due, mail by mail; one that can't be sent is kept with its reason, and the rest goes on. */
@Injectable()
export class SendingService {
  private readonly worker = `${hostname()}-${process.pid}-${uuidv7().slice(-6)}`;

  constructor(
    private readonly work: UnitOfWork,
    private readonly mailer: Mailer,
    private readonly outbox: Outbox,
    private readonly letters: Letters,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async sendDue(actor: Actor, eventId: string): Promise<void> {
    let host: Host | undefined;
    for (;;) {
      const claimed = await this.outbox.claim(actor, eventId, this.worker, AT_ONCE);
      if (!claimed) break;
      const { event } = claimed;
      host ??= await this.work.run(actor, (tx) => this.letters.hostOf(tx, event));
      const { mails } = claimed;
      await Promise.all(mails.map((mail) => this.sendOne(actor, event, host!, mail)));
    }
    const next = await this.outbox.nextDue(actor, eventId);
    if (next)
      await this.work.run(actor, (tx) => tx.enqueue(SendMails, { eventId }, { key: sendKey(eventId), runAt: next }));
  }

  private async sendOne(actor: Actor, event: Event, host: Host, mail: ClaimedMail): Promise<void> {
    const letter = this.letters.compose(event, host, mail, new Date());
    try {
      await this.mailer.send(letter);
    } catch (error) {
      await this.notSent(actor, event, mail, error);
      return;
    }
    await this.sent(actor, event, mail, letter.messageId);
  }

  private async sent(actor: Actor, event: Event, mail: ClaimedMail, messageId: string): Promise<void> {
    await this.work.run(actor, async (tx) => {
      const [people, ids] = idsOf(mail);
      await tx.execute(
        `UPDATE mails SET state = CASE WHEN id = $3 THEN 'sent' ELSE 'joined' END, joined_to = nullif($3, id), sent_at = now(), why = NULL, message_id = $4
          WHERE person_id = ANY ($1) AND id = ANY ($2)`,
        [people, ids, mail.recipients[0].mailId, messageId],
      );
      if (mail.kind === 'invitation')
        await tx.execute(
          `UPDATE invitations SET sent_at = coalesce(sent_at, now()), state = CASE WHEN state IN ('pending', 'bounced') THEN 'sent' ELSE state END
            WHERE person_id = ANY ($1) AND event_id = $2`,
          [people, event.id],
        );
      tx.audit('mail.sent', {
        subject: 'event',
        subjectId: event.id,
        path: event.path,
        people,
        facts: { kind: mail.kind },
      });
    });
  }

  private async notSent(actor: Actor, event: Event, mail: ClaimedMail, error: unknown): Promise<void> {
    const outcome = outcomeOf(error);
    const again = outcome.state === 'later' ? nextTry(mail.tries, new Date()) : null;
    const state = again ? 'pending' : outcome.state === 'unsure' ? 'unsure' : 'failed';
    this.log.warn(
      { eventId: event.id, mailId: mail.recipients[0].mailId, state, why: outcome.why, tries: mail.tries },
      'a mail did not go out',
    );
    await this.work.run(actor, async (tx) => {
      const [people, ids] = idsOf(mail);
      if (again) await tx.query('SELECT gate.put_off_mails($1, $2, $3, $4)', [people, ids, outcome.why, again]);
      else
        await tx.execute(
          `UPDATE mails SET state = $3, why = $4, joined_to = CASE WHEN $3 = 'unsure' THEN joined_to END
            WHERE person_id = ANY ($1) AND id = ANY ($2)`,
          [people, ids, state, outcome.why],
        );
      if (state === 'failed' && mail.kind === 'invitation')
        await tx.execute(
          `UPDATE invitations SET state = 'bounced', skipped_why = $3 WHERE person_id = ANY ($1) AND event_id = $2 AND state = 'pending'`,
          [people, event.id, outcome.why],
        );
      tx.audit('mail.not_sent', {
        subject: 'event',
        subjectId: event.id,
        path: event.path,
        people,
        facts: { kind: mail.kind, state, why: outcome.why, tries: mail.tries },
      });
    });
  }
}

const idsOf = (mail: ClaimedMail): [people: string[], mails: string[]] => [
  mail.recipients.map((one) => one.personId),
  mail.recipients.map((one) => one.mailId),
];
