import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { FiguresService, MakeFigures } from './figures.service.js';

@Injectable()
export class DeskJobs {
  constructor(private readonly figures: FiguresService) {}

  @Runs({ job: MakeFigures, cron: '15 20 * * *' })
  async make(actor: SystemActor) {
    await this.figures.make(actor);
  }
}
