/** Meet-ups: planned for a territory, answered by link, ticked at the door. The mails about them are the mailings'. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SympathisersModule } from '../sympathisers/sympathisers.module.js';
import { Territory } from '../territories/territory.entity.js';
import { AttendanceController } from './check-in/attendance.controller.js';
import { AttendanceService } from './check-in/attendance.service.js';
import { CheckInQueries } from './check-in/check-in.queries.js';
import { DoorController } from './check-in/door.controller.js';
import { WalkInsService } from './check-in/walk-ins.service.js';
import { ClosingService } from './closing.service.js';
import { Event } from './event.entity.js';
import { EventsController } from './events.controller.js';
import { EventsJobs } from './events.jobs.js';
import { EventsQueries } from './events.queries.js';
import { EventsService } from './events.service.js';
import { DoorHelpersController } from './door-helpers/door-helpers.controller.js';
import { DoorHelpersService } from './door-helpers/door-helpers.service.js';
import { AnswerLinks } from './rsvp/answer-links.js';
import { RsvpController } from './rsvp/rsvp.controller.js';
import { RsvpQueries } from './rsvp/rsvp.queries.js';
import { RsvpService } from './rsvp/rsvp.service.js';
import { StopLinks } from './stop-links.js';

@Module({
  imports: [TypeOrmModule.forFeature([Event, Territory]), SympathisersModule],
  controllers: [EventsController, DoorController, AttendanceController, DoorHelpersController, RsvpController],
  providers: [
    EventsService,
    EventsQueries,
    EventsJobs,
    ClosingService,
    DoorHelpersService,
    AttendanceService,
    CheckInQueries,
    WalkInsService,
    RsvpService,
    RsvpQueries,
    AnswerLinks,
    StopLinks,
  ],
  exports: [
    EventsService,
    EventsQueries,
    AttendanceService,
    WalkInsService,
    ClosingService,
    RsvpService,
    AnswerLinks,
    StopLinks,
  ],
})
export class EventsModule {}
