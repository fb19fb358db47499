import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { uuidv7 } from '../../platform/database/id.js';
import { TooMany } from '../../platform/errors.js';
import { Signer } from '../../platform/security/tokens.js';

/** Failures that a quarter of an hour allows. One office often has one address, so that limit is wider. */
export const PER_ACCOUNT = 10;
export const PER_ADDRESS = 50;

/** Codes are short, so they allow less; and whoever goes on all day already knows the password. */
export const CODES_PER_QUARTER = 5;
export const CODES_PER_DAY = 20;
export const CODES_PER_SESSION = 10;

const QUARTER = '15 minutes';
const DAY = '1 day';

/** What may be guessed at how often; `forgiven` by a try that holds. */
interface Limit {
  kind: string;
  value: string;
  allowed: number;
  span: string;
  forgiven?: boolean;
}

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
  limit<T>(account: string, address: string, attempt: () => Promise<T | null>): Promise<T | null> {
    return this.within(
      [
        { kind: 'account', value: account, allowed: PER_ACCOUNT, span: QUARTER, forgiven: true },
        { kind: 'address', value: address, allowed: PER_ADDRESS, span: QUARTER },
      ],
      attempt,
    );
  }

  /**
   * The same for codes of the second factor: by user, whatever session they are tried in; by session, so that guessing on
   * costs the password again and again; and by address.
   * @param spent told by the try that was the last one for now
   * @throws TooMany with the minutes to wait
   */
  async limitCodes<T>(
    from: { userId: string; sessionId: string; address: string },
    attempt: () => Promise<T | null>,
    spent?: () => Promise<void>,
  ): Promise<T | null> {
    const { userId, sessionId, address } = from;
    const result = await this.within(
      [
        { kind: 'codes', value: userId, allowed: CODES_PER_QUARTER, span: QUARTER, forgiven: true },
        { kind: 'codes', value: userId, allowed: CODES_PER_DAY, span: DAY },
        { kind: 'session', value: sessionId, allowed: CODES_PER_SESSION, span: DAY },
        { kind: 'address', value: address, allowed: PER_ADDRESS, span: QUARTER },
      ],
      attempt,
    );
    const last = { kind: 'codes', value: userId, allowed: CODES_PER_QUARTER - 1, span: QUARTER };
    if (result === null && spent && (await this.wait([last])) > 0) await spent();
    return result;
  }

  /** A keyed hash of an address, for other limits: a table of who came from where must not be a list of them. */
  keyOfAddress(address: string): Buffer {
    return this.key('address', address);
  }

  private async within<T>(limits: Limit[], attempt: () => Promise<T | null>): Promise<T | null> {
    const id = uuidv7();
    const keys = limits.map(({ kind, value }) => this.key(kind, value));
    const different = keys.filter((key, index) => keys.findIndex((other) => other.equals(key)) === index);
    await this.dataSource.query('SELECT gate.note_sign_in_try($1, $2)', [id, different]);
    const seconds = await this.wait(limits);
    if (seconds > 0) {
      // A refused try doesn't lengthen the wait.
      await this.forget(id, null);
      throw new TooMany('access.too_many', { minutes: Math.ceil(seconds / 60) });
    }
    const result = await attempt();
    if (result !== null) await this.forget(id, keys[limits.findIndex(({ forgiven }) => forgiven)] ?? null);
    return result;
  }

  private async wait(limits: Limit[]): Promise<number> {
    const [row] = await this.dataSource.query<{ wait: number }[]>(
      'SELECT gate.sign_in_wait($1, $2, $3::interval[]) AS wait',
      [
        limits.map(({ kind, value }) => this.key(kind, value)),
        limits.map(({ allowed }) => allowed),
        limits.map(({ span }) => span),
      ],
    );
    return row!.wait;
  }

  private forget(id: string, forgiven: Buffer | null) {
    return this.dataSource.query('SELECT gate.forget_sign_in_try($1, $2)', [id, forgiven]);
  }

  /** A table of who was guessed at must not be a list of users. */
  private key(kind: string, value: string): Buffer {
    return Buffer.from(this.signer.mac(`sign-in.${kind}`, value), 'base64url');
  }
}
