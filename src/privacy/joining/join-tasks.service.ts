import { Injectable } from '@nestjs/common';
import { userIdOf, type GrantActor, type SystemActor } from '../../platform/database/actor.js';
import { RootScope } from '../../platform/database/root-scope.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import type { Purpose } from '../../sympathisers/consent/purposes.js';
import { SuppressionService } from '../../sympathisers/consent/suppression.service.js';
import { nameKey } from '../../sympathisers/name-key.js';
import { PrivacyNotices } from '../../sympathisers/privacy-notices/privacy-notices.js';
import { JoinRequests } from './join-requests.js';
import { NewcomersService } from './newcomers.service.js';
import { UNCONFIRMED_DAYS, type SignUp } from './sign-up.js';

/** One who signed up with a phone alone, and may be asked once whether it was they. */
export interface JoinTask {
  id: string;
  state: 'to_call' | 'taken' | 'tried';
  territory: string;
  askedAt: Date;
  /** Then it is erased. */
  until: Date;
  /** What they wrote; only of those that the asker took. */
  signUp: Pick<SignUp, 'name' | 'phone' | 'language' | 'purposes'> | null;
}

interface Row {
  id: string;
  state: JoinTask['state'];
  territory: string;
  asked_at: Date;
  sealed: Buffer | null;
}

const MOST = 50;
const DAY_MS = 86_400_000;

/**
 * Sign-ups with a phone alone: one call to ask whether it was they, by one of the team where they live. Nobody sees what was
 * typed before they take it upon themselves, and what they took is theirs alone.
 */
@Injectable()
export class JoinTasksService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly requests: JoinRequests,
    private readonly newcomers: NewcomersService,
    private readonly suppressions: SuppressionService,
    private readonly notices: PrivacyNotices,
    private readonly root: RootScope,
  ) {}

  /** The asker's own first, then those that nobody took, the oldest first; and what is to be told. */
  list(actor: GrantActor, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<Row>(
        `SELECT j.id, j.state, CASE $2 WHEN 'hi' THEN t.name_hi ELSE t.name_en END AS territory, j.asked_at, j.sealed
           FROM gate.join_tasks($1) j JOIN territories t ON t.id = j.territory_id`,
        [MOST, locale],
      );
      return { items: rows.map((row) => this.taskOf(row)), told: await this.notices.told(tx, locale) };
    });
  }

  /**
   * Takes one: from now on the asker sees whom to call. Who stopped meanwhile is erased instead.
   * @throws Conflict where somebody else took it or it is gone
   */
  async take(actor: GrantActor, id: string): Promise<void> {
    const stopped = await this.work.run(actor, async (tx) => {
      const row = await tx.one<{ sealed: Buffer | null }>('SELECT gate.take_join_task($1) AS sealed', [id]);
      const signUp = row?.sealed ? this.requests.open(id, row.sealed) : null;
      if (!signUp?.phone) throw new Conflict('join.task.gone');
      tx.audit('join.task_taken', { subject: 'join_request', subjectId: id });
      const [isStopped] = await this.suppressions.stopped(actor, [asTyped(signUp)]);
      if (isStopped) await tx.query(`SELECT gate.end_join_task($1, 'gone')`, [id]);
      return isStopped;
    });
    if (stopped) throw new Conflict('join.task.gone');
  }

  /**
   * What came of it. `no`: erased at once; `no_answer`: not asked again, unless they call back by themselves; `not_called`:
   * somebody else may.
   * @throws NotFound where it is not the asker's
   */
  end(actor: GrantActor, id: string, outcome: 'no' | 'no_answer' | 'not_called'): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const how = { no: 'gone', no_answer: 'tried', not_called: 'back' }[outcome];
      const row = await tx.one<{ done: boolean }>('SELECT gate.end_join_task($1, $2) AS done', [id, how]);
      if (!row?.done) throw new NotFound();
      tx.audit('join.task_ended', { subject: 'join_request', subjectId: id, facts: { outcome } });
    });
  }

  /**
   * They said yes: the person, with what they agreed to on the phone. The named system takes them in, as a member may not,
   * once it is clear that the asker took this very one.
   * @throws NotFound where it is not the asker's; Conflict where the phone was stopped meanwhile
   */
  async agreed(actor: GrantActor, id: string, purposes: Purpose[], language: Locale): Promise<void> {
    const registrar: SystemActor = {
      kind: 'system',
      name: 'system:join-task',
      scope: await this.root.scope(),
      causedBy: userIdOf(actor) ?? undefined,
    };
    await this.work.run(registrar, async (tx) => {
      const mine = await tx.one(
        `SELECT 1 FROM join_requests r JOIN territories t ON t.id = r.territory_id
          WHERE r.id = $1 AND r.taken_by = $2 AND r.state IN ('taken', 'tried') AND t.path >= $3 AND t.path < $4 FOR UPDATE OF r`,
        [id, actor.userId, actor.scope.from, actor.scope.to],
      );
      const request = mine && (await this.requests.find(tx, id));
      if (!request?.signUp?.phone) throw new NotFound();
      const [stopped] = await this.suppressions.stopped(registrar, [asTyped(request.signUp)]);
      if (stopped) throw new Conflict('join.task.gone');
      const { posterCode } = request;
      const shown = { by: 'phone' as const, purposes, notices: await this.notices.ids(tx), language, posterCode };
      const taken = await this.newcomers.takeIn(tx, request.signUp, shown);
      await this.requests.confirmed(tx, request);
      tx.audit('join.confirmed', {
        subject: 'person',
        subjectId: taken.id,
        people: [taken.id],
        facts: { by: 'phone', known: taken.known, poster: posterCode },
      });
    });
  }

  private taskOf({ id, state, territory, asked_at, sealed }: Row): JoinTask {
    const signUp = sealed && this.requests.open(id, sealed);
    return {
      id,
      state,
      territory,
      askedAt: asked_at,
      until: new Date(asked_at.getTime() + UNCONFIRMED_DAYS * DAY_MS),
      signUp: signUp && {
        name: signUp.name,
        phone: signUp.phone,
        language: signUp.language,
        purposes: signUp.purposes,
      },
    };
  }
}

/** One who was erased is stopped by name, where the phone is a family's. */
const asTyped = ({ phone, name }: SignUp) => ({ kind: 'phone', value: phone!, nameKey: nameKey(name) });
