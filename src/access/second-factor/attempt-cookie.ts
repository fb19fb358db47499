import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { randomToken } from '../../platform/security/tokens.js';
import type { Reply, Request } from '../../platform/web/request.js';

const MINUTES = 5;

/** Binds a challenge to the browser that asked for it, before anybody is signed in. */
@Injectable()
export class AttemptCookie {
  private readonly secure: boolean;
  private readonly name: string;

  constructor(config: Config) {
    this.secure = config.baseUrl.startsWith('https:');
    this.name = this.secure ? '__Host-sampark-try' : 'sampark-try';
  }

  read(request: Request): string | undefined {
    return request.cookies[this.name];
  }

  /** @returns what it holds */
  set(reply: Reply): string {
    const value = randomToken();
    reply.setCookie(this.name, value, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: this.secure,
      maxAge: MINUTES * 60,
    });
    return value;
  }

  clear(reply: Reply): void {
    reply.clearCookie(this.name, { path: '/', secure: this.secure });
  }
}
