import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';

/** What the trail must forget when a person is erased. */
@Injectable()
export class AuditErasure {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Erases what was noted down of a person before and after each change, with its salt. The entries stay, with an id that
   * leads nowhere and a digest that nobody can try values against; the chain still holds.
   * @param actor the system, or a job of it: no user erases from the trail
   * @returns how many entries lost their values
   */
  forget(actor: Actor, personId: string): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ n: number }>('SELECT gate.audit_forget($1) AS n', [personId]);
      tx.audit('audit.values_erased', {
        subject: 'person',
        subjectId: personId,
        people: [personId],
        facts: { entries: row!.n },
      });
      return row!.n;
    });
  }
}
