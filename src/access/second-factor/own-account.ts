import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { RootScope } from '../../platform/database/root-scope.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Unauthenticated } from '../../platform/errors.js';
import type { Request } from '../../platform/web/request.js';
import { NoticeSecondFactor, type FactorEvent } from './second-factor-notice.job.js';

/** Somebody signed in, about their own account: within no grant. */
export interface Oneself {
  userId: string;
  sessionId: string;
  address: string;
  /** A second factor was shown in this session, lately. */
  proved: boolean;
}

/** @throws Unauthenticated without a session: a token has no account of its own */
export function oneself(request: Request): Oneself {
  const { who } = request.sampark;
  if (!who?.sessionId) throw new Unauthenticated();
  return { userId: who.userId, sessionId: who.sessionId, address: request.ip, proved: who.proved ?? false };
}

/**
 * Units of work about one's own account. One needs no role for it, and may have none: it is done as the system, caused by
 * oneself, as signing in is.
 */
@Injectable()
export class OwnAccount {
  constructor(
    private readonly work: UnitOfWork,
    private readonly root: RootScope,
  ) {}

  async run<T>(userId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const actor: SystemActor = {
      kind: 'system',
      name: 'system:sign-in',
      scope: await this.root.scope(),
      causedBy: userId,
    };
    return this.work.run(actor, work);
  }
}

/** Writes down what happened to a user's second factor, and has them told. */
export async function tellOf(
  tx: Transaction,
  userId: string,
  what: FactorEvent,
  facts?: Record<string, unknown>,
): Promise<void> {
  const user = await tx.one<{ path: string }>('SELECT path FROM users WHERE id = $1', [userId]);
  tx.audit(`second_factor.${what}`, { subject: 'user', subjectId: userId, path: user?.path, facts });
  await tx.enqueue(NoticeSecondFactor, { id: uuidv7(), userId, what, at: new Date().toISOString() });
}
