import { Injectable } from '@nestjs/common';
import { userIdOf, type Actor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Conflict, Invalid, NotFound } from '../platform/errors.js';
import { ASSIGN_ONE, SPREAD } from './spread.sql.js';
import { STOP_STANDS } from '../sympathisers/consent/stop-stands.js';

/** Why a member gives somebody back. */
export const RETURN_REASONS = ['unknown_area', 'moved_away', 'knows_better', 'no_time', 'other'] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];

/** Who looks after whom. An assignment is closed, never deleted. */
@Injectable()
export class AssignmentsService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Spreads the unassigned people of a team's territory evenly over its members; `spread.sql.ts` says who and how.
   * @returns how many people were given, and how many members there are
   * @throws NotFound for a team outside the scope, Conflict when it has no members
   */
  spread(actor: Actor, teamId: string): Promise<{ given: number; hands: number }> {
    return this.work.run(actor, async (tx) => {
      // Twice at once: the second waits here, and then finds nobody left.
      const team = await tx.one<{ path: string }>(
        'SELECT path FROM teams WHERE id = $1 AND closed_at IS NULL FOR UPDATE',
        [teamId],
      );
      if (!team) throw new NotFound();
      const { people, hands } = (await tx.one<{ people: string[]; hands: number }>(SPREAD, [teamId, userIdOf(actor)]))!;
      if (!hands) throw new Conflict('assignments.no_members');
      const result = { given: people.length, hands };
      if (people.length)
        tx.audit('assignment.spread', { subject: 'team', subjectId: teamId, path: team.path, people, facts: result });
      return result;
    });
  }

  /**
   * Gives one person to one member, of the finest team over the person's home that the member is in; whoever had the
   * person before gives them on.
   * @throws NotFound outside the scope, Invalid `user_id` for somebody who is in no such team, Conflict where the person
   *   said no
   */
  give(actor: Actor, personId: string, userId: string): Promise<{ personId: string; userId: string; teamId: string }> {
    return this.work.run(actor, async (tx) => {
      const person = await tx.one<{ path: string; assigned_to: string | null; closed: boolean }>(
        `SELECT p.path, p.assigned_to,
                p.closed_at IS NOT NULL OR ${STOP_STANDS} AS closed
           FROM people p WHERE p.id = $1 AND p.erased_at IS NULL FOR UPDATE OF p`,
        [personId],
      );
      if (!person) throw new NotFound();
      if (person.closed) throw new Conflict('assignments.closed_person');
      const team = await tx.one<{ id: string }>(
        `SELECT t.id FROM team_hands h JOIN teams t ON t.id = h.team_id
          WHERE h.user_id = $1 AND t.closed_at IS NULL AND starts_with($2, t.path) ORDER BY length(t.path) DESC LIMIT 1`,
        [userId, person.path],
      );
      if (!team) throw Invalid.field('user_id', 'assignments.not_a_member');
      if (person.assigned_to === userId) return { personId, userId, teamId: team.id };
      await this.close(tx, personId, userIdOf(actor), 'given_on');
      await tx.execute(ASSIGN_ONE, [personId, person.path, team.id, userId, userIdOf(actor)]);
      await tx.execute('UPDATE people SET assigned_to = $2, team_id = $3, assigned_at = now() WHERE id = $1', [
        personId,
        userId,
        team.id,
      ]);
      tx.audit('assignment.given', {
        subject: 'assignment',
        path: person.path,
        people: [personId],
        facts: { to: userId, team: team.id, before: person.assigned_to },
      });
      return { personId, userId, teamId: team.id };
    });
  }

  /**
   * The member takes somebody given to them. Safe to repeat.
   * @throws NotFound for a person who is not theirs
   */
  accept(actor: Actor, personId: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const path = await this.mine(tx, personId);
      await tx.query('SELECT gate.accept_assignment($1)', [personId]);
      tx.audit('assignment.accepted', { subject: 'assignment', path, people: [personId] });
    });
  }

  /**
   * The member gives somebody back, who then waits for the convenor's word: the nightly spread leaves them alone.
   * @throws NotFound for a person who is not theirs
   */
  giveBack(actor: Actor, personId: string, reason: ReturnReason, note?: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const path = await this.mine(tx, personId);
      await tx.query('SELECT gate.return_assignment($1, $2)', [personId, note ? `${reason}: ${note}` : reason]);
      tx.audit('assignment.returned', { subject: 'assignment', path, people: [personId], facts: { reason } });
    });
  }

  /**
   * Everybody a user looks after goes back to the unassigned, as far as the actor sees (T27).
   * @param why `left`, or another word of `assignments.closed.<why>`
   * @param teamId only those given for this team
   * @returns how many
   */
  closeAllOf(actor: Actor, userId: string, why = 'left', teamId: string | null = null): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ people: string[] }>(
        `WITH closed AS (
           UPDATE assignments SET state = 'closed', closed_at = now(), closed_by = $2, closed_why = $3
            WHERE user_id = $1 AND closed_at IS NULL AND ($4::uuid IS NULL OR team_id = $4) RETURNING person_id),
         freed AS (
           UPDATE people SET assigned_to = NULL, assigned_at = NULL, team_id = NULL
            WHERE assigned_to = $1 AND ($4::uuid IS NULL OR team_id = $4) RETURNING id)
         SELECT ARRAY(SELECT id FROM freed) AS people, (SELECT count(*) FROM closed) AS closed`,
        [userId, userIdOf(actor), why, teamId],
      );
      const { people } = row!;
      if (people.length)
        tx.audit('assignment.closed_all', {
          subject: 'user',
          subjectId: userId,
          people,
          facts: { people: people.length, why },
        });
      return people.length;
    });
  }

  private close(tx: Transaction, personId: string, by: string | null, why: string): Promise<number> {
    return tx.execute(
      `UPDATE assignments SET state = 'closed', closed_at = now(), closed_by = $2, closed_why = $3
        WHERE person_id = $1 AND closed_at IS NULL`,
      [personId, by, why],
    );
  }

  /** The path of a person assigned to the actor. */
  private async mine(tx: Transaction, personId: string): Promise<string> {
    const person = await tx.one<{ path: string }>('SELECT path FROM people WHERE id = $1 AND assigned_to = $2', [
      personId,
      userIdOf(tx.actor),
    ]);
    if (!person) throw new NotFound();
    return person.path;
  }
}
