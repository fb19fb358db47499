import { Injectable } from '@nestjs/common';
import { userIdOf, type Actor, type SystemActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import { scopeOf } from '../../territories/path.js';
import { ErasureService } from '../erasure/erasure.service.js';

/** Somebody in the register turns out to be under 18: nothing of them may stay (T29). */
@Injectable()
export class MinorsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly erasures: ErasureService,
  ) {}

  /**
   * Has them erased, whoever learned it: whoever looks after a person need not be allowed to erase for that. How old they are
   * is asked of nobody and stands nowhere.
   * @throws NotFound out of sight
   */
  async found(actor: Actor, personId: string): Promise<void> {
    const person = await this.work.run(actor, (tx) =>
      tx.one<{ path: string }>('SELECT path FROM people WHERE id = $1 AND erased_at IS NULL', [personId]),
    );
    if (!person) throw new NotFound();
    const { path } = person;
    const system: SystemActor = { kind: 'system', name: 'system:minor', scope: scopeOf(path), causedBy: userIdOf(actor) ?? undefined }; // prettier-ignore
    await this.work.run(system, async (tx) => {
      tx.audit('privacy.minor_found', { subject: 'person', subjectId: personId, path, people: [personId] });
      await this.erasures.ask(system, personId, 'minor');
    });
  }
}
