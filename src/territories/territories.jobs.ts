import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../platform/database/actor.js';
import { Runs } from '../platform/jobs/runs.decorator.js';
import { StraightenPaths } from './straighten-paths.js';
import { TerritoryMoves } from './territory-moves.js';

@Injectable()
export class TerritoriesJobs {
  constructor(private readonly moves: TerritoryMoves) {}

  @Runs({ job: StraightenPaths })
  async straighten(actor: SystemActor, { from, to }: { from: string; to: string }): Promise<void> {
    await this.moves.straighten(actor, from, to);
  }
}
