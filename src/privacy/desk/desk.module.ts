/** The data protection officer's page: what is held and on what basis, and what waits for them. */
import { Module } from '@nestjs/common';
import { DeskController } from './desk.controller.js';
import { DeskJobs } from './desk.jobs.js';
import { DeskWords } from './desk-words.js';
import { DeskQueries } from './desk.queries.js';
import { FiguresService } from './figures.service.js';

@Module({
  controllers: [DeskController],
  providers: [DeskJobs, DeskQueries, DeskWords, FiguresService],
})
export class DeskModule {}
