import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { Reply } from '../../platform/web/request.js';
import { letFrame } from '../../platform/web/security-headers.js';

/** On the routes of the embedded form: the sites named in the configuration may show it in a frame. */
@Injectable()
export class EmbeddingGuard implements CanActivate {
  private readonly sites: string[];

  constructor(config: Config) {
    this.sites = config.joinEmbedSites?.split(/,\s*/) ?? [];
  }

  canActivate(context: ExecutionContext): boolean {
    letFrame(context.switchToHttp().getResponse<Reply>(), this.sites);
    return true;
  }
}
