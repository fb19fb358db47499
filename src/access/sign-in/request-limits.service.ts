import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { uuidv7 } from '../../platform/database/id.js';
import { TooMany } from '../../platform/errors.js';
import { Signer } from '../../platform/security/tokens.js';

/**
 * Limits what anybody may ask for about an account, such as a link; beside the tries to sign in and apart from them, so
 * that nobody is locked out by it. In the database as well: for all processes, and past a restart.
 */
@Injectable()
export class RequestLimits {
  constructor(
    private readonly dataSource: DataSource,
    private readonly signer: Signer,
  ) {}

  /**
   * Counts one request. It sends the same statements for every account, whether or not somebody has it.
   * @param allowed in a quarter of an hour
   * @returns false where the account has had its share for now: nothing more is done for it, and the answer must not tell
   * @throws TooMany where the address has
   */
  async admit(
    what: string,
    account: string,
    address: string,
    allowed: { account: number; address: number },
  ): Promise<boolean> {
    const keys = [this.key(what, 'account', account), this.key(what, 'address', address)];
    await this.dataSource.query('SELECT gate.note_sign_in_try($1, $2)', [uuidv7(), keys]);
    const [row] = await this.dataSource.query<{ waits: [account: number, address: number] }[]>(
      'SELECT gate.request_waits($1, $2) AS waits',
      [keys, [allowed.account, allowed.address]],
    );
    const [waitOfAccount, waitOfAddress] = row!.waits;
    if (waitOfAddress > 0) throw new TooMany('access.too_many', { minutes: Math.ceil(waitOfAddress / 60) });
    return waitOfAccount === 0;
  }

  /** A table of who was asked about must not be a list of users. */
  private key(what: string, kind: string, value: string): Buffer {
    return Buffer.from(this.signer.mac(`${what}.${kind}`, value), 'base64url');
  }
}
