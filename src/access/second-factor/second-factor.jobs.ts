import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { SystemActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { isLocale } from '../../platform/i18n/locale.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { Mailer } from '../../platform/mail/mailer.service.js';
import { User } from '../user.entity.js';
import { NoticeSecondFactor, type FactorEvent } from './second-factor-notice.job.js';

@Injectable()
export class SecondFactorJobs {
  constructor(
    private readonly work: UnitOfWork,
    private readonly mailer: Mailer,
    private readonly config: Config,
  ) {}

  /** Nothing to who has no e-mail: their convenor is who they ask. A disabled user is told as well: it is their account. */
  @Runs({ job: NoticeSecondFactor })
  async notice(
    actor: SystemActor,
    notice: { id: string; userId: string; what: FactorEvent; at: string },
  ): Promise<void> {
    const user = await this.work.run(actor, (tx) => tx.find(User, { id: notice.userId }));
    if (!user?.email) return;
    await this.mailer.send({
      template: 'second-factor',
      to: { name: user.fullName, address: user.email },
      locale: isLocale(user.language) ? user.language : this.config.defaultLanguage,
      messageId: `<second-factor-${notice.id}@${this.config.hostName}>`,
      model: { name: user.fullName, what: notice.what, at: notice.at, link: `${this.config.baseUrl}/second-factor` },
    });
  }
}
