import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { SystemActor } from '../../platform/database/actor.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { CleanUpImports, MergeImport, ReadImport, ResumeImports } from './import-jobs.js';
import { ImportMerger } from './import-merger.service.js';
import { ImportReader } from './import-reader.service.js';
import { ImportsService } from './imports.service.js';

@Injectable()
export class ImportsJobs {
  constructor(
    private readonly imports: ImportsService,
    private readonly reader: ImportReader,
    private readonly merger: ImportMerger,
    private readonly config: Config,
  ) {}

  @Runs({ job: ReadImport })
  async read(actor: SystemActor, { importId }: { importId: string }) {
    await this.reader.read(actor, importId);
  }

  @Runs({ job: MergeImport })
  async merge(actor: SystemActor, { importId }: { importId: string }) {
    await this.merger.merge(actor, importId);
  }

  @Runs({ job: CleanUpImports, cron: '10 21 * * *' })
  async cleanUp(actor: SystemActor) {
    await this.imports.cleanUp(actor, this.config.importFileDays);
  }

  @Runs({ job: ResumeImports, cron: '*/10 * * * *' })
  async resume(actor: SystemActor) {
    await this.imports.resume(actor);
  }
}
