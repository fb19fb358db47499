import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Unauthenticated } from '../../platform/errors.js';
import { Allow, OWN_ACCOUNT, Public } from '../../platform/web/allow.decorator.js';
import { changed } from '../../platform/web/outcome.js';
import type { Reply, Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { MIN_PASSWORD } from '../passwords.js';
import { SessionCookie } from '../session-cookie.js';
import { PasswordsService } from './passwords.service.js';
import { ChangePasswordBody, NewPasswordBody, WelcomeParam } from './sign-in.dto.js';
import { SignInService } from './sign-in.service.js';

/** One's own password, and the first one by a mailed link. */
@Controller()
export class PasswordController {
  constructor(
    private readonly passwords: PasswordsService,
    private readonly signIn: SignInService,
    private readonly cookie: SessionCookie,
  ) {}

  @Get('password')
  @Allow(OWN_ACCOUNT)
  @View('access/password')
  async page(@Req() request: Request) {
    return { currentNeeded: await this.passwords.currentNeeded(sessionOf(request)), min: MIN_PASSWORD };
  }

  @Post('password')
  @Allow(OWN_ACCOUNT)
  async change(@Req() request: Request, @Body() body: ChangePasswordBody) {
    await this.passwords.change(sessionOf(request), request.ip, body);
    return changed('/', {}, 'access.password_changed');
  }

  /** Mail scanners open every link: this changes nothing (T1). */
  @Get('welcome/:token')
  @Public()
  @View('access/welcome', 'public')
  async welcome(@Param() { token }: WelcomeParam) {
    const user = await this.passwords.invited(token);
    return { name: user.name, login: user.login, min: MIN_PASSWORD };
  }

  @Post('welcome/:token')
  @Public()
  async accept(
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
    @Param() { token }: WelcomeParam,
    @Body() body: NewPasswordBody,
  ) {
    const user = await this.passwords.accept(token, body);
    const session = await this.signIn.startFor(user, this.cookie.read(request));
    this.cookie.set(reply, session.token);
    return changed('/', { user: { id: user.id, name: user.name } }, 'access.welcome_done');
  }
}

function sessionOf(request: Request): string {
  const id = request.sampark.who?.sessionId;
  if (!id) throw new Unauthenticated();
  return id;
}
