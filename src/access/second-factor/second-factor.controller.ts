import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Unauthenticated } from '../../platform/errors.js';
import { Allow, OWN_ACCOUNT } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed } from '../../platform/web/outcome.js';
import type { Reply, Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { SessionCookie } from '../session-cookie.js';
import { SessionsService } from '../sessions.service.js';
import { localPath } from '../sign-in/local-path.js';
import { AuthenticatorAppService } from './authenticator-app.service.js';
import { oneself } from './own-account.js';
import { PasskeysService } from './passkeys.service.js';
import { goOnProved } from './proof.controller.js';
import { qrCode } from '../../platform/charts/qr-code.js';
import { RelyingParty } from './relying-party.js';
import { CodeBody, NewPasskeyBody, NextBody, NextQuery } from './second-factor.dto.js';
import { SecondFactorService } from './second-factor.service.js';
import { SecondFactors } from './second-factors.queries.js';
import { addressOf, inGroups } from './totp.js';

/** One's own second factor: what there is, more of it, less of it. */
@Controller('second-factor')
export class SecondFactorController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly factors: SecondFactors,
    private readonly service: SecondFactorService,
    private readonly apps: AuthenticatorAppService,
    private readonly passkeys: PasskeysService,
    private readonly party: RelyingParty,
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
  ) {}

  @Get()
  @Allow(OWN_ACCOUNT)
  @View('second-factor/show')
  async show(@Req() request: Request, @Query() query: NextQuery) {
    const me = oneself(request);
    const { appSince, codesLeft, passkeys } = await this.factors.of(me.userId);
    const has = appSince !== null || passkeys.length > 0;
    return {
      has,
      // By who has shown it lately; a first one, by who has signed in lately.
      mayChange: me.fresh,
      demanded: request.sampark.who!.owes === 'set-up',
      appSince,
      codesLeft,
      passkeys: passkeys.map(({ id, name, since, usedAt }) => ({ id, name, since, usedAt })),
      passkeysPossible: this.party.possible,
      next: localPath(query.next),
    };
  }

  /** Begins anew; the page with the code to scan comes next. */
  @Post('app')
  @Allow(OWN_ACCOUNT)
  async beginApp(@Req() request: Request, @Body() body: NextBody) {
    const me = oneself(request);
    await this.service.ownFactors(me);
    await this.apps.begin(me);
    const next = localPath(body.next);
    return changed(next === '/' ? '/second-factor/app' : `/second-factor/app?next=${encodeURIComponent(next)}`, {});
  }

  /** The secret, as long as it is being set up, and to the session that began. */
  @Get('app')
  @Allow(OWN_ACCOUNT)
  @View('second-factor/app')
  async app(@Req() request: Request, @Query() query: NextQuery) {
    const me = oneself(request);
    const begun = await this.apps.begun(me);
    if (!begun) return changed('/second-factor', { secret: null });
    const address = addressOf(begun.secret, this.party.name, await this.loginOf(me.userId));
    return { secret: inGroups(begun.secret), address, qr: qrCode(address), next: localPath(query.next) };
  }

  /** Answers with the recovery codes themselves, this once, where it is the first factor: they stand in no address. */
  @Post('app/confirmation')
  @Allow(OWN_ACCOUNT)
  @View('second-factor/codes')
  async confirmApp(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Body() body: CodeBody) {
    const me = oneself(request);
    await this.service.ownFactors(me);
    const { codes } = await this.apps.confirm(me, body.code);
    await goOnProved(this.sessions, this.cookie, request, reply);
    const next = localPath(body.next);
    return codes ? { codes, next } : changed('/second-factor', {}, 'second_factor.app_ready');
  }

  @Post('app/removal')
  @Allow(OWN_ACCOUNT)
  async removeApp(@Req() request: Request) {
    await this.service.removeApp(oneself(request));
    return changed('/second-factor', {}, 'second_factor.removed');
  }

  @Post('passkeys/options')
  @Allow(OWN_ACCOUNT)
  @HttpCode(200)
  async options(@Req() request: Request) {
    const me = oneself(request);
    await this.service.ownFactors(me);
    return this.passkeys.offer(me);
  }

  /** As `confirmApp`. */
  @Post('passkeys')
  @Allow(OWN_ACCOUNT)
  @View('second-factor/codes')
  async addPasskey(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Body() body: NewPasskeyBody) {
    const me = oneself(request);
    await this.service.ownFactors(me);
    const { codes } = await this.passkeys.add(me, body.name, body.credential);
    await goOnProved(this.sessions, this.cookie, request, reply);
    const next = localPath(body.next);
    return codes ? { codes, next } : changed('/second-factor', {}, 'second_factor.passkey_ready');
  }

  @Post('passkeys/:id/removal')
  @Allow(OWN_ACCOUNT)
  async removePasskey(@Req() request: Request, @Param() { id }: IdParam) {
    await this.service.removePasskey(oneself(request), id);
    return changed('/second-factor', {}, 'second_factor.removed');
  }

  @Post('codes')
  @Allow(OWN_ACCOUNT)
  @View('second-factor/codes')
  async newCodes(@Req() request: Request) {
    return { codes: await this.service.newCodes(oneself(request)), next: '/second-factor' };
  }

  private async loginOf(userId: string): Promise<string> {
    const [user] = await this.dataSource.query<{ login: string }[]>('SELECT login FROM gate.linked_user($1)', [userId]);
    if (!user) throw new Unauthenticated();
    return user.login;
  }
}
