import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { Signer } from '../platform/security/tokens.js';

const PURPOSE = 'reply';
/** RFC 5321, section 4.5.3.1.1. */
const LONGEST_LOCAL = 64;
const MAC = 16;

/**
 * The address that replies to one letter go to: a plus-address of REPLY_ADDRESS that names the letter and is signed, so that
 * who is meant is known whatever address the reply comes from. In hexadecimal, as servers on the way may change the case.
 */
@Injectable()
export class ReplyAddresses {
  constructor(
    private readonly config: Config,
    private readonly signer: Signer,
  ) {}

  /** @param letterId of the mail; undefined where replies go to the sender, and are known by what they refer to alone */
  of(letterId: string): string | undefined {
    const { replyAddress } = this.config;
    if (!replyAddress) return undefined;
    const at = replyAddress.lastIndexOf('@');
    const id = letterId.replaceAll('-', '');
    const local = `${replyAddress.slice(0, at)}+${id}${this.mac(id)}`;
    return local.length > LONGEST_LOCAL ? undefined : `${local}${replyAddress.slice(at)}`;
  }

  /** The letter that an address names; null for any that we have not signed. */
  read(address: string): string | null {
    const match = /\+([0-9a-f]{32})([0-9a-f]{16})@/i.exec(address.toLowerCase());
    if (!match || match[2] !== this.mac(match[1]!)) return null;
    return match[1]!.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  private mac(id: string): string {
    return Buffer.from(this.signer.mac(PURPOSE, id), 'base64url').toString('hex').slice(0, MAC);
  }
}
