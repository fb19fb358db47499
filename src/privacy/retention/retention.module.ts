/** Clocks that act: nobody unheard of stays for ever, and a yes grows old; with a page that shows what goes when. */
import { Module } from '@nestjs/common';
import { EventsModule } from '../../events/events.module.js';
import { SympathisersModule } from '../../sympathisers/sympathisers.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { ConsentExpiry } from './consent-expiry.service.js';
import { InactivityService } from './inactivity.service.js';
import { RetentionController } from './retention.controller.js';
import { RetentionJobs } from './retention.jobs.js';
import { RetentionLetters } from './retention-letters.service.js';
import { RetentionQueries } from './retention.queries.js';
import { RetentionService } from './retention.service.js';

@Module({
  imports: [SympathisersModule, EventsModule, ErasureModule],
  controllers: [RetentionController],
  providers: [RetentionService, InactivityService, ConsentExpiry, RetentionLetters, RetentionQueries, RetentionJobs],
})
export class RetentionModule {}
