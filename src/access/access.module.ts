/** Users, what they are granted, and how they sign in. Every request passes its guard. */
import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Frame } from '../platform/web/frame.js';
import { AccessGuard } from './access.guard.js';
import { Navigation } from './navigation.js';
import { SessionCookie } from './session-cookie.js';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Territory } from '../territories/territory.entity.js';
import { Grant } from './grant.entity.js';
import { SessionsService } from './sessions.service.js';
import { TokensService } from './tokens.service.js';
import { User } from './user.entity.js';
import { UsersService } from './users.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([User, Grant, Territory])],
  providers: [
    UsersService,
    TokensService,
    SessionsService,
    SessionCookie,
    { provide: Frame, useClass: Navigation },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [Frame, SessionsService],
})
export class AccessModule {}
