import { Injectable } from '@nestjs/common';
import { userIdOf } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { PERSON_TABLES } from './path-tables.js';

interface Place {
  id: string;
  path: string;
}

/** Somebody who has just got another home. */
export interface Moved {
  id: string;
  path: string;
}

/** How it came about; stands with the person, so that it can be undone. */
export type MoveHow = 'hand' | 'coverage' | 'ended';

const CHUNK = 5_000;

const MOVED = 'unnest($1::uuid[], $2::text[]) AS m(id, path)';
/** What somebody asked of us and still waits for is answered where they are at home by now; what is over stays where it was. */
const OPEN_WITH_THEM = [
  `UPDATE erasures e SET path = m.path FROM ${MOVED} WHERE e.id = m.id AND e.path <> m.path AND e.state IN ('wished', 'asked')`,
  `UPDATE privacy_requests r SET path = m.path, territory_id = p.territory_id FROM ${MOVED} JOIN people p ON p.id = m.id
    WHERE r.person_id = m.id AND r.path <> m.path AND r.closed_at IS NULL`,
  `UPDATE privacy_request_entries e SET path = r.path FROM ${MOVED} JOIN privacy_requests r ON r.person_id = m.id
    WHERE e.request_id = r.id AND e.path <> r.path`,
  // A letter of a couple stays where it was read.
  `UPDATE replies r SET path = m.path FROM ${MOVED}
    WHERE r.people @> ARRAY[m.id] AND cardinality(r.people) = 1 AND r.path <> m.path AND r.settled_at IS NULL`,
];

/**
 * Gives people another home territory, set by set: first the people, then everything that is theirs. Each move has an id;
 * the person keeps it with where they came from (`filled_by.territory`), and the audit entries name it.
 */
@Injectable()
export class PeopleMover {
  /**
   * The expression for `filled_by` that notes where the person came from, for `UPDATE people p`. $1 is the move's id, $2
   * the way, $3 the user.
   * @param to SQL of the new territory's id
   */
  static note(to: string): string {
    return `p.filled_by || jsonb_build_object('territory', jsonb_build_object(
      'move', $1::text, 'how', $2::text, 'by', $3::text, 'from', p.territory_id, 'to', ${to}))`;
  }

  /** Values of the note's $1 to $3. */
  start(tx: Transaction, how: MoveHow): [id: string, how: string, by: string | null] {
    return [uuidv7(), how, userIdOf(tx.actor)];
  }

  /** Everybody whose home a territory is goes up to its parent, and waits there. @returns how many */
  async sendUp(tx: Transaction, territory: Place, parent: Place): Promise<number> {
    const note = this.start(tx, 'ended');
    const moved = await tx.query<Moved>(
      `WITH moved AS (
         UPDATE people p SET filled_by = ${PeopleMover.note('$5::uuid')}, territory_id = $5, path = $6, waiting = true
          WHERE p.territory_id = $4 RETURNING p.id, p.path)
       SELECT * FROM moved`,
      [...note, territory.id, parent.id, parent.path],
    );
    await this.follow(tx, note[0], 'people.sent_up', moved);
    return moved.length;
  }

  /** What is theirs follows the people, in every table; and the move is written down, person by person. */
  async follow(
    tx: Transaction,
    moveId: string,
    action: string,
    moved: Moved[],
    facts: Record<string, unknown> = {},
  ): Promise<void> {
    for (let at = 0; at < moved.length; at += CHUNK) {
      const chunk = moved.slice(at, at + CHUNK);
      const values = [chunk.map(({ id }) => id), chunk.map(({ path }) => path)];
      for (const { table, key } of PERSON_TABLES) {
        if (table === 'people') continue;
        await tx.execute(
          `UPDATE ${table} t SET path = m.path FROM unnest($1::uuid[], $2::text[]) AS m(id, path) WHERE t.${key} = m.id AND t.path <> m.path`,
          values,
        );
      }
      for (const statement of OPEN_WITH_THEM) await tx.execute(statement, values);
      await this.release(tx, values[0]!);
    }
    const byPath = Map.groupBy(moved, ({ path }) => path);
    for (const [path, people] of byPath)
      for (let at = 0; at < people.length; at += CHUNK)
        tx.audit(action, {
          subject: 'move',
          subjectId: moveId,
          path,
          people: people.slice(at, at + CHUNK).map(({ id }) => id),
          facts,
        });
  }

  /** A team whose territory no longer holds the person lets go of them. */
  private async release(tx: Transaction, ids: string[]): Promise<void> {
    await tx.execute(
      `UPDATE assignments a SET state = 'closed', closed_at = now(), closed_by = $2, closed_why = 'moved'
         FROM teams t WHERE a.person_id = ANY ($1) AND a.closed_at IS NULL AND t.id = a.team_id AND NOT starts_with(a.path, t.path)`,
      [ids, userIdOf(tx.actor)],
    );
    await tx.execute(
      `UPDATE people p SET team_id = NULL, assigned_to = NULL, assigned_at = NULL
         FROM teams t WHERE p.id = ANY ($1) AND t.id = p.team_id AND NOT starts_with(p.path, t.path)`,
      [ids],
    );
  }
}
