import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { Conflict, Invalid, Unauthenticated } from '../../platform/errors.js';
import { Allow, PROVING } from '../../platform/web/allow.decorator.js';
import { changed } from '../../platform/web/outcome.js';
import type { Reply, Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { SessionCookie } from '../session-cookie.js';
import { SessionsService } from '../sessions.service.js';
import { localPath } from '../sign-in/local-path.js';
import { oneself } from './own-account.js';
import { ofSession, PasskeysService } from './passkeys.service.js';
import { RelyingParty } from './relying-party.js';
import { CodeBody, NextQuery, PasskeyBody } from './second-factor.dto.js';
import { SecondFactorService } from './second-factor.service.js';
import { SecondFactors } from './second-factors.queries.js';

/** The second step of signing in, and the same again where a role wants to see it again. */
@Controller('second-factor/proof')
export class ProofController {
  constructor(
    private readonly factors: SecondFactors,
    private readonly service: SecondFactorService,
    private readonly passkeys: PasskeysService,
    private readonly party: RelyingParty,
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
  ) {}

  /** A program finds here what it can show, and the CSRF token that its next request needs. */
  @Get()
  @Allow(PROVING)
  @View('second-factor/proof', 'public')
  async page(@Req() request: Request, @Query() query: NextQuery) {
    const me = oneself(request);
    const next = localPath(query.next);
    const factors = await this.factors.of(me.userId);
    const has = factors.appSince !== null || factors.passkeys.length > 0;
    if (!has || me.proved) return changed(next, { owes: request.sampark.who!.owes, next });
    return {
      name: request.sampark.who!.name,
      next,
      app: factors.appSince !== null,
      passkey: factors.passkeys.length > 0 && this.party.possible,
      recovery: factors.codesLeft > 0,
      owes: request.sampark.who!.owes,
      csrf: request.sampark.who!.csrf,
    };
  }

  @Post()
  @Allow(PROVING)
  async byCode(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Body() body: CodeBody) {
    const me = oneself(request);
    await this.mustHaveOne(me.userId);
    const by = await this.service.judge(me, body.code);
    if (!by) throw Invalid.field('code', 'second_factor.wrong_code');
    await goOnProved(this.sessions, this.cookie, request, reply);
    const next = localPath(body.next);
    if (by === 'app') return changed(next, { by, next });
    const { codesLeft } = await this.factors.of(me.userId);
    const flash = { tone: 'info' as const, key: 'second_factor.code_used_up', params: { left: codesLeft } };
    return changed(next, { by, next, codes_left: codesLeft }, flash);
  }

  @Post('passkey/options')
  @Allow(PROVING)
  @HttpCode(200)
  async options(@Req() request: Request) {
    const me = oneself(request);
    await this.mustHaveOne(me.userId);
    return this.passkeys.ask('proof', ofSession(me), me.address, me.userId);
  }

  @Post('passkey')
  @Allow(PROVING)
  async byPasskey(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Body() body: PasskeyBody) {
    if (!(await this.passkeys.provedBy(oneself(request), body.credential)))
      throw Invalid.field('credential', 'second_factor.passkey_wrong');
    await goOnProved(this.sessions, this.cookie, request, reply);
    const next = localPath(body.next);
    return changed(next, { by: 'passkey', next });
  }

  private async mustHaveOne(userId: string): Promise<void> {
    const { appSince, passkeys } = await this.factors.of(userId);
    if (!appSince && !passkeys.length) throw new Conflict('second_factor.none');
  }
}

/**
 * The session counts as proved from now on, under a new token.
 * @throws Unauthenticated where it ended meanwhile
 */
export async function goOnProved(
  sessions: SessionsService,
  cookie: SessionCookie,
  request: Request,
  reply: Reply,
): Promise<void> {
  const token = cookie.read(request);
  const fresh = token && (await sessions.prove(token));
  if (!fresh) throw new Unauthenticated();
  cookie.set(reply, fresh.token, { until: fresh.until });
}
