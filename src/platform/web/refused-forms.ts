import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { randomToken } from '../security/tokens.js';
import type { Refused, Request } from './request.js';

const HEADER = 'x-sampark-refused';

/**
 * A refused form comes back as the page it stood on, with the values typed and the words beside the fields. The page is
 * asked from ourselves, as its reader; what was refused waits here under a random name for that one request.
 */
@Injectable()
export class RefusedForms {
  private readonly waiting = new Map<string, Refused>();

  /** The page of the form again, or null where we cannot tell which it was. */
  async again(server: FastifyInstance, request: Request, refused: Refused): Promise<string | null> {
    const url = pageOf(request);
    if (!url) return null;
    const name = randomToken();
    this.waiting.set(name, refused);
    try {
      // A header that isn't there must not be passed on as undefined: the request inside would throw.
      const headers: Record<string, string> = { [HEADER]: name };
      for (const header of ['accept', 'cookie', 'user-agent', 'accept-language', 'host'])
        if (request.headers[header]) headers[header] = String(request.headers[header]);
      const answer = await server.inject({
        method: 'GET',
        url,
        headers,
        remoteAddress: request.socket.remoteAddress,
      });
      return answer.statusCode === 200 || answer.statusCode === 422 ? answer.body : null;
    } catch {
      // A `_page` or Referer that is no address.
      return null;
    } finally {
      this.waiting.delete(name);
    }
  }

  /** What was refused, if this request is ours about a refused form. */
  take(request: Request): Refused | null {
    const name = request.headers[HEADER];
    return (typeof name === 'string' && this.waiting.get(name)) || null;
  }
}

/** The page a form stood on: told by the form itself (`_page`), else by the Referer. Only ever a path of ours. */
function pageOf(request: Request): string | null {
  const said = request.sampark.page;
  if (said && /^\/(?!\/)/.test(said)) return said;
  const referer = request.headers.referer;
  if (!referer) return null;
  try {
    const url = new URL(referer);
    return url.host === request.headers.host ? url.pathname + url.search : null;
  } catch {
    return null;
  }
}
