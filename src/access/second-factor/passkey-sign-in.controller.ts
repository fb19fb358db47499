import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { Invalid, Unauthenticated } from '../../platform/errors.js';
import { Public } from '../../platform/web/allow.decorator.js';
import { changed } from '../../platform/web/outcome.js';
import { wantsPage, type Reply, type Request } from '../../platform/web/request.js';
import { SessionCookie } from '../session-cookie.js';
import { SessionsService } from '../sessions.service.js';
import { localPath } from '../sign-in/local-path.js';
import { SignInService } from '../sign-in/sign-in.service.js';
import { AttemptCookie } from './attempt-cookie.js';
import { PasskeysService } from './passkeys.service.js';
import { PasskeyBody } from './second-factor.dto.js';

/** Coming in by a passkey alone: something one has, and a finger, a face or a PIN. */
@Controller('sign-in/passkey')
export class PasskeySignInController {
  constructor(
    private readonly passkeys: PasskeysService,
    private readonly attempt: AttemptCookie,
    private readonly signIn: SignInService,
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
  ) {}

  @Post('options')
  @Public()
  @HttpCode(200)
  options(@Req() request: Request, @Res({ passthrough: true }) reply: Reply) {
    const value = this.attempt.set(reply);
    return this.passkeys.ask('sign-in', { kind: 'cookie', value }, request.ip);
  }

  @Post()
  @Public()
  async come(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Body() body: PasskeyBody) {
    const value = this.attempt.read(request);
    const user = value && (await this.passkeys.signedInBy({ kind: 'cookie', value }, body.credential));
    if (!user)
      throw wantsPage(request)
        ? Invalid.field('credential', 'second_factor.passkey_wrong')
        : new Unauthenticated('second_factor.passkey_wrong');
    const session = await this.signIn.startFor(user, this.cookie.read(request), { method: 'passkey', proved: true });
    this.attempt.clear(reply);
    this.cookie.set(reply, session.token);
    const signedIn = await this.sessions.find(session.token);
    const next = signedIn?.current ? localPath(body.next) : '/no-role';
    return changed(next, { user: { id: session.userId, name: session.name }, next, second_factor: null });
  }
}
