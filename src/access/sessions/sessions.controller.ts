import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Allow, OWN_ACCOUNT } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed } from '../../platform/web/outcome.js';
import type { Reply, Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { oneself } from '../second-factor/own-account.js';
import { SessionCookie } from '../session-cookie.js';
import { SessionList } from './session-list.service.js';

/** Where one is signed in oneself. */
@Controller('sessions')
export class SessionsController {
  constructor(
    private readonly list: SessionList,
    private readonly cookie: SessionCookie,
  ) {}

  @Get()
  @Allow(OWN_ACCOUNT)
  @View('sessions/list')
  async mine(@Req() request: Request) {
    return { items: await this.list.ofOneself(oneself(request)) };
  }

  @Post('others/end')
  @Allow(OWN_ACCOUNT)
  async endOthers(@Req() request: Request) {
    const ended = await this.list.endOthers(oneself(request));
    return changed('/sessions', { ended }, { tone: 'good', key: 'sessions.others_ended', params: { n: ended } });
  }

  /** It is out at its next request. */
  @Post(':id/end')
  @Allow(OWN_ACCOUNT)
  async end(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Param() { id }: IdParam) {
    const me = oneself(request);
    await this.list.endOwn(me, id);
    if (id !== me.sessionId) return changed('/sessions', { id }, 'sessions.ended');
    this.cookie.clear(reply);
    return changed('/sign-in', { id }, 'access.signed_out');
  }
}
