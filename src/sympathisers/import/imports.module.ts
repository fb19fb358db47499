/** Files of people on their way into the register: read, compared, shown, confirmed, merged. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SympathisersModule } from '../sympathisers.module.js';
import { ImportBatch } from './import-batch.entity.js';
import { ImportComparer } from './import-comparer.service.js';
import { ImportCounter } from './import-counter.js';
import { ImportMapping } from './import-mapping.entity.js';
import { ImportMappings } from './import-mappings.service.js';
import { ImportMerger } from './import-merger.service.js';
import { ImportPages } from './import-pages.js';
import { ImportReader } from './import-reader.service.js';
import { ImportUndo } from './import-undo.service.js';
import { ImportsController } from './imports.controller.js';
import { ImportsJobs } from './imports.jobs.js';
import { ImportsQueries } from './imports.queries.js';
import { ImportsService } from './imports.service.js';
import { LargeUploads } from './large-uploads.service.js';
import { UploadsController } from './uploads.controller.js';
import { ReadingContext } from './reading-context.js';
import { Refusals } from './refusals.service.js';
import { Rejects } from './rejects.service.js';
import { RowMatcher } from './row-matcher.js';
import { StagedHashes } from './staged-hashes.js';
import { StoredFile } from './stored-file.js';
import { WarnedRows } from './warned-rows.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([ImportBatch, ImportMapping]), SympathisersModule],
  controllers: [UploadsController, ImportsController],
  providers: [
    ImportsService,
    ImportReader,
    ImportMerger,
    ImportComparer,
    ImportCounter,
    ImportMappings,
    ImportUndo,
    LargeUploads,
    ImportPages,
    ImportsQueries,
    ImportsJobs,
    ReadingContext,
    Refusals,
    Rejects,
    WarnedRows,
    RowMatcher,
    StagedHashes,
    StoredFile,
  ],
  exports: [ImportsService, ImportReader, ImportMerger, Rejects],
})
export class ImportsModule {}
