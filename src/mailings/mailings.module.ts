/** Mail about meet-ups: whom to ask, sending, and unsubscribing. What happens to a meet-up itself is the events'. */
import { Module } from '@nestjs/common';
import { SegmentsModule } from '../sympathisers/segments/segments.module.js';
import { EventsModule } from '../events/events.module.js';
import { SympathisersModule } from '../sympathisers/sympathisers.module.js';
import { AskingService } from './asking.service.js';
import { AudienceController } from './audience.controller.js';
import { AudienceQueries } from './audience.queries.js';
import { Letters } from './letters.js';
import { MailingsJobs } from './mailings.jobs.js';
import { Outbox } from './outbox.js';
import { SecondLookService } from './second-look.service.js';
import { SendingService } from './sending.service.js';
import { TellingService } from './telling.service.js';
import { UnsubscribeController } from './unsubscribe.controller.js';
import { UnsubscribeService } from './unsubscribe.service.js';

@Module({
  imports: [SegmentsModule, EventsModule, SympathisersModule],
  controllers: [AudienceController, UnsubscribeController],
  providers: [
    AudienceQueries,
    AskingService,
    TellingService,
    Outbox,
    Letters,
    SendingService,
    SecondLookService,
    UnsubscribeService,
    MailingsJobs,
  ],
  exports: [AskingService, SendingService],
})
export class MailingsModule {}
