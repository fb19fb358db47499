import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { Logger } from 'pino';
import { DomainError, NotFound, Unauthenticated } from '../../platform/errors.js';
import { LOGGER } from '../../platform/log/logger.js';
import { Public } from '../../platform/web/allow.decorator.js';
import { changed } from '../../platform/web/outcome.js';
import { wantsPage, type Reply, type Request } from '../../platform/web/request.js';
import { wayTo } from '../second-factor/owed.js';
import { SessionCookie } from '../session-cookie.js';
import { SessionsService } from '../sessions.service.js';
import { localPath } from '../sign-in/local-path.js';
import { SignInQuery } from '../sign-in/sign-in.dto.js';
import { OidcErrand } from './oidc-errand.js';
import { OidcProvider, ProviderRefused, ProviderUnreachable } from './oidc-provider.service.js';
import { OidcSignIn } from './oidc-sign-in.service.js';

/** Sign-in by the provider of the configuration: there, and back. What goes wrong is told on the sign-in page. */
@Controller('sign-in/oidc')
export class OidcController {
  constructor(
    private readonly provider: OidcProvider,
    private readonly errand: OidcErrand,
    private readonly service: OidcSignIn,
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  @Get()
  @Public()
  async begin(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Query() query: SignInQuery) {
    return this.orSay(request, async () => {
      const { url, errand } = await this.provider.begin();
      this.errand.set(reply, { ...errand, next: localPath(query.next) });
      return changed(url.href, { location: url.href });
    });
  }

  /** Whatever the provider adds to the address is its own affair: only what was asked for is read, and checked. */
  @Get('callback')
  @Public()
  async callback(@Req() request: Request, @Res({ passthrough: true }) reply: Reply) {
    return this.orSay(request, async () => {
      const underway = this.errand.take(request, reply);
      if (!underway) throw new Unauthenticated('oidc.lost');
      const claims = await this.provider.finish(new URL(request.url, 'http://here.invalid').search, underway);
      const session = await this.service.enter(claims, this.cookie.read(request));
      // This browser's own errand came back, so the other site's Sec-Fetch-Site is as it should be.
      this.cookie.set(reply, session.token, { asked: true });
      const signedIn = await this.sessions.find(session.token);
      const wanted = signedIn?.current ? underway.next : '/no-role';
      const next = signedIn?.owes ? wayTo(signedIn.owes, wanted) : wanted;
      return changed(next, { user: { id: session.userId, name: session.name }, next });
    });
  }

  private async orSay<T>(request: Request, work: () => Promise<T>) {
    try {
      if (!this.provider.configured) throw new NotFound('oidc.not_configured');
      return await work();
    } catch (error) {
      const told = this.inWords(error);
      if (!told) throw error;
      if (!wantsPage(request)) throw told;
      return changed('/sign-in', {}, { tone: 'bad', key: told.key });
    }
  }

  private inWords(error: unknown): DomainError | null {
    if (error instanceof DomainError) return error;
    if (error instanceof ProviderUnreachable) {
      this.log.warn({ reason: error.reason }, 'the OpenID Connect provider does not answer');
      return new Unauthenticated('oidc.unreachable').causedBy(error);
    }
    if (error instanceof ProviderRefused) {
      this.log.info({ reason: error.reason }, 'a sign-in by the OpenID Connect provider was refused');
      return new Unauthenticated(error.reason === 'access_denied' ? 'oidc.denied' : 'oidc.refused').causedBy(error);
    }
    return null;
  }
}
