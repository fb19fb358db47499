/** Breaches of personal data: who was affected, the clock of 72 hours, and the drafts of what is said to whom. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../../audit/audit.module.js';
import { AffectedList } from './affected-list.service.js';
import { BreachController } from './breach.controller.js';
import { Breach } from './breach.entity.js';
import { BreachJobs } from './breach.jobs.js';
import { BreachPages } from './breach-pages.js';
import { BreachQueries } from './breach.queries.js';
import { BreachScope } from './breach-scope.service.js';
import { BreachesService } from './breaches.service.js';
import { ClockLetters } from './clock-letters.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Breach]), AuditModule],
  controllers: [BreachController],
  providers: [AffectedList, BreachJobs, BreachPages, BreachQueries, BreachScope, BreachesService, ClockLetters],
  exports: [BreachQueries],
})
export class BreachModule {}
