import { Injectable } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Forbidden, Invalid } from '../../platform/errors.js';
import { Grant } from '../grant.entity.js';
import { GrantsService } from '../grants.service.js';

/** Longer than a leave is a change of office, and somebody else's to decide. */
const LONGEST_DAYS = 92;

export interface Delegation {
  id: string;
  user: { id: string; name: string };
  from: Date;
  until: Date;
  why: string | null;
  inForce: boolean;
  endedBy: string | null;
}

/**
 * "While I'm away": somebody else gets the role one acts in, on the same territory, for a time. It ends with the role it came
 * from, is not given on again, and carries nothing that would last longer than itself (see `gate.grants_of`).
 */
@Injectable()
export class DelegationsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly grants: GrantsService,
  ) {}

  /**
   * @param until the first instant it no longer holds
   * @throws NotFound for a user out of sight
   * @throws Forbidden for oneself, and for what was given on already
   * @throws Invalid `until` where it is over, or too far
   * @throws Conflict where they hold the role there anyway, or are disabled
   */
  give(actor: GrantActor, wanted: { userId: string; from?: Date; until: Date; why: string }): Promise<{ id: string }> {
    const begins = wanted.from ?? new Date();
    if (wanted.until.getTime() - begins.getTime() > LONGEST_DAYS * 86_400_000)
      throw Invalid.field('until', 'scope.delegation.too_long', { days: LONGEST_DAYS });
    return this.work.run(actor, async (tx) => {
      const own = await tx.findOrFail(Grant, { id: actor.grantId });
      if (own.delegatedFrom) throw new Forbidden('scope.delegation.not_further');
      return this.grants.give(actor, {
        userId: wanted.userId,
        role: own.role,
        territoryId: own.territoryId,
        reason: wanted.why,
        from: wanted.from,
        until: own.toAt && own.toAt < wanted.until ? own.toAt : wanted.until,
        delegatedFrom: own.id,
      });
    });
  }

  /** What the actor gave on from the grant in use, the newest first. */
  mine(actor: GrantActor): Promise<Delegation[]> {
    return this.work.run(actor, (tx) =>
      tx.query<Delegation>(
        `SELECT g.id, jsonb_build_object('id', g.user_id, 'name', n.full_name) AS user, g.from_at AS "from", g.to_at AS until,
                g.reason AS why, gate.grant_holds(g) OR g.from_at > now() AS "inForce", e.full_name AS "endedBy"
           FROM grants g JOIN user_names n ON n.id = g.user_id LEFT JOIN user_names e ON e.id = g.ended_by
          WHERE g.delegated_from = $1 ORDER BY g.from_at DESC, g.id DESC LIMIT 50`,
        [actor.grantId],
      ),
    );
  }

  /** Who could stand in: enabled users of the territory and below, those nearest to its top first. */
  candidates(actor: GrantActor): Promise<{ id: string; name: string; name_en: string; name_hi: string }[]> {
    return this.work.run(actor, (tx) =>
      tx.query(
        `SELECT u.id, u.full_name AS name, t.name_en, t.name_hi FROM users u JOIN territories t ON t.path = u.path
          WHERE u.disabled_at IS NULL AND u.id <> $1 ORDER BY length(u.path), u.full_name, u.id LIMIT 300`,
        [actor.userId],
      ),
    );
  }

  /** @throws NotFound for what wasn't given on from the grant in use; as `GrantsService.end` */
  end(actor: GrantActor, id: string): Promise<{ userId: string }> {
    return this.work.run(actor, async (tx) => {
      await tx.findOrFail(Grant, { id, delegatedFrom: actor.grantId });
      return this.grants.end(actor, id, undefined);
    });
  }
}
