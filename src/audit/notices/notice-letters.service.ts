import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { SystemActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { isLocale } from '../../platform/i18n/locale.js';
import { Mailer } from '../../platform/mail/mailer.service.js';

interface Found {
  name: string;
  email: string | null;
  language: string;
  disabled: boolean;
  about: string;
  facts: Record<string, unknown>;
  name_en: string;
  name_hi: string;
}

/** The letter about a notice: which user, how many people, and nobody of the register. */
@Injectable()
export class NoticeLetters {
  constructor(
    private readonly work: UnitOfWork,
    private readonly mailer: Mailer,
    private readonly config: Config,
  ) {}

  /** Run twice it sends the same letter, with the same id; nothing once somebody has looked at the notice. */
  async send(actor: SystemActor, noticeId: string, userId: string): Promise<void> {
    const found = await this.work.run(actor, (tx) =>
      tx.one<Found>(
        `SELECT u.full_name AS name, u.email, u.language, u.disabled_at IS NOT NULL AS disabled, a.full_name AS about, n.facts,
                t.name_en, t.name_hi
           FROM notices n JOIN users u ON u.id = $2 JOIN user_names a ON a.id = n.user_id JOIN territories t ON t.path = n.path
          WHERE n.id = $1 AND n.reviewed_at IS NULL`,
        [noticeId, userId],
      ),
    );
    if (!found?.email || found.disabled) return;
    await this.mailer.send({
      template: 'audit-notice',
      to: { name: found.name, address: found.email },
      locale: isLocale(found.language) ? found.language : this.config.defaultLanguage,
      messageId: `<notice-${noticeId}-${userId}@${this.config.hostName}>`,
      model: {
        name: found.name,
        about: found.about,
        shown: found.facts.shown,
        assigned: found.facts.assigned,
        territory: { name_en: found.name_en, name_hi: found.name_hi },
        link: `${this.config.baseUrl}/audit/notices`,
      },
    });
  }
}
