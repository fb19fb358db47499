import { Controller, Get, Param, Post } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { Id, IdParam } from '../../platform/web/fields.js';
import { changed } from '../../platform/web/outcome.js';
import { CurrentActor } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { SecondFactorService } from '../second-factor/second-factor.service.js';
import { SessionList } from './session-list.service.js';

class SessionParam extends IdParam {
  @Id()
  session: string;
}

/** Where somebody else is signed in, for who may shut their account. */
@Controller('users/:id')
export class UserSessionsController {
  constructor(
    private readonly list: SessionList,
    private readonly factors: SecondFactorService,
  ) {}

  @Get('sessions')
  @Allow('user.disable')
  @View('sessions/user')
  async show(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    const { user, sessions, factors } = await this.list.of(actor, id);
    return {
      user,
      items: sessions,
      secondFactor: {
        app: factors.appSince !== null,
        passkeys: factors.passkeys.length,
        codesLeft: factors.codesLeft,
      },
      hasSecondFactor: factors.appSince !== null || factors.passkeys.length > 0,
    };
  }

  @Post('sessions/:session/end')
  @Allow('user.disable')
  async end(@CurrentActor() actor: Actor, @Param() { id, session }: SessionParam) {
    await this.list.end(actor, id, session);
    return changed(`/users/${id}/sessions`, { id: session }, 'sessions.ended');
  }

  @Post('second-factor/reset')
  @Allow('user.disable')
  async reset(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    await this.factors.reset(actor, id);
    return changed(`/users/${id}/sessions`, { id }, 'second_factor.reset_done');
  }
}
