import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

export interface Passkey {
  id: string;
  name: string;
  since: string;
  usedAt: string | null;
  credential: string;
  transports: string[];
}

export interface Factors {
  /** Since when an authenticator app is in use. */
  appSince: Date | null;
  codesLeft: number;
  passkeys: Passkey[];
}

/** What somebody could show, without anything secret. */
@Injectable()
export class SecondFactors {
  constructor(private readonly dataSource: DataSource) {}

  /** @param query inside a unit of work, its own */
  async of(
    userId: string,
    query = <Row>(sql: string, params: unknown[]) => this.dataSource.query<Row[]>(sql, params),
  ): Promise<Factors> {
    const [row] = await query<{ app_since: Date | null; codes_left: number; passkeys: Passkey[] }>(
      'SELECT * FROM gate.second_factors_of($1)',
      [userId],
    );
    return { appSince: row!.app_since, codesLeft: row!.codes_left, passkeys: row!.passkeys };
  }
}
