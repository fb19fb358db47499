import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { anonymous, isGrantActor } from '../platform/database/actor.js';
import { Forbidden, Unauthenticated } from '../platform/errors.js';
import { Signer } from '../platform/security/tokens.js';
import { ALLOW, OWN_ACCOUNT, PROVING, PUBLIC, SIGNED_IN } from '../platform/web/allow.decorator.js';
import { isLooking, wantsPage, type Reply, type Request } from '../platform/web/request.js';
import { hearExcuse } from '../platform/web/request-context.js';
import { wayTo, type Owed } from './second-factor/owed.js';
import { SessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';

/** What messengers and mail programs stick on to links that people pass on; none of it is ours, and none of it is kept. */
const STUCK_ON = /^(utm_\w+|fbclid|gclid|igsh|igshid|mc_[ce]id|si)$/;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Where a browser says a form of ours comes from; programs and old browsers say nothing. */
const FROM_HERE = new Set([undefined, 'same-origin', 'none']);
/** For who is signed in, whatever their role. */
const ANY_ROLE = new Set([SIGNED_IN, OWN_ACCOUNT, PROVING]);

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
    const open = this.reflector.get<'our pages' | 'anywhere' | undefined>(PUBLIC, handler);
    const needed = this.reflector.get<string | undefined>(ALLOW, handler);
    if (!open && !needed) throw new Forbidden();
    this.refuseForgery(request, open, csrf);
    if (open) return true;
    const { actor, who } = request.sampark;
    if (who?.owes && needed !== PROVING && !(needed === OWN_ACCOUNT && who.owes !== 'proof'))
      return this.sendToSecondFactor(context, who.owes as Owed);
    if (ANY_ROLE.has(needed!)) {
      if (!who && !isGrantActor(actor)) throw new Unauthenticated();
      return true;
    }
    if (!isGrantActor(actor)) {
      if (!who && !isGrantActor(actor)) throw new Unauthenticated();
      if (isLooking(request) && wantsPage(request)) return this.sendToHelp(context);
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

  /** A program is told what is missing; a page goes where it can be shown, and comes back from there. */
  private sendToSecondFactor(context: ExecutionContext, owed: Owed): false {
    const request = context.switchToHttp().getRequest<Request>();
    if (!SAFE.has(request.method) || !wantsPage(request))
      throw new Forbidden(owed === 'set-up' ? 'errors.second_factor_set_up' : 'errors.second_factor');
    const reply = context.switchToHttp().getResponse<Reply>();
    void reply.status(303).header('location', wayTo(owed, request.url)).send('');
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
      owes: signedIn.owes,
      enrolled: signedIn.enrolled,
      fresh: signedIn.fresh,
      // Who hasn't come in yet is shown nothing of what is inside.
      grants: (signedIn.owes === 'proof' ? [] : signedIn.grants).map((grant) => ({
        id: grant.grant_id,
        role: { code: grant.role, name_en: grant.role_en, name_hi: grant.role_hi },
        until: grant.until,
        delegatedBy: grant.delegated_by,
        territory: { id: grant.territory_id, name_en: grant.name_en, name_hi: grant.name_hi },
        current: grant.grant_id === signedIn.current,
      })),
    };
  }

  /**
   * A cookie travels with forms of other sites too, so a session's writes need its token. Bearers need none: no other
   * site's form can send one, and a cookie beside it is not looked at. Public routes act on what the form itself says (a
   * link, a password); browsers tell where a form comes from, and only one-click unsubscribing may come from elsewhere.
   */
  private refuseForgery(request: Request, open: 'our pages' | 'anywhere' | undefined, csrf: unknown): void {
    if (SAFE.has(request.method) || request.headers.authorization) return;
    const { who } = request.sampark;
    const elsewhere = !FROM_HERE.has(request.headers['sec-fetch-site'] as string | undefined);
    if (elsewhere && open !== 'anywhere') throw new Forbidden('errors.csrf');
    if (open || !who?.sessionId) return;
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
    // Where the form stood: `_from` by itself, `_page` where it wants to come back to another page.
    const page = part._page ?? part._from;
    if (typeof page === 'string') request.sampark.page = page;
    hearExcuse(part._not_about_person);
    for (const name of ['_csrf', '_page', '_from', '_not_about_person']) delete part[name];
  }
  const query = (request.query ?? {}) as Record<string, unknown>;
  for (const name of Object.keys(query)) if (STUCK_ON.test(name)) delete query[name];
  return csrf;
}
