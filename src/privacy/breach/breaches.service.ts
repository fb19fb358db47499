import { Injectable } from '@nestjs/common';
import type { GrantActor, SystemActor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Invalid, NotFound } from '../../platform/errors.js';
import { RoleNames } from '../../audit/role-names.js';
import { CountBreach, TellOfClock } from './breach-jobs.js';
import { Breach, type Step } from './breach.entity.js';
import { clockOf, remindersDue } from './clock.js';

export interface NewBreach {
  title: string;
  aware: Date;
  from: Date;
  to: Date;
  /** Ids of users, tokens, territories and files, in sight of the actor. */
  actors: string[];
  tokens: string[];
  territories: string[];
  exports: string[];
  notice?: string;
}

export interface BreachWords {
  nature?: string;
  consequences?: string;
  measures?: string;
  prevention?: string;
}

/** Breaches of personal data: who was affected, what was decided, and that the clock is kept (T35). */
@Injectable()
export class BreachesService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly roles: RoleNames,
  ) {}

  /**
   * Opens a case and has it counted by a job.
   * @throws Invalid `to`, `aware`, `who`; NotFound for a notice out of sight; Conflict for one that has a case
   */
  open(actor: GrantActor, breach: NewBreach): Promise<{ id: string }> {
    if (breach.from >= breach.to) throw Invalid.field('to', 'breach.problem.span');
    // Some minutes for a clock that goes ahead.
    if (breach.aware.getTime() > Date.now() + 600_000) throw Invalid.field('aware', 'breach.problem.future');
    if (breach.actors.includes(actor.userId)) throw Invalid.field('who', 'breach.problem.yourself');
    return this.work.run(actor, async (tx) => {
      const id = uuidv7();
      if (breach.notice) await this.claim(tx, breach.notice);
      await tx.insert(Breach, {
        id,
        territoryId: actor.territoryId,
        path: actor.scope.from,
        title: breach.title,
        awareAt: breach.aware,
        spanFrom: breach.from,
        spanTo: breach.to,
        actors: breach.actors,
        tokens: breach.tokens,
        territories: breach.territories,
        exports: breach.exports,
        noticeId: breach.notice ?? null,
        openedBy: actor.userId,
        reminded: [],
      });
      if (breach.notice) await tx.execute('UPDATE notices SET breach_id = $2 WHERE id = $1', [breach.notice, id]);
      await this.note(tx, { id, path: actor.scope.from }, 'opened', null, actor.userId);
      const { actors, tokens, territories, exports } = breach;
      tx.audit('breach.opened', {
        subject: 'breach',
        subjectId: id,
        facts: { actors, tokens, territories, exports, from: breach.from.toISOString(), to: breach.to.toISOString() },
      });
      await tx.enqueue(CountBreach, { breachId: id }, { key: `breach.count:${id}` });
      return { id };
    });
  }

  /** Has it counted once more, as the register and the trail are now. @throws NotFound; Conflict once it is closed */
  recount(actor: GrantActor, id: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const breach = await this.locked(tx, id);
      breach.mustBeOpen();
      breach.countedAt = null;
      await tx.save(breach);
      tx.audit('breach.recounted', { subject: 'breach', subjectId: id, path: breach.path });
      await tx.enqueue(CountBreach, { breachId: id }, { key: `breach.count:${id}` });
    });
  }

  /** Counts who was affected: of the whole register in the case's territory, whoever it was that looked. */
  count(actor: SystemActor, id: string): Promise<{ people: number; erased: number } | null> {
    return this.work.run(actor, async (tx) => {
      const counts = await tx.one<{ people: number; erased: number }>(
        'SELECT people, erased FROM gate.breach_count($1)',
        [id],
      );
      if (!counts) return null;
      const { path } = (await tx.one<{ path: string }>('SELECT path FROM breaches WHERE id = $1', [id]))!;
      tx.audit('breach.counted', { subject: 'breach', subjectId: id, path, facts: counts });
      await this.note(tx, { id, path }, 'counted', String(counts.people), null);
      return counts;
    });
  }

  /** Keeps the report's own words. @throws NotFound; Conflict once it is closed */
  describe(actor: GrantActor, id: string, words: BreachWords): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const breach = await this.locked(tx, id);
      breach.mustBeOpen();
      breach.nature = words.nature ?? null;
      breach.consequences = words.consequences ?? null;
      breach.measures = words.measures ?? null;
      breach.prevention = words.prevention ?? null;
      await tx.save(breach);
      tx.audit('breach.described', { subject: 'breach', subjectId: id, path: breach.path, after: { ...words } });
    });
  }

  /**
   * Takes a step, or notes a decision: who and when.
   * @throws NotFound; Conflict for a step taken before, or too early; Invalid `note` where a decision or the end has none
   */
  step(actor: GrantActor, id: string, step: Step | 'decision', note: string | undefined): Promise<void> {
    if (!note && (step === 'decision' || step === 'closed')) throw Invalid.field('note', 'breach.problem.note');
    return this.work.run(actor, async (tx) => {
      const breach = await this.locked(tx, id);
      if (step === 'decision') breach.mustBeOpen();
      else breach.take(step, actor.userId, new Date());
      await tx.save(breach);
      await this.note(tx, breach, step, note ?? null, actor.userId);
      tx.audit(`breach.${step}`, {
        subject: 'breach',
        subjectId: id,
        path: breach.path,
        after: { note: note ?? null },
      });
    });
  }

  /** Has the officers told of clocks that are about to run out, or have: each stage once. @returns how many letters */
  async watchClocks(actor: SystemActor, now: Date): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const open = await tx.query<{ id: string; path: string; aware_at: Date; reminded: string[] }>(
        `SELECT id, path, aware_at, reminded FROM breaches WHERE closed_at IS NULL AND detailed_at IS NULL ORDER BY aware_at`,
      );
      const roles = await this.roles.thatMay(tx, 'privacy.breach');
      let letters = 0;
      for (const { id, path, aware_at, reminded } of open)
        for (const stage of remindersDue(clockOf(aware_at, null, now)).filter((one) => !reminded.includes(one))) {
          await tx.execute('UPDATE breaches SET reminded = reminded || $2::text WHERE id = $1', [id, stage]);
          await this.note(tx, { id, path }, stage, null, null);
          tx.audit('breach.reminded', { subject: 'breach', subjectId: id, path, facts: { stage } });
          const readers = await tx.query<{ user_id: string }>('SELECT user_id FROM gate.breach_readers($1, $2)', [
            id,
            roles,
          ]);
          for (const { user_id: userId } of readers)
            await tx.enqueue(
              TellOfClock,
              { breachId: id, userId, stage },
              { key: `breach.clock:${id}:${userId}:${stage}` },
            );
          letters += readers.length;
        }
      return letters;
    });
  }

  /** @throws NotFound; Conflict where the notice has a case already */
  private async claim(tx: Transaction, noticeId: string): Promise<void> {
    const notice = await tx.one<{ breach_id: string | null }>(
      'SELECT breach_id FROM notices WHERE id = $1 FOR UPDATE',
      [noticeId],
    );
    if (!notice) throw new NotFound();
    if (notice.breach_id) throw new Conflict('breach.notice_has_case');
  }

  private async locked(tx: Transaction, id: string): Promise<Breach> {
    await tx.findOrFail(Breach, { id });
    return tx.lock(Breach, { id });
  }

  private note(
    tx: Transaction,
    { id, path }: { id: string; path: string },
    step: string,
    note: string | null,
    by: string | null,
  ) {
    return tx.query(
      'INSERT INTO breach_steps (breach_id, id, path, user_id, step, note) VALUES ($1, $2, $3, $4, $5, $6)',
      [id, uuidv7(), path, by, step, note],
    );
  }
}
