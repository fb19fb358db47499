import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { ExpireExports, WriteExport } from './export-jobs.js';
import { ExportWriter } from './export-writer.service.js';
import { ExportsService } from './exports.service.js';

@Injectable()
export class ExportsJobs {
  constructor(
    private readonly writer: ExportWriter,
    private readonly exports: ExportsService,
  ) {}

  @Runs({ job: WriteExport })
  async write(actor: SystemActor, { exportId }: { exportId: string }) {
    await this.writer.write(actor, exportId);
  }

  @Runs({ job: ExpireExports, cron: '*/15 * * * *' })
  async expire(actor: SystemActor) {
    await this.exports.expire(actor, new Date());
  }
}
