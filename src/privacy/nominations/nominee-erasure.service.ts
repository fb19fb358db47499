import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { nameKey } from '../../sympathisers/name-key.js';

/** By what somebody who is erased is known elsewhere. */
interface Known {
  records: readonly string[];
  nameKeys: readonly string[];
  /** Phones (E.164 among other forms) and mails. */
  points: readonly string[];
}

/** Whoever is erased may have been named by others, or have asked for them: that goes as well. */
@Injectable()
export class NomineeErasure {
  /**
   * Empties nominations of them; who named them finds that out on their own page, and is told nothing more. A phone that one of
   * a family still has is the erased one's only under their name.
   * @param tx of the erasure's own job
   */
  async forget(tx: Transaction, { records, nameKeys, points }: Known): Promise<void> {
    const rows = await tx.query<{ person_id: string; id: string; path: string; name: string; alone: boolean }>(
      'SELECT * FROM gate.nominations_of($1, $2)',
      [points, records],
    );
    for (const { person_id, id, path, name, alone } of rows) {
      if (!alone && !nameKeys.includes(nameKey(name))) continue;
      await tx.query('SELECT gate.empty_nomination($1, $2)', [person_id, id]);
      tx.audit('nomination.emptied', { subject: 'person', subjectId: person_id, path, people: [person_id] });
    }
    await tx.query('SELECT gate.forget_askers($1)', [points]);
  }
}
