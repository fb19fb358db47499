import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { map, type Observable } from 'rxjs';
import { FlashCookie } from './flash-cookie.js';
import { Outcome } from './outcome.js';
import { isGrantActor } from '../database/actor.js';
import { isList, Pages } from './pages.js';
import { wantsPage, type Reply, type Request } from './request.js';
import { VIEW, type ViewOptions } from './view.decorator.js';

/** One route, two representations: a handler's model becomes a page or JSON, its outcome a redirect or a body. */
@Injectable()
export class ViewInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly pages: Pages,
    private readonly flash: FlashCookie,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const reply = http.getResponse<Reply>();
    const view = this.reflector.get<ViewOptions | undefined>(VIEW, context.getHandler());
    return next.handle().pipe(map((result: unknown) => this.represent(result, view, request, reply)));
  }

  private represent(result: unknown, view: ViewOptions | undefined, request: Request, reply: Reply): unknown {
    if (result instanceof Outcome) {
      reply.header('location', result.location);
      if (!wantsPage(request)) {
        reply.status(result.status);
        return result.body ?? {};
      }
      if (result.flash) this.flash.set(reply, result.flash);
      reply.status(303);
      return '';
    }
    if (!view || !wantsPage(request)) return withCover(result, request);
    // The same address gives two representations: a cache must tell them apart.
    reply.header('vary', 'accept, accept-language, cookie, authorization').type('text/html; charset=utf-8');
    if (request.sampark.refused) reply.status(422);
    return this.pages.render(view, result as object, request);
  }
}

/** What a list covers, for programs: the territory and the reach of the grant they act in. */
function withCover(result: unknown, { sampark: { actor } }: Request): unknown {
  if (!isGrantActor(actor) || typeof result !== 'object' || result === null || !isList(result)) return result;
  return { ...result, covers: { territoryId: actor.territoryId, reach: actor.reach } };
}
