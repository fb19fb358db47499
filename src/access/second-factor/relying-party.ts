import { Injectable } from '@nestjs/common';
import { isIP } from 'node:net';
import { Config } from '../../platform/config/config.js';

/** Whom passkeys and authenticator apps are for. Told by the configuration alone, never by a request (T5). */
@Injectable()
export class RelyingParty {
  /** The host that a passkey is bound to (WebAuthn, section 5.4.2). */
  readonly id: string;
  readonly origin: string;
  readonly name: string;
  /** Browsers make no passkeys for an address in numbers, or without HTTPS elsewhere than on this machine. */
  readonly possible: boolean;

  constructor(config: Config) {
    const url = new URL(config.baseUrl);
    this.id = url.hostname;
    this.origin = url.origin;
    this.name = config.orgNameEn;
    this.possible =
      !isIP(url.hostname.replace(/^\[|\]$/g, '')) && (url.protocol === 'https:' || url.hostname === 'localhost');
  }
}
