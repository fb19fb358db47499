import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { outcomeOf } from '../../mailings/smtp-outcome.js';
import { SuppressionService } from '../../sympathisers/consent/suppression.service.js';
import { nameKey } from '../../sympathisers/name-key.js';
import { PrivacyNotices, type ShownNotice } from '../../sympathisers/privacy-notices/privacy-notices.js';
import { HomeOfSignUp } from './home-of-sign-up.js';
import { JoinLetters, type Standing } from './join-letters.js';
import { JoinRequests, type JoinRequest, type JoinState } from './join-requests.js';
import type { SignUp } from './sign-up.js';

/** Letters to one address within a day; to one that asked to stop, within the days that a sign-up waits. */
const LETTERS_A_DAY = 3;

type Step =
  | { do: 'mail'; signUp: SignUp & { email: string }; standing: Standing; told: ShownNotice[] }
  | { do: 'ask'; territoryId: string }
  | { do: 'hold' };

/** What follows from a sign-up: a letter, a question by phone, or nothing. Decided here, where nobody outside sees it. */
@Injectable()
export class AnsweringService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly requests: JoinRequests,
    private readonly letters: JoinLetters,
    private readonly suppressions: SuppressionService,
    private readonly notices: PrivacyNotices,
    private readonly homes: HomeOfSignUp,
  ) {}

  /** Run twice it sends the same letter. What the server will never take is held, and erased in time like the rest. */
  async answer(actor: SystemActor, requestId: string): Promise<void> {
    const step = await this.work.run(actor, async (tx) => {
      // Of two sign-ups of one mail at once, the second sees that a letter goes to the first.
      const request = await this.requests.lock(tx, requestId);
      if (request?.state !== 'new' || !request.signUp) return null;
      const next = await this.stepFor(tx, request, request.signUp);
      if (next.do === 'mail') await tx.execute('UPDATE join_requests SET mailed_at = now() WHERE id = $1', [requestId]);
      return next;
    });
    if (!step) return;
    let state: JoinState = step.do === 'mail' ? 'mailed' : step.do === 'ask' ? 'to_call' : 'held';
    if (step.do === 'mail')
      try {
        await this.letters.send(requestId, step.signUp, step.standing, step.told);
      } catch (error) {
        if (outcomeOf(error).state !== 'failed') throw error;
        state = 'held';
      }
    await this.work.run(actor, (tx) =>
      tx.execute(
        `UPDATE join_requests SET state = $2, mailed_at = CASE WHEN $2 = 'mailed' THEN mailed_at END, territory_id = $3
          WHERE id = $1 AND state = 'new'`,
        [requestId, state, step.do === 'ask' ? step.territoryId : null],
      ),
    );
  }

  private async stepFor(tx: Transaction, request: JoinRequest, signUp: SignUp): Promise<Step> {
    const { email, phone } = signUp;
    if (email) {
      const standing = await this.standingOf(tx, email);
      if (await this.hadEnough(tx, request.id, standing)) return { do: 'hold' };
      const told = await this.notices.told(tx, signUp.locale, signUp.purposes);
      return { do: 'mail', signUp: { ...signUp, email }, standing, told };
    }
    if (!phone || (await this.mustNotBeCalled(tx, phone, signUp.name))) return { do: 'hold' };
    const home = await this.homes.of(tx, signUp, request.posterCode);
    return { do: 'ask', territoryId: home.id };
  }

  private async standingOf(tx: Transaction, email: string): Promise<Standing> {
    const [stopped] = await this.suppressions.stopped(tx.actor, [{ kind: 'email', value: email }]);
    if (stopped) return 'stopped';
    const known = await tx.query<{ id: string }>(
      `SELECT p.id FROM contact_points c JOIN people p ON p.id = c.person_id
        WHERE c.kind = 'email' AND c.value = $1 AND p.erased_at IS NULL ORDER BY p.id LIMIT 20`,
      [email],
    );
    tx.shown('sympathiser.matched', known.map(({ id }) => id)); // prettier-ignore
    return known.length ? 'known' : 'new';
  }

  /** Somebody who goes on typing an address into the form doesn't fill its mailbox. */
  private async hadEnough(tx: Transaction, id: string, standing: Standing): Promise<boolean> {
    const row = await tx.one<{ today: number; ever: number }>(
      `SELECT count(*) FILTER (WHERE o.mailed_at > now() - interval '1 day')::int AS today, count(*)::int AS ever
         FROM join_requests r JOIN join_requests o ON o.mail_hash = r.mail_hash AND o.mailed_at IS NOT NULL AND o.id <> r.id
        WHERE r.id = $1`,
      [id],
    );
    return standing === 'stopped' ? row!.ever > 0 : row!.today >= LETTERS_A_DAY;
  }

  /** Stopped, or the last word of somebody with that phone about calls was a no: a form doesn't change that (T25). */
  private async mustNotBeCalled(tx: Transaction, phone: string, name: string): Promise<boolean> {
    const [stopped] = await this.suppressions.stopped(tx.actor, [
      { kind: 'phone', value: phone, nameKey: nameKey(name) },
    ]);
    if (stopped) return true;
    const refused = await tx.one(
      `SELECT 1 FROM contact_points c JOIN people p ON p.id = c.person_id
        WHERE c.kind = 'phone' AND c.value = $1 AND p.erased_at IS NULL
          AND contact_barrier(p.id, 'contact', 'phone') IN ('refused', 'withdrawn') LIMIT 1`,
      [phone],
    );
    return refused !== null;
  }
}
