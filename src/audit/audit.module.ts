/**
 * The audit trail: read, sealed into a chain that can be verified, kept in months, and looked through for bulk reading.
 * Every unit of work writes it.
 */
import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditJobs } from './audit.jobs.js';
import { AuditQueries } from './audit.queries.js';
import { AuditWords } from './audit-words.js';
import { AuditErasure } from './erasure.service.js';
import { HeadsService } from './heads.service.js';
import { MonthsService } from './months.service.js';
import { BulkReadingService } from './notices/bulk-reading.service.js';
import { NoticeLetters } from './notices/notice-letters.service.js';
import { NoticesController } from './notices/notices.controller.js';
import { NoticesQueries } from './notices/notices.queries.js';
import { NoticesService } from './notices/notices.service.js';
import { RoleNames } from './role-names.js';
import { SealingService } from './sealing.service.js';
import { VerifyingService } from './verifying.service.js';

@Module({
  controllers: [NoticesController, AuditController],
  providers: [
    AuditQueries,
    AuditWords,
    RoleNames,
    AuditJobs,
    SealingService,
    VerifyingService,
    MonthsService,
    HeadsService,
    BulkReadingService,
    NoticeLetters,
    NoticesQueries,
    NoticesService,
    AuditErasure,
  ],
  exports: [AuditErasure, NoticesQueries, RoleNames],
})
export class AuditModule {}
