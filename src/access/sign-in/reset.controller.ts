import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { NotFound } from '../../platform/errors.js';
import { Public } from '../../platform/web/allow.decorator.js';
import { accepted, changed, type Outcome } from '../../platform/web/outcome.js';
import { wantsPage, type Reply, type Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { MIN_PASSWORD } from '../passwords.js';
import { SessionCookie } from '../session-cookie.js';
import { ForgottenBody, ForgottenQuery, ResetParam } from './reset.dto.js';
import { RESET_MINUTES } from './reset-letters.service.js';
import { ResetService } from './reset.service.js';
import { NewPasswordBody } from './sign-in.dto.js';
import { SignInService } from './sign-in.service.js';

/** A new password for who has forgotten theirs. */
@Controller()
export class ResetController {
  constructor(
    private readonly resets: ResetService,
    private readonly signIn: SignInService,
    private readonly cookie: SessionCookie,
  ) {}

  @Get('forgotten')
  @Public()
  @View('access/forgotten', 'public')
  page(@Query() { sent }: ForgottenQuery) {
    return { sent: Boolean(sent), minutes: RESET_MINUTES };
  }

  /** The same answer for everybody: who is a user here is not to be found out this way. */
  @Post('forgotten')
  @Public()
  async ask(@Req() request: Request, @Body() { login }: ForgottenBody) {
    await this.resets.ask(login, request.ip);
    return accepted('/forgotten?sent=true', { sent: true, minutes: RESET_MINUTES });
  }

  /** Mail scanners open every link: this changes nothing (T1). */
  @Get('reset/:token')
  @Public()
  @View('access/reset', 'public')
  async form(@Req() request: Request, @Param() { token }: ResetParam) {
    return orAnew(request, async () => {
      const user = await this.resets.holder(token);
      return { name: user.name, login: user.login, min: MIN_PASSWORD };
    });
  }

  @Post('reset/:token')
  @Public()
  async reset(
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
    @Param() { token }: ResetParam,
    @Body() body: NewPasswordBody,
  ) {
    return orAnew(request, async () => {
      const user = await this.resets.reset(token, body);
      const session = await this.signIn.startFor(user, this.cookie.read(request));
      this.cookie.set(reply, session.token);
      return changed('/', { user: { id: user.id, name: user.name } }, 'passwords.reset_done');
    });
  }
}

/** With a link that no longer works one comes to the page that sends a new one; a program gets its 404. */
async function orAnew<T>(request: Request, work: () => Promise<T>): Promise<T | Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotFound) || !wantsPage(request)) throw error;
    return changed('/forgotten', {}, { tone: 'bad', key: error.key });
  }
}
