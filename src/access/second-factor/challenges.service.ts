import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { TooMany } from '../../platform/errors.js';
import { Signer } from '../../platform/security/tokens.js';
import { AttemptsService } from '../sign-in/attempts.service.js';

/** To come in by a passkey alone; to show it after a password; to make a new one. */
export type Purpose = 'sign-in' | 'proof' | 'new';

/** So many at a time from one address, which may be an office's. */
const MOST = 100;
const MINUTES = 5;

/** Whose challenge it is: a session, or a cookie of somebody not signed in yet. */
export interface Holder {
  kind: 'session' | 'cookie';
  value: string;
}

/** What a passkey signs: random, kept in the database for five minutes, taken once, by whom it was made for. */
@Injectable()
export class ChallengesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly attempts: AttemptsService,
    private readonly signer: Signer,
  ) {}

  /** @throws TooMany for an address that asks and asks */
  async keep(challenge: string, purpose: Purpose, holder: Holder, address: string): Promise<void> {
    const [row] = await this.dataSource.query<{ ok: boolean | null }[]>(
      'SELECT gate.make_challenge($1, $2, $3, $4, $5) AS ok',
      [challenge, purpose, this.bound(holder), this.attempts.keyOfAddress(address), MOST],
    );
    if (row?.ok !== true) throw new TooMany('access.too_many', { minutes: MINUTES });
  }

  async take(challenge: string, purpose: Purpose, holder: Holder): Promise<boolean> {
    const [row] = await this.dataSource.query<{ ok: boolean | null }[]>(
      'SELECT gate.take_challenge($1, $2, $3) AS ok',
      [challenge, purpose, this.bound(holder)],
    );
    return row?.ok === true;
  }

  private bound({ kind, value }: Holder): string {
    return this.signer.mac(`passkey.${kind}`, value);
  }
}
