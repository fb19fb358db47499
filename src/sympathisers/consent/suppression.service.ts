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
  /** Of whoever has it, where known: the phone of a family stops the one of them who was erased, and no other. */
  nameKey?: string;
}

/** Of a phone or mail together with a name: what stops one of a family. */
const NAMED = '+name';
export const withName = ({ kind, value, nameKey }: Thing): Thing | null =>
  nameKey && (kind === 'phone' || kind === 'email') ? { kind: kind + NAMED, value: `${value}\0${nameKey}` } : null;

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
      const asked = things.flatMap((thing, at) =>
        [asListed(thing), withName(asListed(thing))]
          .filter((one) => one !== null)
          .flatMap((one) => this.asked(one).map((hash) => ({ ...hash, at }))),
      );
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
      // A stop can be taken back, and its entries with it; what has another reason stays.
      if (why !== 'asked_to_stop')
        await tx.query('SELECT gate.suppressed_for_good($1, $2)', [
          thing.kind,
          this.hashes.all(thing.kind, thing.value),
        ]);
      tx.onCommit(() => this.log.soon());
      tx.audit('suppression.added', { facts: { kind: thing.kind, why } });
    });
  }

  /**
   * Takes a value off the list again: for the person themself alone, who has just shown that it is theirs. With it goes what an
   * erasure left of it under their name; what it left under other names stays.
   * @returns whether it was on it
   */
  release(actor: Actor, thing: Thing & { kind: 'email' }, why: string): Promise<boolean> {
    return this.work.run(actor, async (tx) => {
      let lifted = 0;
      for (const one of [thing, withName(thing)].filter((one) => one !== null)) {
        const row = await tx.one<{ n: number }>('SELECT gate.lift_suppression($1, $2, $3) AS n', [
          one.kind,
          // No point of anybody's is a value with a name.
          one === thing ? thing.value : '',
          this.hashes.all(one.kind, one.value),
        ]);
        if (row!.n) await this.noteLifted(tx, one);
        lifted += row!.n;
      }
      if (lifted) tx.audit('suppression.lifted', { facts: { kind: thing.kind, why } });
      return lifted > 0;
    });
  }

  /** @returns for each thing, in order, whether this very person, by name and phone or mail, was erased */
  stoppedByName(actor: Actor, things: readonly Thing[]): Promise<boolean[]> {
    const named = things.map((thing) => withName(asListed(thing)));
    return this.stopped(
      actor,
      named.map((thing) => thing ?? { kind: NAMED, value: '' }),
    );
  }

  /**
   * What an erasure leaves (T25). A phone or mail that nobody else has stops whoever brings it; one that a family shares stops
   * nobody by itself, only together with the name of the one who was erased. What they had stopped stays so for everybody.
   * @param actor a job of the system
   * @param records of the one who is erased
   * @param nameKeys by which their names are compared
   */
  async leave(
    actor: Actor,
    records: readonly string[],
    nameKeys: readonly string[],
    things: readonly Thing[],
  ): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const listed = things.map(asListed);
      const others = await tx.query<{ n: number }>('SELECT n FROM gate.held_by_others($1, $2, $3) n', [
        listed.map(({ kind }) => kind),
        listed.map(({ value }) => value),
        records,
      ]);
      const stopped = await tx.one('SELECT 1 FROM stops WHERE person_id = ANY ($1) AND undone_at IS NULL LIMIT 1', [
        records,
      ]);
      const shared = new Set(stopped ? [] : others.map(({ n }) => n - 1));
      const left = listed.flatMap((thing, at) => {
        const named = nameKeys.map((nameKey) => withName({ ...thing, nameKey })).filter((one) => one !== null);
        // Without a name beside it a shared handle could only stop somebody else.
        const itself = shared.has(at) && !named.length ? [] : [{ ...thing, onlyNamed: shared.has(at) }];
        return [...itself, ...named.map((one) => ({ ...one, onlyNamed: false }))].map(({ kind, value, onlyNamed }) => ({
          kind,
          onlyNamed,
          ...this.hashes.newest(kind, value),
        }));
      });
      if (!left.length) return;
      await tx.query('SELECT gate.leave_hashes($1, $2, $3, $4)', [
        left.map(({ kind }) => kind),
        left.map(({ hash }) => hash),
        left[0]!.keyName,
        left.map(({ onlyNamed }) => onlyNamed),
      ]);
      tx.onCommit(() => this.log.soon());
    });
  }

  /** A backup restored later takes it off again. */
  async noteLifted(tx: Transaction, thing: Thing): Promise<void> {
    const { kind, value } = asListed(thing);
    await this.log.note(tx, [{ kind: `lifted:${kind}`, ...this.hashes.newest(kind, value) }]);
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
export function asListed({ kind, ...rest }: Thing): Thing {
  return { ...rest, kind: kind === 'whatsapp' && rest.value.startsWith('+') ? 'phone' : kind };
}
