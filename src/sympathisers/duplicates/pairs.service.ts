import { Injectable } from '@nestjs/common';
import { userIdOf, type Actor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Invalid, NotFound } from '../../platform/errors.js';
import type { Change } from './changes.js';
import type { Two } from './resolutions.js';

/** What was decided about a pair. It stays, also when the same list is imported again. */
@Injectable()
export class PairsService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * They are two people: never suggested again.
   * @throws NotFound where either is out of sight
   */
  refuse(actor: Actor, id: string, other: string): Promise<void> {
    if (id === other) throw Invalid.field('other', 'duplicates.problem.same_record');
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<{ path: string }>(
        'SELECT path FROM people WHERE id = ANY ($1) AND erased_at IS NULL ORDER BY id FOR SHARE',
        [[id, other]],
      );
      if (rows.length < 2) throw new NotFound();
      await this.notTheSame(tx, id, other);
      tx.audit('sympathiser.not_the_same', {
        subject: 'person',
        subjectId: id,
        path: rows[0]!.path,
        people: [id, other],
        facts: { other },
      });
    });
  }

  /** Inside a unit of work, without a word in the trail. */
  async notTheSame(tx: Transaction, one: string, two: string): Promise<void> {
    const [a, b] = one < two ? [one, two] : [two, one];
    await tx.execute(
      `INSERT INTO person_suggestions AS s (person_id, id, path, field, other_id, why, strength, settled_at, settled_by, settled_how)
       SELECT p.id, $3, p.path, 'person', $2, 'same_person', 0, now(), $4, 'not_the_same' FROM people p WHERE p.id = $1
       ON CONFLICT (person_id, field, coalesce(value, ''), coalesce(other_id, person_id)) DO UPDATE
          SET settled_at = now(), settled_by = excluded.settled_by, settled_how = 'not_the_same'`,
      [a, b, uuidv7(), userIdOf(tx.actor)],
    );
  }

  /**
   * Whoever is not the one that is set aside is not the one that remains, either.
   * @returns what was set for it; undone, such a pair is looked for anew
   */
  async carryRefusals(tx: Transaction, { winner, loser }: Two): Promise<Change[]> {
    const others = await tx.query<{ id: string }>(
      `SELECT other_id AS id FROM person_suggestions WHERE person_id = $1 AND field = 'person' AND settled_how IN ('not_the_same', 'left') AND other_id <> $2
       UNION SELECT person_id FROM person_suggestions WHERE other_id = $1 AND field = 'person' AND settled_how IN ('not_the_same', 'left') AND person_id <> $2`,
      [loser, winner],
    );
    const made: Change[] = [];
    for (const { id } of others) {
      const before = await settled(tx, winner, id);
      if (before?.as.settled_how === 'not_the_same') continue;
      await this.notTheSame(tx, winner, id);
      const { id: pair, as: became } = (await settled(tx, winner, id))!;
      const was = before?.as ?? { ...became, settled_by: null, settled_how: 'gone' };
      made.push({ table: 'person_suggestions', side: 'winner', id: pair, was, became });
    }
    return made;
  }
}

/** How a pair was settled, as a change keeps it. */
const settled = (tx: Transaction, one: string, two: string) =>
  tx.one<{ id: string; as: Record<string, unknown> }>(
    `SELECT s.id, jsonb_build_object('settled_at', s.settled_at, 'settled_by', s.settled_by, 'settled_how', s.settled_how) AS as
       FROM person_suggestions s
      WHERE s.person_id = least($1::uuid, $2::uuid) AND s.other_id = greatest($1::uuid, $2::uuid) AND s.field = 'person'`,
    [one, two],
  );
