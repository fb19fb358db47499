import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { Forbidden } from '../platform/errors.js';
import type { Reply, Request } from '../platform/web/request.js';

/** The cookie that holds the session's token. With HTTPS its name binds it to this very host (RFC 6265bis, `__Host-`). */
@Injectable()
export class SessionCookie {
  private readonly secure: boolean;
  private readonly name: string;

  constructor(private readonly config: Config) {
    this.secure = config.baseUrl.startsWith('https:');
    this.name = this.secure ? '__Host-sampark' : 'sampark';
  }

  read(request: Request): string | undefined {
    return request.cookies[this.name];
  }

  /**
   * @param until when the session is over, where it isn't a new one
   * @param asked this browser itself began what another site sends it back from
   * @throws Forbidden for the form of another site: it would sign its reader in as somebody else
   */
  set(reply: Reply, token: string, { until, asked = false }: { until?: Date; asked?: boolean } = {}): void {
    if (!asked && reply.request.headers['sec-fetch-site'] === 'cross-site') throw new Forbidden('errors.csrf');
    reply.setCookie(this.name, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.secure,
      maxAge: until ? Math.round((until.getTime() - Date.now()) / 1000) : this.config.sessionDays * 86_400,
    });
  }

  clear(reply: Reply): void {
    reply.clearCookie(this.name, { path: '/', secure: this.secure });
  }
}
