import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import { maskedName } from '../../events/rsvp/masked-name.js';
import type { Purpose } from '../../sympathisers/consent/purposes.js';
import { JoinRequests } from './join-requests.js';
import { NewcomersService } from './newcomers.service.js';

/** What the holder of the link is shown: enough to know it for their own, nothing that somebody else typed in full. */
export interface WaitingSignUp {
  for: string;
  phone: string | null;
  purposes: Purpose[];
}

/** The second half of joining: the link in the mail. Looking changes nothing; a POST confirms, once, whoever posts twice. */
@Injectable()
export class ConfirmingService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly requests: JoinRequests,
    private readonly newcomers: NewcomersService,
  ) {}

  /** @returns `confirmed` where it is done already, null where nothing waits (any more) */
  look(actor: SystemActor, requestId: string): Promise<WaitingSignUp | 'confirmed' | null> {
    return this.work.run(actor, async (tx) => {
      const request = await this.requests.find(tx, requestId);
      if (request?.state === 'confirmed') return 'confirmed';
      if (!request?.signUp) return null;
      const { name, phone, purposes } = request.signUp;
      return { for: maskedName(name), phone: phone && `•••• ${phone.slice(-3)}`, purposes };
    });
  }

  /**
   * From here on it counts: the person, and what they ticked.
   * @throws NotFound where nothing waits (any more)
   */
  confirm(actor: SystemActor, requestId: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const request = await this.requests.lock(tx, requestId);
      if (request?.state === 'confirmed') return;
      if (!request?.signUp?.email) throw new NotFound('join.unknown_link');
      const { purposes, notices, locale } = request.signUp;
      const { posterCode } = request;
      const shown = { by: 'email' as const, purposes, notices, language: locale, posterCode };
      const { id, known } = await this.newcomers.takeIn(tx, request.signUp, shown);
      await this.requests.confirmed(tx, request);
      tx.audit('join.confirmed', {
        subject: 'person',
        subjectId: id,
        people: [id],
        facts: { by: 'link', known, poster: posterCode },
      });
    });
  }
}
