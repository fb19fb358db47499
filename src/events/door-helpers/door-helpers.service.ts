import { Injectable } from '@nestjs/common';
import { Grant } from '../../access/grant.entity.js';
import { GrantsService } from '../../access/grants.service.js';
import { normaliseLogin } from '../../access/login.js';
import { UsersService } from '../../access/users.service.js';
import { isGrantActor, userIdOf, type Actor } from '../../platform/database/actor.js';
import { sqlStateOf, UNIQUE_VIOLATION } from '../../platform/database/sql-state.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Invalid, NotFound } from '../../platform/errors.js';
import { Event } from '../event.entity.js';
import type { DoorHelperDto } from './door-helpers.dto.js';

const ROLE = 'check_in_helper';
/** After the end: lists that were written on paper are typed in the same evening. */
const AFTER_MS = 12 * 3_600_000;

export interface Helper {
  grantId: string;
  userId: string;
  name: string;
  since: Date;
  until: Date;
  givenBy: string | null;
  /** Has no password yet and can be given a code. */
  needsCode: boolean;
}

export interface Appointed {
  grantId: string;
  userId: string;
  /** How somebody new gets in: by a mailed link, or by a code read out to them; null for who has a sign-in. */
  comesInBy: 'mail' | 'code' | null;
}

/** A user as far as whoever appoints helpers may know of them. */
interface Known {
  user_id: string;
  full_name: string;
  disabled?: boolean;
}

