import { Injectable } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { Forbidden } from '../errors.js';
import { requestContext } from '../web/request-context.js';
import { databaseRoleOf, isGrantActor, scopeOfActor, type Actor } from './actor.js';
import { sqlStateOf } from './sql-state.js';
import { Transaction } from './transaction.js';

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * The one place that opens a transaction. It is opened for an actor: the database role and the scope are set with it,
 * in the same round trip, so that Postgres itself shows and takes only what the actor may see and write.
 */
@Injectable()
export class UnitOfWork {
  private readonly running = new AsyncLocalStorage<Transaction>();

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one transaction for `actor`. Called inside another unit of work of the same actor it joins that one;
   * a failure anywhere undoes all of it.
   * @throws Forbidden when Postgres refuses a row (SQLSTATE 42501)
   */
  async run<T>(actor: Actor, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const outer = this.running.getStore();
    if (outer) {
      if (outer.actor !== actor) throw new Error('A unit of work of another actor is still open.');
      return work(outer);
    }
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.connect();
      await this.begin(runner, actor);
      const tx = new Transaction(actor, runner, requestContext.getStore());
      let result: T;
      try {
        result = await this.running.run(tx, () => work(tx));
        await tx.close();
        await runner.query('COMMIT');
      } catch (error) {
        await runner.query('ROLLBACK').catch(() => undefined);
        throw error;
      } finally {
        (runner as { isTransactionActive: boolean }).isTransactionActive = false;
      }
      tx.committed();
      return result;
    } catch (error) {
      if (sqlStateOf(error) === INSUFFICIENT_PRIVILEGE) throw new Forbidden().causedBy(error);
      throw error;
    } finally {
      await runner.release();
    }
  }

  private async begin(runner: QueryRunner, actor: Actor) {
    await runner.query(beginSql(actor));
    // TypeORM would otherwise open a transaction of its own around every save.
    (runner as { isTransactionActive: boolean }).isTransactionActive = true;
  }
}

/**
 * Members and hosts have no SELECT on what lies below a person: the same names mean the views of these schemas there. One
 * text of SQL serves all, and what somebody may see is decided in one place.
 */
const SEARCH_PATHS: Record<string, string> = { sampark_member: 'own, public', sampark_host: 'asked, public' };

/** No meet-up has this id: a role for one meet-up that names none sees none. */
const NO_EVENT = '00000000-0000-0000-0000-000000000000';

/** `BEGIN` with the actor's role and settings: one message, so one round trip. `SET LOCAL` dies with the transaction. */
export function beginSql(actor: Actor): string {
  const scope = scopeOfActor(actor);
  const settings: Record<string, string> = { 'app.actor': actor.kind };
  if (scope) Object.assign(settings, { 'app.scope_from': scope.from, 'app.scope_to': scope.to });
  if (isGrantActor(actor)) {
    settings['app.user_id'] = actor.userId;
    if (actor.reach === 'team' && actor.teamIds?.length) settings['app.team_ids'] = `{${actor.teamIds.join(',')}}`;
    if (actor.reach === 'event') settings['app.event_id'] = actor.eventId ?? NO_EVENT;
  }
  if (actor.kind === 'system' && actor.causedBy) settings['app.user_id'] = actor.causedBy;
  if (actor.kind === 'link') {
    settings['app.person_id'] = actor.personId;
    settings['app.link_purpose'] = actor.purpose;
    if (actor.invitationId) settings['app.invitation_id'] = actor.invitationId;
    if (actor.eventId) settings['app.event_id'] = actor.eventId;
  }
  const role = databaseRoleOf(actor);
  const lines = Object.entries(settings).map(([name, value]) => `SET LOCAL ${name} = ${pg.escapeLiteral(value)}`);
  return [
    'BEGIN',
    `SET LOCAL ROLE ${role}`,
    `SET LOCAL search_path = ${SEARCH_PATHS[role] ?? 'public'}`,
    ...lines,
  ].join('; ');
}
