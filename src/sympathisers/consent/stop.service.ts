import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ErasureLog } from '../../platform/erasure-log/erasure-log.service.js';
import { NotFound } from '../../platform/errors.js';
import { ConsentService } from './consent.service.js';
import { StopSuppressions } from './stop-suppressions.service.js';
import type { Thing } from './suppression.service.js';

/** "Please stop": everything that follows from it, in one go. */
@Injectable()
export class StopService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly consents: ConsentService,
    private readonly suppressions: StopSuppressions,
    private readonly log: ErasureLog,
  ) {}

  /**
   * Withdraws every purpose and channel, puts every point and handle on the suppression list, ends the follow-up and
   * the open assignment: at once, whoever hears it (a member of their own people, staff, a job, the person by a link).
   * Afterwards a member no longer sees the person, so do this last in a unit of work. Safe to run twice. What stood before
   * is noted, so that it can be taken back (`UndoStopService`).
   * @throws NotFound when the person is out of the actor's sight
   */
  stop(actor: Actor, personId: string, how: 'spoken' | 'link' | 'mail' | 'import' | 'restored'): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const person = await tx.one<{ path: string }>('SELECT path FROM people WHERE id = $1', [personId]);
      if (!person) throw new NotFound();
      const stopId = uuidv7();
      const noted = await tx.one<{ noted: boolean | null }>('SELECT gate.note_stop($1, $2, $3) AS noted', [
        personId,
        stopId,
        how,
      ]);
      await this.consents.withdrawEverything(actor, personId, how);
      const things = await tx.query<Thing>(
        `SELECT kind, value FROM contact_points WHERE person_id = $1
         UNION SELECT platform, handle FROM person_identities WHERE person_id = $1`,
        [personId],
      );
      const behind = noted?.noted ? { personId, stopId } : null;
      for (const { kind, value } of things) await this.suppressions.stop(actor, behind, kind, value);
      await tx.query('SELECT gate.close_contact($1, $2)', [personId, 'asked_to_stop']);
      await this.log.note(tx, [this.log.ofPerson('person.stopped', personId)]);
      tx.audit('sympathiser.stopped', {
        subject: 'person',
        subjectId: personId,
        path: person.path,
        people: [personId],
        facts: { how },
      });
    });
  }
}
