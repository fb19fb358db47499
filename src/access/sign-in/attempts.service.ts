import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { uuidv7 } from '../../platform/database/id.js';
import { TooMany } from '../../platform/errors.js';
import { Signer } from '../../platform/security/tokens.js';

/** Failures that a quarter of an hour allows. One office often has one address, so that limit is wider. */
export const PER_ACCOUNT = 10;
export const PER_ADDRESS = 50;

/** Limits guessing, by account and by address, in the database: for all processes, and past a restart. */
@Injectable()
export class AttemptsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly signer: Signer,
  ) {}

  /**
   * Runs one try. It counts as failed until `attempt` gives something: then it is forgotten, and so are the account's
   * failures, but not the address's, which somebody with an account of their own could otherwise wipe.
   * @param account what is being guessed at: a login as normalised, whether or not somebody has it
   * @throws TooMany with the minutes to wait
   */
  async limit<T>(account: string, address: string, attempt: () => Promise<T | null>): Promise<T | null> {
    const id = uuidv7();
    const accountKey = this.key('account', account);
    const keys = [accountKey, this.key('address', address)];
    await this.dataSource.query('SELECT gate.note_sign_in_try($1, $2)', [id, keys]);
    const [row] = await this.dataSource.query<{ wait: number }[]>('SELECT gate.sign_in_wait($1, $2) AS wait', [
      keys,
      [PER_ACCOUNT, PER_ADDRESS],
    ]);
    if (row!.wait > 0) {
      // A refused try doesn't lengthen the wait.
      await this.forget(id, null);
      throw new TooMany('access.too_many', { minutes: Math.ceil(row!.wait / 60) });
    }
    const result = await attempt();
    if (result !== null) await this.forget(id, accountKey);
    return result;
  }

  private forget(id: string, account: Buffer | null) {
    return this.dataSource.query('SELECT gate.forget_sign_in_try($1, $2)', [id, account]);
  }

  /** A table of who was guessed at must not be a list of users. */
  private key(kind: string, value: string): Buffer {
    return Buffer.from(this.signer.mac(`sign-in.${kind}`, value), 'base64url');
  }
}
