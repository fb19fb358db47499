import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { Signer } from '../../platform/security/tokens.js';
import { OwnAccount, tellOf } from './own-account.js';
import { makeRecoveryCode, readRecoveryCode, RECOVERY_CODES } from './recovery-code.js';

/** Codes on paper for who has lost the phone: each works once, and only their keyed hashes are kept. */
@Injectable()
export class RecoveryCodesService {
  constructor(
    private readonly own: OwnAccount,
    private readonly signer: Signer,
  ) {}

  /** New codes in place of all before. @returns them, to be shown this once */
  async make(tx: Transaction, userId: string): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODES }, makeRecoveryCode);
    const hashes = codes.map((code) => this.hash(userId, readRecoveryCode(code)!));
    await tx.query('SELECT gate.set_recovery_codes($1, $2)', [userId, hashes]);
    return codes;
  }

  /** Uses one up; false where it isn't one of theirs, or is used. Its user is told. */
  use(userId: string, letters: string): Promise<boolean> {
    return this.own.run(userId, async (tx) => {
      const used = await tx.one<{ ok: boolean | null }>('SELECT gate.use_recovery_code($1, $2) AS ok', [
        userId,
        this.hash(userId, letters),
      ]);
      if (used?.ok !== true) return false;
      await tellOf(tx, userId, 'code_used');
      return true;
    });
  }

  private hash(userId: string, letters: string): string {
    return this.signer.mac('recovery-code', `${userId}.${letters}`);
  }
}
