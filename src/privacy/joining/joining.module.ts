/** Joining by oneself: the public form, the link that confirms it, one call where there is no mail; posters that lead there. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventsModule } from '../../events/events.module.js';
import { SympathisersModule } from '../../sympathisers/sympathisers.module.js';
import { AnsweringService } from './answering.service.js';
import { ConfirmingService } from './confirming.service.js';
import { FormSeal } from './form-seal.js';
import { HomeOfSignUp } from './home-of-sign-up.js';
import { JoinController } from './join.controller.js';
import { JoinJobs } from './join.jobs.js';
import { JoinLetters } from './join-letters.js';
import { JoinLinks } from './join-links.js';
import { JoinPage } from './join-page.js';
import { JoinRequests } from './join-requests.js';
import { JoinTasksController } from './join-tasks.controller.js';
import { JoinTasksService } from './join-tasks.service.js';
import { JoiningService } from './joining.service.js';
import { NewcomersService } from './newcomers.service.js';
import { Poster } from './poster.entity.js';
import { PostersController } from './posters.controller.js';
import { PostersService } from './posters.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Poster]), SympathisersModule, EventsModule],
  controllers: [JoinController, JoinTasksController, PostersController],
  providers: [
    JoinPage,
    FormSeal,
    JoiningService,
    JoinRequests,
    JoinLinks,
    JoinLetters,
    AnsweringService,
    HomeOfSignUp,
    NewcomersService,
    ConfirmingService,
    JoinTasksService,
    JoinJobs,
    PostersService,
  ],
  exports: [JoinRequests],
})
export class JoiningModule {}
