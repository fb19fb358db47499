/** The register of what people ask of us about their data: by when, what was answered, and by whom. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/audit.module.js';
import { NominationsModule } from '../nominations/nominations.module.js';
import { RequestLetters } from './request-letters.service.js';
import { RequestPages } from './request-pages.js';
import { RequestsController } from './requests.controller.js';
import { RequestsJobs } from './requests.jobs.js';
import { RequestsQueries } from './requests.queries.js';
import { RequestsService } from './requests.service.js';

@Module({
  imports: [AuditModule, NominationsModule],
  controllers: [RequestsController],
  providers: [RequestsService, RequestsQueries, RequestLetters, RequestPages, RequestsJobs],
  exports: [RequestsService, RequestsQueries],
})
export class RequestsModule {}
