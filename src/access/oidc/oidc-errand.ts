import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { SecretBox } from '../../platform/security/secret-box.js';
import type { Reply, Request } from '../../platform/web/request.js';
import type { Errand } from './oidc-provider.service.js';

const PURPOSE = 'oidc-errand';
/** Long enough for a password and a second factor there. */
const MINUTES = 10;

/** A browser's way to the provider and back. */
export interface Underway extends Errand {
  /** Where to go afterwards: a path of ours. */
  next: string;
}

/**
 * What a browser takes along to the provider, in a cookie that only we can read: who brings back an answer that this very
 * browser didn't ask for has none that fits. Nothing of it is kept here.
 */
@Injectable()
export class OidcErrand {
  private readonly secure: boolean;
  private readonly name: string;

  constructor(
    config: Config,
    private readonly box: SecretBox,
  ) {
    this.secure = config.baseUrl.startsWith('https:');
    this.name = this.secure ? '__Host-sampark-errand' : 'sampark-errand';
  }

  set(reply: Reply, underway: Underway): void {
    const text = JSON.stringify({ ...underway, until: Date.now() + MINUTES * 60_000 });
    reply.setCookie(
      this.name,
      this.box.seal(PURPOSE, underway.state, text).toString('base64url') + `.${underway.state}`,
      {
        path: '/',
        httpOnly: true,
        // Lax, because the way back begins at the provider's site.
        sameSite: 'lax',
        secure: this.secure,
        maxAge: MINUTES * 60,
      },
    );
  }

  /** Takes it out: it serves one answer. Null where there is none, or it is too old. */
  take(request: Request, reply: Reply): Underway | null {
    const [sealed, state] = request.cookies[this.name]?.split('.') ?? [];
    reply.clearCookie(this.name, { path: '/', secure: this.secure });
    if (!sealed || !state) return null;
    const text = this.box.open(PURPOSE, state, Buffer.from(sealed, 'base64url'));
    if (!text) return null;
    const { until, ...underway } = JSON.parse(text) as Underway & { until: number };
    return until > Date.now() ? underway : null;
  }
}
