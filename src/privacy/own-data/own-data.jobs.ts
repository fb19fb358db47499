import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { AnswerOwnData, ConfirmNewMail, SendOwnData } from './own-data-jobs.js';
import { OwnDataLetters } from './own-data-letters.service.js';

@Injectable()
export class OwnDataJobs {
  constructor(private readonly letters: OwnDataLetters) {}

  @Runs({ job: AnswerOwnData })
  answer(actor: SystemActor, { requestId, sealed, locale }: { requestId: string; sealed: string; locale: Locale }) {
    return this.letters.answer(actor, requestId, sealed, locale);
  }

  @Runs({ job: SendOwnData })
  send(actor: SystemActor, { requestId, people, locale }: { requestId: string; people: string[]; locale: Locale }) {
    return this.letters.send(actor, requestId, people, locale);
  }

  @Runs({ job: ConfirmNewMail })
  confirm(actor: SystemActor, { personId, linkId, locale }: { personId: string; linkId: string; locale: Locale }) {
    return this.letters.confirm(actor, personId, linkId, locale);
  }
}
