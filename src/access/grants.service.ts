import { Injectable } from '@nestjs/common';
import { isGrantActor, userIdOf, type Actor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Invalid, NotFound } from '../platform/errors.js';
import { Territory } from '../territories/territory.entity.js';
import { GrantEnded } from './grant-ended.job.js';
import { Grant } from './grant.entity.js';
import { Role } from './roles/role.entity.js';
import { fitsLevel, holdsAllOf, mayGive, mayManage, reaches, type RoleAt } from './grant-rules.js';
import { RolesService } from './roles/roles.service.js';
import { UserEnded } from './user-ended.job.js';
import { User } from './user.entity.js';

export interface NewGrant {
  userId: string;
  role: string;
  territoryId: string;
  /** Why, in words. */
  reason?: string;
  /** The one meet-up, for a role that reaches no further. */
  eventId?: string;
  /** From when on; now, where not told. */
  from?: Date;
  /** Until when; open, where not told. */
  until?: Date;
  /** The grant of the actor that is given on for a time. */
  delegatedFrom?: string;
}

/** A role that somebody holds now. */
export type HeldRole = RoleAt & { grantId: string; role: string };

/** Gives and ends roles on territories. Nobody gives more than they hold, above or beside their territory, or to themselves. */
@Injectable()
export class GrantsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly roles: RolesService,
  ) {}

  /**
   * Gives a role on a territory, from now on or for a time.
   * @returns the grant's id
   * @throws NotFound where the user or the territory is outside the actor's sight
   * @throws Forbidden for oneself, or for more than the actor holds
   * @throws Invalid `until` before `from`, or over
   * @throws Conflict where the user is disabled, or holds it already
   */
  give(actor: Actor, wanted: NewGrant): Promise<{ id: string }> {
    if (wanted.until && wanted.until <= (wanted.from ?? new Date()))
      throw Invalid.field('until', 'access.until_before_from');
    return this.work.run(actor, async (tx) => {
      const territory = await this.placeFor(tx, wanted.role, wanted.territoryId);
      if (isGrantActor(actor) && wanted.userId === actor.userId) throw new Forbidden('access.not_yourself');
      // Locked, so that two who give the same role at once don't both find it missing.
      const user = await tx.lock(User, { id: wanted.userId });
      if (user.disabledAt) throw new Conflict('access.is_disabled');
      if (await this.held(tx, wanted)) throw new Conflict('access.grant_held');
      return this.write(tx, wanted, territory);
    });
  }

  /** The grant of a user on a territory that is in force now, if any. */
  async held(tx: Transaction, wanted: NewGrant): Promise<{ id: string } | null> {
    return tx.one<{ id: string }>(
      'SELECT grant_id AS id FROM gate.grants_of($1) WHERE role = $2 AND territory_id = $3 LIMIT 1',
      [wanted.userId, wanted.role, wanted.territoryId],
    );
  }

  /**
   * The territory of a role to be given, once it is sure that the actor may.
   * @throws NotFound, Forbidden as `give`
   * @throws Invalid `role` for one that isn't there, or is for one meet-up and given without it; `territory` for a role that
   *   this level doesn't have
   */
  async placeFor(tx: Transaction, role: string, territoryId: string, eventId?: string): Promise<Territory> {
    const territory = await tx.findOrFail(Territory, { id: territoryId });
    if (!reaches(tx.actor, territory.path)) throw new NotFound();
    const wanted = await this.roles.find(tx, role);
    if (!holdsAllOf(tx.actor, wanted)) throw new Forbidden('access.more_than_you_hold');
    if ((wanted.reach === 'event') !== Boolean(eventId)) throw Invalid.field('role', 'hosts.helper.given_there');
    if (!fitsLevel(wanted, territory.level)) throw Invalid.field('territory', 'access.role_not_at_level');
    return territory;
  }

  /** Writes a grant that has been checked: for `give`, and for a new user's first. */
  async write(tx: Transaction, wanted: NewGrant, territory: Territory): Promise<{ id: string }> {
    const id = uuidv7();
    await tx.insert(Grant, {
      id,
      userId: wanted.userId,
      role: wanted.role,
      territoryId: territory.id,
      path: territory.path,
      givenBy: userIdOf(tx.actor),
      reason: wanted.reason ?? null,
      ...(wanted.from && { fromAt: wanted.from }),
      toAt: wanted.until ?? null,
      eventId: wanted.eventId ?? null,
      delegatedFrom: wanted.delegatedFrom ?? null,
    });
    tx.audit('grant.given', {
      subject: 'user',
      subjectId: wanted.userId,
      path: territory.path,
      facts: { grant: id, role: wanted.role, ...(wanted.eventId && { event: wanted.eventId }), ...span(wanted) },
      after: wanted.reason ? { reason: wanted.reason } : undefined,
    });
    return { id };
  }

  /**
   * Ends a grant: it no longer holds from the user's next request.
   * @throws NotFound outside the actor's territory, or where it is over
   * @throws Forbidden for one's own, or one that is more than the actor holds
   * @throws Conflict for the last state admin
   */
  end(actor: Actor, grantId: string, why?: string): Promise<{ userId: string }> {
    return this.work.run(actor, async (tx) => {
      const grant = await tx.lock(Grant, { id: grantId });
      if (isGrantActor(actor) && grant.userId === actor.userId) throw new Forbidden('access.not_yourself');
      const worth = await tx.findOrFail(Role, { code: grant.role });
      if (!mayGive(actor, { ...worth, path: grant.path }) && !isGivenOnBy(grant, actor))
        throw new Forbidden('access.more_than_you_hold');
      if (grant.toAt && grant.toAt <= new Date()) throw new Conflict('access.grant_over');
      if (grant.role === 'state_admin') await this.keepAnAdmin(tx, grant.userId);
      await tx.execute(
        'UPDATE grants SET to_at = greatest(now(), from_at), ended_by = $2, end_reason = $3 WHERE id = $1',
        [grantId, userIdOf(actor), why ?? null],
      );
      tx.audit('grant.ended', {
        subject: 'user',
        subjectId: grant.userId,
        path: grant.path,
        facts: { grant: grantId, role: grant.role },
      });
      await tx.enqueue(GrantEnded, { grantId });
      const left = await this.rolesOf(tx, grant.userId);
      if (!left.length) await tx.enqueue(UserEnded, { userId: grant.userId }, { key: `user-ended:${grant.userId}` });
      return { userId: grant.userId };
    });
  }

  /** All roles a user holds now, wherever they are. */
  async rolesOf(tx: Transaction, userId: string): Promise<HeldRole[]> {
    return tx.query<HeldRole>('SELECT grant_id AS "grantId", role, path, reach, permissions FROM gate.grants_of($1)', [
      userId,
    ]);
  }

  /**
   * Makes sure that a user may be managed by the actor: not themselves, and nobody who holds anything beyond the actor.
   * @throws Forbidden
   */
  async mustManage(tx: Transaction, userId: string): Promise<void> {
    if (isGrantActor(tx.actor) && userId === tx.actor.userId) throw new Forbidden('access.not_yourself');
    if (!mayManage(tx.actor, await this.rolesOf(tx, userId))) throw new Forbidden('access.beyond_you');
  }

  /**
   * An installation that nobody can administer any more would be lost.
   * @throws Conflict where no other enabled user is a state admin
   */
  async keepAnAdmin(tx: Transaction, but: string): Promise<void> {
    // Two admins who end each other at once wait here for one another.
    await tx.query('SELECT id FROM territories WHERE parent_id IS NULL FOR UPDATE');
    const other = await tx.one(
      `SELECT 1 FROM grants g JOIN users u ON u.id = g.user_id
        WHERE g.role = 'state_admin' AND g.user_id <> $1 AND u.disabled_at IS NULL
          AND g.from_at <= statement_timestamp() AND (g.to_at IS NULL OR g.to_at > statement_timestamp()) LIMIT 1`,
      [but],
    );
    if (!other) throw new Conflict('access.last_admin');
  }
}

/** Whoever gave their own role on takes it back, whatever else they may. */
const isGivenOnBy = (grant: Grant, actor: Actor): boolean =>
  isGrantActor(actor) && grant.delegatedFrom === actor.grantId && grant.givenBy === actor.userId;

/** A time limit as facts of the trail. */
const span = ({ from, until, delegatedFrom }: NewGrant) => ({
  ...(from && { from: from.toISOString() }),
  ...(until && { until: until.toISOString() }),
  ...(delegatedFrom && { delegatedFrom }),
});
