import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Signer } from '../security/tokens.js';
import type { Flash, Reply, Request } from './request.js';

const NAME = 'sampark_flash';

/** A word for the next page, in a signed cookie that lives as long as the redirect: keys and counts, no names. */
@Injectable()
export class FlashCookie {
  private readonly secure: boolean;

  constructor(
    private readonly signer: Signer,
    config: Config,
  ) {
    this.secure = config.baseUrl.startsWith('https:');
  }

  set(reply: Reply, flash: Flash): void {
    reply.setCookie(NAME, this.signer.seal('flash', JSON.stringify(flash)), {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.secure,
      maxAge: 60,
    });
  }

  /** Takes the word out, so that it is shown once. */
  take(request: Request, reply: Reply): Flash | null {
    const sealed = request.cookies[NAME];
    if (!sealed) return null;
    reply.clearCookie(NAME, { path: '/' });
    const text = this.signer.unseal('flash', sealed);
    return text ? (JSON.parse(text) as Flash) : null;
  }
}
