import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../platform/config/config.js';
import { isGrantActor } from '../../platform/database/actor.js';
import { Invalid, Unauthenticated } from '../../platform/errors.js';
import { Allow, OWN_ACCOUNT, Public, SIGNED_IN } from '../../platform/web/allow.decorator.js';
import { changed } from '../../platform/web/outcome.js';
import { wantsPage, type Reply, type Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { wayTo } from '../second-factor/owed.js';
import { RelyingParty } from '../second-factor/relying-party.js';
import { SessionCookie } from '../session-cookie.js';
import { SessionsService } from '../sessions.service.js';
import { localPath } from './local-path.js';
import { ChooseGrantBody, SignInBody, SignInQuery } from './sign-in.dto.js';
import { SignInService } from './sign-in.service.js';

@Controller()
export class SignInController {
  constructor(
    private readonly service: SignInService,
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
    private readonly dataSource: DataSource,
    private readonly party: RelyingParty,
    private readonly config: Config,
  ) {}

  @Get('sign-in')
  @Public()
  @View('access/sign-in', 'public')
  page(@Req() request: Request, @Query() query: SignInQuery) {
    const next = localPath(query.next);
    if (request.sampark.who) return changed(next, {});
    const { oidcIssuer, oidcNameEn, oidcNameHi, oidcOnly } = this.config;
    return {
      next,
      passkeys: this.party.possible,
      only: oidcOnly,
      oidc: oidcIssuer ? { name_en: oidcNameEn, name_hi: oidcNameHi } : null,
    };
  }

  @Post('sign-in')
  @Public()
  async signIn(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Body() body: SignInBody) {
    const oldToken = this.cookie.read(request);
    const session = await this.service.signIn(
      { login: body.login, secret: body.password },
      { address: request.ip, oldToken },
    );
    // A form comes back with the words beside its field; a program gets the status that means it.
    if (!session)
      throw wantsPage(request) ? Invalid.field('password', 'access.wrong') : new Unauthenticated('access.wrong');
    this.cookie.set(reply, session.token);
    const signedIn = await this.sessions.find(session.token);
    const owes = signedIn?.owes ?? null;
    const wanted = session.byCode ? '/password' : signedIn?.current ? localPath(body.next) : '/no-role';
    // A first password can be set before a first second factor, but nothing before the factor one has.
    const next = owes === 'proof' || (owes && !session.byCode) ? wayTo(owes, wanted) : wanted;
    return changed(next, { user: { id: session.userId, name: session.name }, next, second_factor: owes });
  }

  /** Open, so that somebody whose session is over can end it, too. */
  @Post('session/end')
  @Public()
  async signOut(@Req() request: Request, @Res({ passthrough: true }) reply: Reply) {
    const token = this.cookie.read(request);
    if (token) await this.service.leave(token);
    this.cookie.clear(reply);
    return changed('/sign-in', {}, 'access.signed_out');
  }

  @Post('session/grant')
  @Allow(OWN_ACCOUNT)
  async chooseGrant(@Req() request: Request, @Body() body: ChooseGrantBody) {
    const token = this.cookie.read(request);
    if (!token || !(await this.service.actWithin(token, body.grant)))
      throw Invalid.field('grant', 'access.not_your_grant');
    const owes = (await this.sessions.find(token))?.owes;
    const next = localPath(body.return_to);
    return changed(owes ? wayTo(owes, next) : next, { grant: body.grant, second_factor: owes ?? null });
  }

  /** For somebody signed in whom nobody has given a role, or not any more: who could. */
  @Get('no-role')
  @Allow(SIGNED_IN)
  @View('access/no-role')
  async noRole(@Req() request: Request) {
    if (isGrantActor(request.sampark.actor)) return changed('/', {});
    const helpers = await this.dataSource.query<
      { full_name: string; role: string; role_en: string; role_hi: string; name_en: string; name_hi: string }[]
    >('SELECT * FROM gate.helpers_of($1)', [request.sampark.who!.userId]);
    return {
      helpers: helpers.map((one) => ({
        name: one.full_name,
        role: { code: one.role, name_en: one.role_en, name_hi: one.role_hi },
        territory: { name_en: one.name_en, name_hi: one.name_hi },
      })),
    };
  }
}
