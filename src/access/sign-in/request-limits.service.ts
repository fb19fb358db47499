import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { uuidv7 } from '../../platform/database/id.js';
import { TooMany } from '../../platform/errors.js';
import { Signer } from '../../platform/security/tokens.js';
import { networkOf } from './network-of.js';

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
   * @param account one, or several that are asked about at once
   * @param allowed in a quarter of an hour
   * @returns false where one of the accounts has had its share for now: nothing more is done for it, and the answer must not tell
   * @throws TooMany where the address has
   */
  async admit(
    what: string,
    account: string | readonly string[],
    address: string,
    allowed: { account: number; address: number },
  ): Promise<boolean> {
    const accounts = [account].flat().map((one) => this.key(what, 'account', one));
    const keys = [...accounts, this.key(what, 'address', networkOf(address))];
    const id = uuidv7();
    await this.dataSource.query('SELECT gate.note_sign_in_try($1, $2)', [id, keys]);
    const [row] = await this.dataSource.query<{ waits: number[] }[]>('SELECT gate.request_waits($1, $2) AS waits', [
      keys,
      [...accounts.map(() => allowed.account), allowed.address],
    ]);
    const waitOfAddress = row!.waits.at(-1)!;
    const waitOfAccount = Math.max(0, ...row!.waits.slice(0, -1));
    // A refused request is not kept: asking on and on neither fills the table nor makes the wait longer.
    if (waitOfAddress > 0) {
      await this.dataSource.query('SELECT gate.forget_sign_in_try($1, $2)', [id, null]);
      throw new TooMany('access.too_many', { minutes: Math.ceil(waitOfAddress / 60) });
    }
    return waitOfAccount === 0;
  }

  /** A table of who was asked about must not be a list of users. */
  private key(what: string, kind: string, value: string): Buffer {
    return Buffer.from(this.signer.mac(`${what}.${kind}`, value), 'base64url');
  }
}
