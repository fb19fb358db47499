import { Injectable } from '@nestjs/common';
import { GrantsService } from '../access/grants.service.js';
import type { Permission } from '../access/roles/permissions.js';
import { User } from '../access/user.entity.js';
import { UsersService } from '../access/users.service.js';
import { Config } from '../platform/config/config.js';
import { isGrantActor, scopeOfActor, userIdOf, type Actor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { sqlStateOf, UNIQUE_VIOLATION } from '../platform/database/sql-state.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Invalid, NotFound } from '../platform/errors.js';
import { isWithin } from '../territories/path.js';
import { Territory } from '../territories/territory.entity.js';
import { Membership } from './membership.entity.js';
import { PostVacated } from './post-vacated.job.js';
import { Post } from './post.entity.js';
import { postsOf, roleOfPost, strengthOf } from './posts.js';
import { Team } from './team.entity.js';

export interface NewMember {
  fullName: string;
  email?: string;
  phone?: string;
  language?: string;
}

/**
 * Opens teams, and fills and vacates their posts. A post brings the role that goes with it, so whoever fills one must be able
 * to give roles: else a deputy, or a program, would give by a post what they can't give.
 */
@Injectable()
export class TeamsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
    private readonly grants: GrantsService,
    private readonly users: UsersService,
  ) {}

  /**
   * Opens the team of a territory, with all its posts vacant.
   * @throws NotFound outside the actor's territory
   * @throws Invalid `territory` at a level that has no teams
   * @throws Conflict where it is open already
   */
  open(actor: Actor, territoryId: string): Promise<{ id: string }> {
    return inWords(() =>
      this.work.run(actor, async (tx) => {
        const territory = await tx.findOrFail(Territory, { id: territoryId });
        const scope = scopeOfActor(actor);
        if (!scope || !isWithin(territory.path, scope)) throw new NotFound();
        const strength = strengthOf(territory.level, this.config);
        if (strength === null) throw Invalid.field('territory', 'teams.no_team_here');
        const id = uuidv7();
        const { path } = territory;
        await tx.insert(Team, { id, territoryId, path, sanctionedStrength: strength, openedBy: userIdOf(actor) });
        await tx.insert(
          Post,
          postsOf(territory.level, strength).map((kind, index) => ({
            id: uuidv7(),
            teamId: id,
            path,
            kind,
            seat: index + 1,
          })),
        );
        tx.audit('team.opened', { subject: 'team', subjectId: id, path, facts: { strength } });
        return { id };
      }),
    );
  }

  /**
   * Fills a vacant post with a user in the actor's sight.
   * @returns the membership
   * @throws NotFound for a post or user outside the actor's territory
   * @throws Conflict where the post is filled, the user has one in this team already, or is disabled
   * @throws Forbidden where the post's role is more than the actor may give, or who gives none
   */
  fill(actor: Actor, postId: string, userId: string): Promise<{ id: string }> {
    return inWords(() =>
      this.work.run(actor, async (tx) => {
        const { post, territory } = await this.seat(tx, postId);
        mustHold(actor, 'grant.give');
        const user = await tx.lock(User, { id: userId });
        if (user.disabledAt) throw new Conflict('access.is_disabled');
        const role = roleOfPost(post.kind, territory.level);
        const wanted = { userId, role, territoryId: territory.id, reason: 'post' };
        await this.mustBeVacant(tx, post, userId);
        const grant = (await this.grants.held(tx, wanted)) ? null : await this.grants.give(actor, wanted);
        return this.appoint(tx, post, userId, grant?.id ?? null);
      }),
    );
  }

  /** Invites somebody new, and gives them a vacant post in the same step; the throws of both. */
  fillByInvitation(actor: Actor, postId: string, person: NewMember): Promise<{ id: string; userId: string }> {
    return inWords(() =>
      this.work.run(actor, async (tx) => {
        const { post, territory } = await this.seat(tx, postId);
        mustHold(actor, 'grant.give');
        mustHold(actor, 'user.invite');
        await this.mustBeVacant(tx, post, null);
        const role = roleOfPost(post.kind, territory.level);
        const user = await this.users.invite(actor, { ...person, role, territoryId: territory.id });
        const { id } = await this.appoint(tx, post, user.id, user.grantId);
        return { id, userId: user.id };
      }),
    );
  }

  /**
   * Frees a post; the role that came with it ends.
   * @throws NotFound outside the actor's territory
   * @throws Conflict where it is vacant
   * @throws Forbidden where the holder's role is more than the actor may end, or for one's own post
   */
  vacate(actor: Actor, postId: string, why: string): Promise<{ userId: string }> {
    return this.work.run(actor, async (tx) => {
      const { post } = await this.seat(tx, postId);
      const held = await tx.one<{ id: string; user_id: string; grant_id: string | null; grant_holds: boolean }>(
        `SELECT m.id, m.user_id, m.grant_id, g.to_at IS NULL OR g.to_at > now() AS grant_holds
           FROM memberships m LEFT JOIN grants g ON g.id = m.grant_id
          WHERE m.post_id = $1 AND m.to_at IS NULL FOR UPDATE OF m`,
        [postId],
      );
      if (!held) throw new Conflict('teams.post_vacant');
      if (userIdOf(actor) === held.user_id && actor.kind !== 'system') throw new Forbidden('access.not_yourself');
      await tx.execute(
        'UPDATE memberships SET to_at = greatest(now(), from_at), ended_by = $2, end_reason = $3 WHERE id = $1',
        [held.id, userIdOf(actor), why],
      );
      if (held.grant_id && held.grant_holds) await this.grants.end(actor, held.grant_id, why);
      await tx.enqueue(PostVacated, { teamId: post.teamId, userId: held.user_id });
      tx.audit('post.vacated', {
        subject: 'team',
        subjectId: post.teamId,
        path: post.path,
        facts: { post: postId, user: held.user_id },
        after: { why },
      });
      return { userId: held.user_id };
    });
  }

  private async seat(tx: Transaction, postId: string): Promise<{ post: Post; territory: Territory }> {
    const post = await tx.findOrFail(Post, { id: postId });
    const scope = scopeOfActor(tx.actor);
    if (!scope || !isWithin(post.path, scope)) throw new NotFound();
    const team = await tx.findOrFail(Team, { id: post.teamId });
    return { post, territory: await tx.findOrFail(Territory, { id: team.territoryId }) };
  }

  /** Said before anything is given; the unique indexes say it again where two do it in the same moment. */
  private async mustBeVacant(tx: Transaction, post: Post, userId: string | null) {
    const rows = await tx.query<{ post_id: string }>(
      'SELECT post_id FROM memberships WHERE to_at IS NULL AND (post_id = $1 OR (team_id = $2 AND user_id = $3))',
      [post.id, post.teamId, userId],
    );
    if (rows.some((row) => row.post_id === post.id)) throw new Conflict('teams.post_filled');
    if (rows.length) throw new Conflict('teams.has_post');
  }

  private async appoint(tx: Transaction, post: Post, userId: string, grantId: string | null): Promise<{ id: string }> {
    const id = uuidv7();
    await tx.insert(Membership, {
      id,
      postId: post.id,
      teamId: post.teamId,
      userId,
      path: post.path,
      filledBy: userIdOf(tx.actor),
      grantId,
    });
    tx.audit('post.filled', {
      subject: 'team',
      subjectId: post.teamId,
      path: post.path,
      facts: { post: post.id, kind: post.kind, user: userId },
    });
    return { id };
  }
}

/** @throws Forbidden */
function mustHold(actor: Actor, permission: Permission): void {
  if (isGrantActor(actor) && !actor.permissions.has(permission)) throw new Forbidden('teams.gives_no_roles');
}

const SAID: Record<string, string> = {
  memberships_one_per_post: 'teams.post_filled',
  memberships_one_per_user: 'teams.has_post',
  teams_territory_id_key: 'teams.open_already',
};

/** What the unique indexes refuse, in words. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { constraint } = ((error as { driverError?: unknown }).driverError ?? {}) as { constraint?: string };
    const key = sqlStateOf(error) === UNIQUE_VIOLATION ? SAID[constraint ?? ''] : undefined;
    throw key ? new Conflict(key).causedBy(error) : error;
  }
}
