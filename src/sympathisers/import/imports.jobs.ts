import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { SystemActor } from '../../platform/database/actor.js';
import { withPatience } from '../../platform/database/patience.js';
import { Runs } from '../../platform/jobs/runs.decorator.js';
import { CleanUpImports, LookAtImport, MergeImport, ReadImport, ResumeImports, UndoImport } from './import-jobs.js';
import { ImportMerger } from './import-merger.service.js';
import { ImportUndo } from './import-undo.service.js';
import { ImportReader } from './import-reader.service.js';
import { LargeUploads } from './large-uploads.service.js';
import { ImportsService } from './imports.service.js';

@Injectable()
export class ImportsJobs {
  constructor(
    private readonly imports: ImportsService,
    private readonly reader: ImportReader,
    private readonly merger: ImportMerger,
    private readonly undoing: ImportUndo,
    private readonly uploads: LargeUploads,
    private readonly config: Config,
  ) {}

  @Runs({ job: LookAtImport })
  async look(actor: SystemActor, { importId }: { importId: string }) {
    await withPatience(() => this.uploads.look(actor, importId));
  }

  @Runs({ job: ReadImport })
  async read(actor: SystemActor, { importId }: { importId: string }) {
    await withPatience(() => this.reader.read(actor, importId));
  }

  @Runs({ job: MergeImport })
  async merge(actor: SystemActor, { importId }: { importId: string }) {
    await withPatience(() => this.merger.merge(actor, importId));
  }

  @Runs({ job: UndoImport })
  async undo(actor: SystemActor, { importId }: { importId: string }) {
    await withPatience(() => this.undoing.run(actor, importId));
  }

  @Runs({ job: CleanUpImports, cron: '10 21 * * *' })
  async cleanUp(actor: SystemActor) {
    await this.imports.cleanUp(actor, this.config.importFileDays);
  }

  @Runs({ job: ResumeImports, cron: '* * * * *' })
  async resume(actor: SystemActor) {
    await this.imports.resume(actor);
  }
}
