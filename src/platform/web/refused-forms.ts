import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { randomToken } from '../security/tokens.js';
import type { Refused, Request } from './request.js';

const HEADER = 'x-sampark-refused';

/** A page, and the policy on content that names its nonces. */
export interface PageAgain {
  body: string;
  policy: string;
}

/**
 * A refused form comes back as the page it stood on, with the values typed and the words beside the fields. The page is
 * asked from ourselves, as its reader; what was refused waits here under a random name for that one request.
 */
@Injectable()
export class RefusedForms {
  private readonly waiting = new Map<string, Refused>();

  /** The page of the form again, or null where we cannot tell which it was. */
  async again(server: FastifyInstance, request: Request, refused: Refused): Promise<PageAgain | null> {
    const url = pageOf(request);
    if (!url) return null;
    const name = randomToken();
    this.waiting.set(name, refused);
    try {
      // A header that isn't there must not be passed on as undefined: the request inside would throw.
      const headers: Record<string, string> = { [HEADER]: name, host: request.host };
      for (const header of ['accept', 'cookie', 'user-agent', 'accept-language'])
        if (request.headers[header]) headers[header] = String(request.headers[header]);
      const answer = await server.inject({
        method: 'GET',
        url,
        headers,
        remoteAddress: request.socket.remoteAddress,
      });
      if (answer.statusCode !== 200 && answer.statusCode !== 422) return null;
      return { body: answer.body, policy: String(answer.headers['content-security-policy']) };
    } catch {
      // A `_page` that is no address.
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

/** The page a form stood on, as the form itself says: no page of ours sends a Referer. Only ever a path of ours. */
function pageOf(request: Request): string | null {
  const said = request.sampark.page;
  return said && /^\/(?![/\\])/.test(said) ? said : null;
}
