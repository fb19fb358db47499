import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { readCoverageFile } from './coverage-file.js';
import { CoverageService } from './coverage.service.js';
import { loadDivisions, shipped } from './reference-data.js';
import { TerritoriesService, type LoadResult } from './territories.service.js';
import { readTerritoryFile } from './territory-file.js';

/** The tree and the reference data that come with the program. */
@Injectable()
export class ShippedTree {
  constructor(
    private readonly work: UnitOfWork,
    private readonly territories: TerritoriesService,
    private readonly coverage: CoverageService,
  ) {}

  /**
   * Loads what isn't there yet. What somebody has moved, renamed or uncovered since stays as they left it: the shipped
   * coverage goes to the territories that this load makes.
   * @param actor over the whole organisation
   */
  load(actor: SystemActor, progress: (done: number, total: number) => void = () => {}): Promise<LoadResult> {
    return this.work.run(actor, async (tx) => {
      const root = await tx.one<{ code: string }>('SELECT code FROM territories WHERE parent_id IS NULL');
      const { rows } = readTerritoryFile(shipped('territories.csv'), { rootCode: root!.code });
      await loadDivisions(tx);
      const result = await this.territories.load(actor, rows, { keep: true, progress });
      if (result.created) {
        const fresh = new Set(result.createdIds);
        const ids = new Map(
          (await tx.query<{ id: string; code: string }>('SELECT id, code FROM territories')).map(({ id, code }) => [
            code,
            id,
          ]),
        );
        const covered = readCoverageFile(shipped('coverage.csv')).rows.flatMap(({ territoryCode, kind, value }) => {
          const territoryId = ids.get(territoryCode);
          return territoryId && fresh.has(territoryId) ? [{ territoryId, kind, value }] : [];
        });
        await this.coverage.add(actor, covered);
      }
      return result;
    });
  }
}
