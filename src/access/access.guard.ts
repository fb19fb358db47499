import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { anonymous, isGrantActor } from '../platform/database/actor.js';
import { Forbidden, Unauthenticated } from '../platform/errors.js';
import { Signer } from '../platform/security/tokens.js';
import { ALLOW, PUBLIC, SIGNED_IN } from '../platform/web/allow.decorator.js';
import { wantsPage, type Reply, type Request } from '../platform/web/request.js';
import { SessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';

/** What messengers and mail programs stick on to links that people pass on; none of it is ours, and none of it is kept. */
const STUCK_ON = /^(utm_\w+|fbclid|gclid|igsh|igshid|mc_[ce]id|si)$/;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Who is asking, and may they? Runs before every handler; a route it finds no rule on stays shut. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
    private readonly signer: Signer,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const csrf = takeFormFields(request);
    await this.recognise(request);
    const handler = context.getHandler();
    const open = this.reflector.get<boolean | undefined>(PUBLIC, handler);
    const needed = this.reflector.get<string | undefined>(ALLOW, handler);
    if (!open && !needed) throw new Forbidden();
    this.refuseForgery(request, Boolean(open), csrf);
    if (open) return true;
    const { actor, who } = request.sampark;
    if (needed === SIGNED_IN) {
      if (!who && !isGrantActor(actor)) throw new Unauthenticated();
      return true;
    }
    if (!isGrantActor(actor)) {
      if (!who && !isGrantActor(actor)) throw new Unauthenticated();
      if (request.method === 'GET' && wantsPage(request)) return this.sendToHelp(context);
      throw new Forbidden('errors.no_grant');
    }
    if (!actor.permissions.has(needed!)) throw new Forbidden();
    return true;
  }

  /** Signed in, and no role: a page says who can give one. */
  private sendToHelp(context: ExecutionContext): false {
    void context.switchToHttp().getResponse<Reply>().status(303).header('location', '/no-role').send('');
    return false;
  }

  private async recognise(request: Request): Promise<void> {
    const state = request.sampark;
    state.actor = anonymous;
    const { authorization } = request.headers;
    if (authorization) {
      const token = /^Bearer ([\w-]+)$/i.exec(authorization)?.[1];
      const actor = token ? await this.sessions.findToken(token, request.ip) : null;
      if (!actor) throw new Unauthenticated('errors.bad_token');
      state.actor = actor;
      return;
    }
    const cookie = this.cookie.read(request);
    const signedIn = cookie ? await this.sessions.find(cookie) : null;
    if (!signedIn) return;
    if (signedIn.actor) state.actor = signedIn.actor;
    state.who = {
      userId: signedIn.userId,
      name: signedIn.name,
      sessionId: signedIn.sessionId,
      csrf: this.signer.csrfToken(signedIn.sessionId),
      grants: signedIn.grants.map((grant) => ({
        id: grant.grant_id,
        role: { code: grant.role, name_en: grant.role_en, name_hi: grant.role_hi },
        until: grant.until,
        delegatedBy: grant.delegated_by,
        territory: { id: grant.territory_id, name_en: grant.name_en, name_hi: grant.name_hi },
        current: grant.grant_id === signedIn.actor?.grantId,
      })),
    };
  }

  /**
   * A cookie travels with forms of other sites too, so a session's writes need its token. Bearers need none; nor do
   * public routes (answering, unsubscribing), which act on the link alone.
   */
  private refuseForgery(request: Request, open: boolean, csrf: unknown): void {
    if (SAFE.has(request.method)) return;
    const { who } = request.sampark;
    if (open || !who?.sessionId) {
      // Browsers say where a form comes from; signing somebody out from elsewhere is refused by that.
      const site = request.headers['sec-fetch-site'];
      if (open && who && site === 'cross-site') throw new Forbidden('errors.csrf');
      return;
    }
    if (!this.signer.isCsrfToken(who.sessionId, request.headers['x-csrf-token'] ?? csrf))
      throw new Forbidden('errors.csrf');
  }
}

/**
 * Takes the frame's own fields out of a form, since they are not a handler's input. A form with a file carries the token
 * in its address: its body is read later, as a stream.
 * @returns the CSRF token, if any
 */
function takeFormFields(request: Request): unknown {
  let csrf: unknown;
  for (const part of [request.query, request.body] as (Record<string, unknown> | null | undefined)[]) {
    if (!part || typeof part !== 'object' || Array.isArray(part)) continue;
    csrf = part._csrf ?? csrf;
    if (typeof part._page === 'string') request.sampark.page = part._page;
    delete part._csrf;
    delete part._page;
  }
  const query = (request.query ?? {}) as Record<string, unknown>;
  for (const name of Object.keys(query)) if (STUCK_ON.test(name)) delete query[name];
  return csrf;
}
