/** Contact: a member's queue, and the log of what was tried. */
import { Module } from '@nestjs/common';
import { SympathisersModule } from '../sympathisers/sympathisers.module.js';
import { AttemptsController } from './attempts.controller.js';
import { AttemptsQueries } from './attempts.queries.js';
import { AttemptsService } from './attempts.service.js';
import { QueueController } from './queue.controller.js';
import { QueueQueries } from './queue.queries.js';
import { WithheldNotes } from './withheld-notes.service.js';

@Module({
  imports: [SympathisersModule],
  controllers: [QueueController, AttemptsController],
  providers: [AttemptsService, AttemptsQueries, QueueQueries, WithheldNotes],
  exports: [AttemptsService, QueueQueries],
})
export class OutreachModule {}
