import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { maskedName } from '../../events/rsvp/masked-name.js';
import { Config } from '../../platform/config/config.js';
import type { SystemActor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { isLocale, type Locale } from '../../platform/i18n/locale.js';
import { LOGGER } from '../../platform/log/logger.js';
import { Mailer, UnsendableLetter, type Letter } from '../../platform/mail/mailer.service.js';
import { SecretBox } from '../../platform/security/secret-box.js';
import { OwnLinks } from '../../sympathisers/own-links.js';
import { ReplyAddresses } from '../../sympathisers/reply-addresses.js';
import { TYPED } from './asking.service.js';
import { Replies } from './replies.service.js';

interface Reader {
  id: string;
  full_name: string;
  language: string | null;
  link_version: number;
  path: string;
  address: string;
  /** The contact point that the address is. */
  point_id: string | null;
}

/** More people than this at one address are no family: it isn't their own. */
const MOST_AT_ONE_ADDRESS = 8;
/** Of these links in a day, however they are asked for. */
const MOST_IN_A_DAY = 5;

/**
 * Where a letter to somebody goes: what they like best first, and before it, where they stopped, what they had then. A stop doesn't
 * hold it up: they asked for it (T13).
 */
const LIKED_BEST = `true ORDER BY gate.had_when_stopped(p.id, 'email', c.value) DESC, c.preferred DESC, c.created_at, c.id LIMIT 1`;
const READER = (
  which: string,
) => `SELECT p.id, p.full_name, p.language, p.link_version, p.path, a.value AS address, a.id AS point_id
  FROM people p CROSS JOIN LATERAL (
    SELECT c.id, c.value FROM contact_points c WHERE c.person_id = p.id AND c.kind = 'email' AND c.dead_at IS NULL AND ${which}) a
 WHERE p.erased_at IS NULL AND p.path <> ''`;

/** The letters with the link to what we hold: to the person's own mail alone, and only where it was asked for. */
@Injectable()
export class OwnDataLetters {
  constructor(
    private readonly work: UnitOfWork,
    private readonly box: SecretBox,
    private readonly links: OwnLinks,
    private readonly replyAddresses: ReplyAddresses,
    private readonly replies: Replies,
    private readonly mailer: Mailer,
    private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** To whoever has the mail that was typed; for a phone, to the mail on their record. To nobody where we have none. */
  async answer(actor: SystemActor, requestId: string, sealed: string, locale: Locale): Promise<void> {
    const typed = this.box.open(TYPED, requestId, Buffer.from(sealed, 'base64'));
    if (!typed) return;
    const [where, which] = typed.includes('@')
      ? [
          `AND p.id IN (SELECT c.person_id FROM contact_points c WHERE c.value = $1 AND c.kind = 'email' AND c.dead_at IS NULL)`,
          'c.value = $1',
        ]
      : [
          `AND p.id IN (SELECT c.person_id FROM contact_points c WHERE c.value = $1 AND c.kind = 'phone' AND c.dead_at IS NULL
                         UNION SELECT i.person_id FROM person_identities i WHERE i.handle = $1 AND i.platform = 'whatsapp' AND i.to_at IS NULL)`,
          LIKED_BEST,
        ];
    const readers = await this.work.run(actor, (tx) =>
      tx.query<Reader>(`${READER(which)} ${where} ORDER BY p.id LIMIT 100`, [typed]),
    );
    await this.deliver(actor, requestId, readers, locale);
  }

  /** To the mail on the record of each. Whoever holds a mail of ours and asks for it was heard of (see ACTIVE_AT). */
  async send(actor: SystemActor, requestId: string, people: string[], locale: Locale): Promise<void> {
    const readers = await this.work.run(actor, (tx) =>
      tx.query<Reader>(`${READER(LIKED_BEST)} AND p.id = ANY ($1) ORDER BY p.id`, [people]),
    );
    await this.deliver(actor, requestId, readers, locale);
    await this.work.run(actor, (tx) =>
      tx.execute(
        'UPDATE own_data_links SET used_at = now() WHERE person_id = ANY ($1) AND id = $2 AND used_at IS NULL',
        [people, requestId],
      ),
    );
  }

  /** A new mail is theirs once they have opened the link in this letter and said so. Sent again, it is the same letter. */
  async confirm(actor: SystemActor, personId: string, linkId: string, locale: Locale): Promise<void> {
    const row = await this.work.run(actor, (tx) =>
      tx.one<Pick<Reader, 'full_name' | 'language' | 'link_version'> & { value: string | null; sent_at: Date | null }>(
        `SELECT p.full_name, p.language, p.link_version, l.value, l.sent_at FROM own_data_links l JOIN people p ON p.id = l.person_id
          WHERE l.person_id = $1 AND l.id = $2 AND l.used_at IS NULL AND p.erased_at IS NULL`,
        [personId, linkId],
      ),
    );
    if (!row?.value || row.sent_at) return;
    const link = this.links.newMail(personId, linkId, row.link_version);
    await this.post(actor, linkId, 0, row.value, [personId], {
      template: 'own-data-mail',
      locale: isLocale(row.language) ? row.language : locale,
      model: {
        name: maskedName(row.full_name),
        link,
        days: this.config.ownDataLinkDays,
        whyUrl: this.links.ask,
        // It may be a stranger's: they stop what comes to them, and not the person.
        stopUrl: link,
      },
    });
  }

  private async deliver(actor: SystemActor, requestId: string, readers: Reader[], locale: Locale): Promise<void> {
    const groups = [
      ...Map.groupBy(
        readers.filter(({ address }) => address),
        ({ address }) => address,
      ).values(),
    ];
    for (const [n, group] of groups.entries()) {
      if (group.length > MOST_AT_ONE_ADDRESS) {
        await this.replies.keepRequest(
          actor,
          group.slice(0, 50).map(({ id }) => id),
          group[0]!.path,
          requestId,
          'shared_address',
        );
        continue;
      }
      const due = await this.work.run(actor, (tx) => this.due(tx, requestId, group));
      if (due.length) await this.toOne(actor, requestId, n, due, locale);
    }
  }

  /** The rows behind the links: one id for all of a request, so that a retry makes the same ones. Those not sent yet. */
  private async due(tx: Transaction, requestId: string, group: Reader[]): Promise<Reader[]> {
    const due = await tx.query<{ id: string }>(
      `SELECT w.id FROM unnest($1::uuid[]) w(id)
        WHERE (SELECT count(*) FROM own_data_links l WHERE l.person_id = w.id AND l.kind = 'data' AND l.id <> $2
                  AND l.at > now() - interval '1 day') < $3
          AND NOT EXISTS (SELECT FROM own_data_links l WHERE l.person_id = w.id AND l.id = $2 AND l.sent_at IS NOT NULL)`,
      [group.map(({ id }) => id), requestId, MOST_IN_A_DAY],
    );
    const readers = group.filter(({ id }) => due.some((row) => row.id === id));
    await tx.execute(
      `INSERT INTO own_data_links (person_id, id, path, kind, expires_at, point_id)
       SELECT q.id, $3, q.path, 'data', now() + make_interval(days => $4), q.point_id
         FROM unnest($1::uuid[], $2::text[], $5::uuid[]) q(id, path, point_id)
       ON CONFLICT DO NOTHING`,
      [readers.map(({ id }) => id), readers.map(({ path }) => path), requestId, this.config.ownDataLinkDays,
        readers.map((one) => one.point_id)], // prettier-ignore
    );
    return readers;
  }

  private async toOne(actor: SystemActor, requestId: string, n: number, readers: Reader[], asked: Locale) {
    const { language, address } = readers[0]!;
    await this.post(
      actor,
      requestId,
      n,
      address,
      readers.map(({ id }) => id),
      {
        template: 'own-data',
        locale: isLocale(language) ? language : asked,
        model: {
          people: readers.map((one) => ({
            name: maskedName(one.full_name),
            link: this.links.data(one.id, requestId, one.link_version),
            stopUrl: this.links.wayOut(one.id),
          })),
          shared: readers.length > 1,
          days: this.config.ownDataLinkDays,
          whyUrl: this.links.ask,
          officer: this.config.officerMail,
        },
      },
    );
  }

  private async post(
    actor: SystemActor,
    letterId: string,
    n: number,
    address: string,
    people: string[],
    letter: Pick<Letter, 'template' | 'locale' | 'model'>,
  ): Promise<void> {
    const org = letter.locale === 'hi' ? this.config.orgNameHi : this.config.orgNameEn;
    const replyTo = this.replyAddresses.of(letterId);
    try {
      await this.mailer.send({
        ...letter,
        to: { name: '', address },
        messageId: `<${letterId}${n ? `.${n}` : ''}@${this.config.hostName}>`,
        ...(replyTo && { replyTo: { name: org, address: replyTo } }),
      });
    } catch (error) {
      if (!(error instanceof UnsendableLetter)) throw error;
      this.log.warn({ letterId, why: error.message }, 'a letter about own data could not be sent');
      return;
    }
    await this.work.run(actor, async (tx) => {
      await tx.execute('UPDATE own_data_links SET sent_at = now() WHERE person_id = ANY ($1) AND id = $2', [
        people,
        letterId,
      ]);
      tx.audit('own_data.link_sent', { people, facts: { letter: letter.template } });
    });
  }
}
