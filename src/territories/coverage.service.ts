import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { NotFound } from '../platform/errors.js';
import type { CoverageKind } from './coverage-file.js';

export interface NewCoverage {
  territoryId: string;
  kind: CoverageKind;
  /** LGD code, or a PIN of six digits. */
  value: string;
}

/** Which of the state's own divisions a territory covers. It is many to many. */
@Injectable()
export class CoverageService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Adds rows; what is there already stays as it is.
   * @returns the rows that are new
   * @throws Forbidden where a territory lies outside the actor's scope
   */
  add(actor: Actor, rows: NewCoverage[]): Promise<(NewCoverage & { id: string })[]> {
    return this.work.run(actor, async (tx) => {
      if (!rows.length) return [];
      const added = await tx.query<NewCoverage & { id: string }>(
        `INSERT INTO coverage (id, territory_id, path, kind, value)
         SELECT n.id, t.id, t.path, n.kind, n.value
           FROM jsonb_to_recordset($1::jsonb) AS n(id uuid, "territoryId" uuid, kind text, value text)
           JOIN territories t ON t.id = n."territoryId"
         ON CONFLICT (territory_id, kind, value) DO NOTHING
         RETURNING id, territory_id AS "territoryId", kind, value`,
        [JSON.stringify(rows.map((row) => ({ id: uuidv7(), ...row })))],
      );
      const [only] = added;
      if (only)
        tx.audit('coverage.added', {
          ...(added.length === 1 && { subject: 'territory', subjectId: only.territoryId }),
          facts: { rows: added.length, ...(added.length === 1 && { kind: only.kind, value: only.value }) },
        });
      return added;
    });
  }

  /** People who were placed by it stay where they are. @throws NotFound outside the actor's scope */
  remove(actor: Actor, id: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const gone = await tx.one<{ territory_id: string; kind: string; value: string }>(
        `WITH gone AS (DELETE FROM coverage WHERE id = $1 RETURNING territory_id, kind, value) SELECT * FROM gone`,
        [id],
      );
      if (!gone) throw new NotFound();
      tx.audit('coverage.removed', {
        subject: 'territory',
        subjectId: gone.territory_id,
        facts: { kind: gone.kind, value: gone.value },
      });
    });
  }
}
