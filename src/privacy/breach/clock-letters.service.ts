import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { SystemActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { isLocale } from '../../platform/i18n/locale.js';
import { Mailer } from '../../platform/mail/mailer.service.js';
import { HOURS } from './clock.js';

interface Found {
  name: string;
  email: string | null;
  language: string;
  disabled: boolean;
  title: string;
  aware_at: Date;
  people: number;
}

/** The letter to an officer that the clock of a case runs out, or has. It names nobody of the register. */
@Injectable()
export class ClockLetters {
  constructor(
    private readonly work: UnitOfWork,
    private readonly mailer: Mailer,
    private readonly config: Config,
  ) {}

  /** Run twice it sends the same letter; nothing once the details are with the Board, or the case is closed. */
  async send(
    actor: SystemActor,
    { breachId, userId, stage }: { breachId: string; userId: string; stage: 'last_call' | 'over' },
  ): Promise<void> {
    const found = await this.work.run(actor, (tx) =>
      tx.one<Found>(
        `SELECT u.full_name AS name, u.email, u.language, u.disabled_at IS NOT NULL AS disabled, b.title, b.aware_at, b.people
           FROM breaches b JOIN users u ON u.id = $2 WHERE b.id = $1 AND b.detailed_at IS NULL AND b.closed_at IS NULL`,
        [breachId, userId],
      ),
    );
    if (!found?.email || found.disabled) return;
    await this.mailer.send({
      template: 'breach-clock',
      to: { name: found.name, address: found.email },
      locale: isLocale(found.language) ? found.language : this.config.defaultLanguage,
      messageId: `<breach-${breachId}-${userId}-${stage}@${this.config.hostName}>`,
      model: {
        name: found.name,
        title: found.title,
        people: found.people,
        stage,
        due: new Date(found.aware_at.getTime() + HOURS * 3_600_000),
        link: `${this.config.baseUrl}/breaches/${breachId}`,
      },
    });
  }
}
