import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ErasureLog } from '../../platform/erasure-log/erasure-log.service.js';
import { KeyedHashes } from '../../platform/security/keyed-hashes.js';

/** A phone (E.164), a mail (lower case), or a handle (lower case, without @) by its platform's code. */
export interface Thing {
  kind: string;
  value: string;
}

/**
 * The list of what must never be contacted or imported again. It holds keyed hashes and nothing else, so it can be asked
 * about a value, but not read; it outlives the person's record (T25).
 */
@Injectable()
export class SuppressionService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly hashes: KeyedHashes,
    private readonly log: ErasureLog,
  ) {}

  /**
   * @returns for each thing, in order, whether it is on the list, by whichever key it got there. What an older key found goes
   *   on under the newest.
   */
  stopped(actor: Actor, things: readonly Thing[]): Promise<boolean[]> {
    return this.work.run(actor, async (tx) => {
      const asked = things.flatMap((thing, at) => this.asked(thing).map((one) => ({ ...one, at })));
      const answer = things.map(() => false);
      if (!asked.length) return answer;
      const rows = await tx.query<{ n: number }>('SELECT n FROM gate.suppressed($1, $2) n', [
        asked.map(({ kind }) => kind),
        asked.map(({ hash }) => hash),
      ]);
      const found = rows.map(({ n }) => asked[n - 1]!);
      for (const { at } of found) answer[at] = true;
      await this.rekey(tx, found);
      return answer;
    });
  }

  /**
   * Puts a value on the list, and stops it at once for everybody who has it, in any territory. Safe to run twice.
   * @param why a short code that is no personal data, e.g. `asked_to_stop`
   */
  stop(actor: Actor, kind: string, value: string, why: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const thing = asListed({ kind, value });
      const { hash, keyName } = this.hashes.newest(thing.kind, thing.value);
      // Stopped earlier, under an older key: that entry goes on, with its reason and its date.
      await this.rekey(tx, this.asked(thing));
      await tx.query('SELECT gate.suppress($1, $2, $3, $4, $5)', [thing.kind, thing.value, hash, keyName, why]);
      tx.onCommit(() => this.log.soon());
      tx.audit('suppression.added', { facts: { kind: thing.kind, why } });
    });
  }

  /** What to look for, newest key first; each beside the hash it should be under. */
  private asked(thing: Thing): Asked[] {
    const { kind, value } = asListed(thing);
    const [newest, ...older] = this.hashes.all(kind, value);
    return [newest!, ...older].map((hash) => ({ kind, hash, newest: newest! }));
  }

  private async rekey(tx: Transaction, asked: readonly Asked[]): Promise<void> {
    const old = asked.filter(({ hash, newest }) => hash !== newest);
    if (!old.length) return;
    await tx.query('SELECT gate.rekey_suppressions($1, $2, $3, $4)', [
      old.map(({ kind }) => kind),
      old.map(({ hash }) => hash),
      old.map(({ newest }) => newest),
      this.hashes.names[0],
    ]);
  }
}

interface Asked {
  kind: string;
  hash: Buffer;
  newest: Buffer;
}

/** A WhatsApp number is a phone: stopping one stops the other. */
function asListed({ kind, value }: Thing): Thing {
  return kind === 'whatsapp' && value.startsWith('+') ? { kind: 'phone', value } : { kind, value };
}
