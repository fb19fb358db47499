import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { SignedLinks } from '../../platform/security/signed-links.js';

const PURPOSE = 'j';
/** A sign-up has one link; it ends with the row, which is erased when it is used or the time is over. */
const VERSION = 1;

/** Makes the links that confirm a sign-up, and knows them again. */
@Injectable()
export class JoinLinks {
  constructor(
    private readonly links: SignedLinks,
    private readonly config: Config,
  ) {}

  addressOf(requestId: string): string {
    return `${this.config.baseUrl}/join/confirm/${this.tokenOf(requestId)}`;
  }

  tokenOf(requestId: string): string {
    return this.links.make(PURPOSE, [requestId], VERSION);
  }

  /** The sign-up that the token is for; null for one that is not ours or is for another purpose. */
  requestOf(token: string): string | null {
    const claim = this.links.read(PURPOSE, token);
    return claim?.ids.length === 1 && this.links.holds(claim, VERSION) ? claim.ids[0]! : null;
  }
}
