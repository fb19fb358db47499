/** IT teams of territories, their posts, and who holds them. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Membership } from './membership.entity.js';
import { Post } from './post.entity.js';
import { PostsController } from './posts.controller.js';
import { Team } from './team.entity.js';
import { TeamsController } from './teams.controller.js';
import { TeamsJobs } from './teams.jobs.js';
import { TeamsQueries } from './teams.queries.js';
import { TeamsService } from './teams.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Team, Post, Membership])],
  controllers: [TeamsController, PostsController],
  providers: [TeamsService, TeamsQueries, TeamsJobs],
  exports: [TeamsService, TeamsQueries],
})
export class TeamsModule {}
