/** What is made of the other domains' data for reading: the home page. Reads only. */
import { Module } from '@nestjs/common';
import { AssignmentsModule } from '../assignments/assignments.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { OutreachModule } from '../outreach/outreach.module.js';
import { TodayController } from './today.controller.js';
import { TodayQueries } from './today.queries.js';
import { TodayService } from './today.service.js';

@Module({
  imports: [AuditModule, AssignmentsModule, OutreachModule],
  controllers: [TodayController],
  providers: [TodayService, TodayQueries],
})
export class ReportsModule {}
