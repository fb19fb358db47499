/** An invented organisation, for a first look. */
import { Module } from '@nestjs/common';
import { AssignmentsModule } from '../assignments/assignments.module.js';
import { EventsModule } from '../events/events.module.js';
import { MailingsModule } from '../mailings/mailings.module.js';
import { ImportsModule } from '../sympathisers/import/imports.module.js';
import { SympathisersModule } from '../sympathisers/sympathisers.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { DemoHistory } from './demo-history.service.js';
import { DemoMeetUps } from './demo-meet-ups.service.js';
import { DemoNotices } from './demo-notices.service.js';
import { DemoService } from './demo.service.js';

@Module({
  imports: [TeamsModule, SympathisersModule, ImportsModule, AssignmentsModule, EventsModule, MailingsModule],
  providers: [DemoService, DemoHistory, DemoMeetUps, DemoNotices],
})
export class DemoModule {}