/** Who helps at the door of one meet-up: a role on that one alone, from now until shortly after its end. */
@Injectable()
export class DoorHelpersService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly grants: GrantsService,
    private readonly users: UsersService,
  ) {}

  /** Who helps there now, and the team of the territory to choose from. Users, not people of the register. */
  async list(tx: Transaction, eventId: string): Promise<{ helpers: Helper[]; team: { id: string; name: string }[] }> {
    const helpers = await tx.query<Helper>(
      `SELECT grant_id AS "grantId", user_id AS "userId", full_name AS name, since, until, given_by AS "givenBy", needs_code AS "needsCode"
         FROM gate.helpers_at($1)`,
      [eventId],
    );
    const team = await tx.query<Known>('SELECT user_id, full_name FROM gate.team_at($1)', [eventId]);
    const [chosen, me] = [new Set(helpers.map((one) => one.userId)), userIdOf(tx.actor)];
    return {
      helpers,
      team: team
        .filter((one) => !chosen.has(one.user_id) && one.user_id !== me)
        .map((one) => ({ id: one.user_id, name: one.full_name })),
    };
  }

  /**
   * @throws NotFound; Forbidden for oneself; Invalid `who`, `name`, `email`, `phone`
   * @throws Conflict for who helps there already, is shut out, or once the meet-up is over or cancelled
   */
  async appoint(actor: Actor, eventId: string, dto: DoorHelperDto): Promise<Appointed> {
    try {
      return await this.work.run(actor, async (tx) => {
        const event = await tx.findOrFail(Event, { id: eventId });
        event.mustBeAhead(new Date());
        const { territoryId } = event;
        const place = { role: ROLE, territoryId, eventId, until: await this.endFor(tx, event) };
        const territory = await this.grants.placeFor(tx, ROLE, territoryId, eventId);
        const known = await this.find(tx, eventId, dto);
        if (!known) {
          const { name: fullName, email, phone, language } = dto;
          const made = await this.users.invite(actor, { fullName: fullName!, email, phone, language, ...place });
          return { grantId: made.grantId, userId: made.id, comesInBy: email ? 'mail' : 'code' };
        }
        if (isGrantActor(actor) && known.user_id === actor.userId) throw new Forbidden('access.not_yourself');
        if (known.disabled) throw new Conflict('access.is_disabled');
        const { id } = await this.grants.write(tx, { userId: known.user_id, ...place }, territory);
        return { grantId: id, userId: known.user_id, comesInBy: null };
      });
    } catch (error) {
      // One role at one door a user: the index says so, also to two who appoint the same one at once.
      if (sqlStateOf(error) === UNIQUE_VIOLATION) throw new Conflict('hosts.helper.already').causedBy(error);
      throw error;
    }
  }

  /** @throws NotFound for a role that isn't one at this door; as GrantsService.end */
  end(actor: Actor, eventId: string, grantId: string): Promise<{ userId: string }> {
    return this.work.run(actor, async (tx) => {
      const grant = await this.grantAt(tx, eventId, grantId);
      return this.grants.end(actor, grant.id);
    });
  }

  /**
   * A code to sign in with once, for somebody without e-mail.
   * @throws NotFound; Conflict as UsersService.giveHelperCode
   */
  giveCode(actor: Actor, eventId: string, grantId: string): Promise<{ name: string; code: string; expiresAt: Date }> {
    return this.work.run(actor, async (tx) => {
      const grant = await this.grantAt(tx, eventId, grantId);
      const user = await tx.one<{ name: string }>('SELECT full_name AS name FROM user_names WHERE id = $1', [
        grant.userId,
      ]);
      return { name: user!.name, ...(await this.users.giveHelperCode(actor, grant)) };
    });
  }

  /**
   * The meet-up was moved: its helpers' roles end when they would have, had they been given now. One that a deputy gave ends no
   * later than it did.
   */
  async moveEnd(tx: Transaction, event: Event, endedAt: Date): Promise<void> {
    await tx.execute(
      `UPDATE grants SET to_at = greatest(from_at, CASE to_at WHEN $4 THEN $2 ELSE least(to_at, $2) END)
        WHERE event_id = $1 AND role = $3 AND ended_by IS NULL AND delegated_from IS NULL`,
      [event.id, roleEnds(event.endsAt), ROLE, roleEnds(endedAt)],
    );
  }

  /** The meet-up doesn't take place: there is no door to help at. @returns how many no longer do */
  endAll(tx: Transaction, event: Event): Promise<number> {
    return tx.execute(
      `UPDATE grants SET to_at = greatest(now(), from_at), ended_by = $2
        WHERE event_id = $1 AND role = $3 AND ended_by IS NULL AND delegated_from IS NULL`,
      [event.id, userIdOf(tx.actor), ROLE],
    );
  }

  /** With the meet-up; and whoever stands in for somebody else leaves nothing that lasts longer than that. */
  private async endFor(tx: Transaction, event: Event): Promise<Date> {
    const ends = roleEnds(event.endsAt);
    if (!isGrantActor(tx.actor)) return ends;
    const own = await tx.findOrFail(Grant, { id: tx.actor.grantId });
    return own.delegatedFrom && own.toAt! < ends ? own.toAt! : ends;
  }

  /**
   * The user who was chosen, or is called so; null for somebody new, who has a name and an e-mail or a phone.
   * @throws Invalid
   */
  private async find(tx: Transaction, eventId: string, dto: DoorHelperDto): Promise<Known | null> {
    if (dto.userId) {
      const found = await tx.one<Known>('SELECT * FROM gate.team_at($1) WHERE user_id = $2', [eventId, dto.userId]);
      if (!found) throw Invalid.field('userId', 'hosts.helper.not_of_the_team');
      return found;
    }
    if (dto.who) {
      const [found, other] = await this.called(tx, dto.who);
      if (!found) throw Invalid.field('who', 'hosts.helper.nobody');
      if (other) throw Invalid.field('who', 'hosts.helper.several');
      return found;
    }
    if (!dto.name) throw Invalid.field(dto.email || dto.phone ? 'name' : 'who', 'hosts.helper.who_missing');
    const login = dto.email ?? dto.phone;
    // Whoever signs in with it already, in sight, is meant.
    return login ? ((await this.called(tx, login))[0] ?? null) : null;
  }

  private called(tx: Transaction, typed: string): Promise<Known[]> {
    return tx.query<Known>('SELECT * FROM gate.users_called($1)', [normaliseLogin(typed)]);
  }

  private async grantAt(tx: Transaction, eventId: string, grantId: string): Promise<Grant> {
    await tx.findOrFail(Event, { id: eventId });
    const grant = await tx.find(Grant, { id: grantId, eventId, role: ROLE });
    if (!grant) throw new NotFound();
    return grant;
  }
}

const roleEnds = (endsAt: Date): Date => new Date(endsAt.getTime() + AFTER_MS);
