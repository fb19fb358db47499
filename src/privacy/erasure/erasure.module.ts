/** Erases people from everywhere: the register, files, letters, the trail's values; leaves hashes and figures, and nobody. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/audit.module.js';
import { ExportsModule } from '../../sympathisers/exports/exports.module.js';
import { ImportsModule } from '../../sympathisers/import/imports.module.js';
import { SympathisersModule } from '../../sympathisers/sympathisers.module.js';
import { JoiningModule } from '../joining/joining.module.js';
import { NominationsModule } from '../nominations/nominations.module.js';
import { VaultModule } from '../vault/vault.module.js';
import { ErasureController } from './erasure.controller.js';
import { ErasureJobs } from './erasure.jobs.js';
import { ErasureQueries } from './erasure.queries.js';
import { ErasureService } from './erasure.service.js';
import { RegisterErasure } from './register-erasure.service.js';
import { TraceErasure } from './trace-erasure.service.js';

@Module({
  imports: [
    AuditModule,
    SympathisersModule,
    ImportsModule,
    ExportsModule,
    JoiningModule,
    VaultModule,
    NominationsModule,
  ],
  controllers: [ErasureController],
  providers: [ErasureService, RegisterErasure, TraceErasure, ErasureJobs, ErasureQueries],
  exports: [ErasureService],
})
export class ErasureModule {}
