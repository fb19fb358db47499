import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
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
  ) {}

  /** @returns for each thing, in order, whether it is on the list, by whichever key it got there */
  stopped(actor: Actor, things: readonly Thing[]): Promise<boolean[]> {
    return this.work.run(actor, async (tx) => {
      const asked = things.flatMap((thing, at) => {
        const { kind, value } = asListed(thing);
        return this.hashes.all(kind, value).map((hash) => ({ at, kind, hash }));
      });
      const answer = things.map(() => false);
      if (!asked.length) return answer;
      const rows = await tx.query<{ n: number }>('SELECT n FROM gate.suppressed($1, $2) n', [
        asked.map(({ kind }) => kind),
        asked.map(({ hash }) => hash),
      ]);
      for (const { n } of rows) answer[asked[n - 1]!.at] = true;
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
      await tx.query('SELECT gate.suppress($1, $2, $3, $4, $5)', [thing.kind, thing.value, hash, keyName, why]);
      // A stop can be taken back, and its entries with it; what has another reason stays.
      if (why !== 'asked_to_stop')
        await tx.query('SELECT gate.suppressed_for_good($1, $2)', [
          thing.kind,
          this.hashes.all(thing.kind, thing.value),
        ]);
      tx.audit('suppression.added', { facts: { kind: thing.kind, why } });
    });
  }
}

/** A WhatsApp number is a phone: stopping one stops the other. */
export function asListed({ kind, value }: Thing): Thing {
  return kind === 'whatsapp' && value.startsWith('+') ? { kind: 'phone', value } : { kind, value };
}
