/** Who looks after whom: a team's people spread over its members, by button and by night. */
import { Module } from '@nestjs/common';
import { AssignmentsController } from './assignments.controller.js';
import { AssignmentsJobs } from './assignments.jobs.js';
import { AssignmentsQueries } from './assignments.queries.js';
import { AssignmentsService } from './assignments.service.js';

@Module({
  controllers: [AssignmentsController],
  providers: [AssignmentsService, AssignmentsQueries, AssignmentsJobs],
  exports: [AssignmentsService, AssignmentsQueries],
})
export class AssignmentsModule {}
