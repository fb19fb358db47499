import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ErasureLog } from '../../platform/erasure-log/erasure-log.service.js';
import { KeyedHashes } from '../../platform/security/keyed-hashes.js';
import { ConsentService } from '../../sympathisers/consent/consent.service.js';
import { StopService } from '../../sympathisers/consent/stop.service.js';
import { SuppressionService } from '../../sympathisers/consent/suppression.service.js';
import { ErasureService } from '../erasure/erasure.service.js';
import { SinceBackup, type Standing } from './since-backup.js';

export interface DoneAgain {
  erased: number;
  stopped: number;
  withdrew: number;
  suppressed: number;
}

const SLICE = 5_000;

/** Does again, in a restored database, what the erasure log says was done since its backup. */
@Injectable()
export class RestoredErasures {
  constructor(
    private readonly work: UnitOfWork,
    private readonly log: ErasureLog,
    private readonly hashes: KeyedHashes,
    private readonly suppressions: SuppressionService,
    private readonly stops: StopService,
    private readonly consents: ConsentService,
    private readonly erasures: ErasureService,
  ) {}

  /**
   * Safe to run twice, also after it was broken off.
   * @param after the last entry of the log that was in force when the backup was made
   * @throws ErasureLogProblem where the log is missing, shortened or changed
   */
  async apply(actor: SystemActor, after: number, progress?: (phase: string, done: number) => void): Promise<DoneAgain> {
    const since = new SinceBackup(this.hashes);
    await this.read(actor, after, since);
    const done: DoneAgain = { erased: 0, stopped: 0, withdrew: 0, suppressed: 0 };
    if (since.any.things) {
      done.suppressed = await this.suppress(actor, [...since.standings()]);
      await this.points(actor, since, progress);
    }
    if (since.any.people) await this.people(actor, since, done, progress);
    await this.work.run(actor, async (tx) => tx.audit('backup.erasures_done_again', { facts: { ...done, after } }));
    return done;
  }

  /** Reads the log, proves that it goes on from where the backup knew it, and takes its end for ours. */
  private async read(actor: SystemActor, after: number, since: SinceBackup): Promise<void> {
    const file = await this.log.file(actor);
    const known = await this.work.run(actor, (tx) => this.log.end(tx));
    const at: { mac?: Buffer } = {};
    const end = await file.read((entry, mac) => {
      if (entry.seq === known.seq) at.mac = mac;
      if (entry.seq > after) since.add(entry);
    });
    file.compare(known, end, at.mac);
    await this.work.run(actor, (tx) => this.log.settle(tx, end));
  }

  private async suppress(actor: SystemActor, all: readonly Standing[]): Promise<number> {
    let n = 0;
    for (let from = 0; from < all.length; from += SLICE) {
      const some = all.slice(from, from + SLICE);
      const [on, off] = [some.filter(({ lifted }) => !lifted), some.filter(({ lifted }) => lifted)];
      n += on.length;
      await this.work.run(actor, async (tx) => {
        await tx.query('SELECT gate.restore_suppressions($1, $2, $3, $4, $5, $6)', [
          on.map(({ kind }) => kind),
          on.map(({ entry }) => entry.hash),
          on.map(({ entry }) => entry.keyName),
          on.map(({ why }) => why),
          on.map(({ entry }) => entry.at),
          on.map(({ named }) => named),
        ]);
        await tx.query('SELECT gate.lift_suppressions($1, $2)', [
          off.map(({ kind }) => kind),
          off.map(({ entry }) => entry.hash),
        ]);
      });
    }
    return n;
  }

  /** The points and handles in the register that are stopped, or are so no longer. */
  private async points(actor: SystemActor, since: SinceBackup, progress?: (phase: string, done: number) => void) {
    let seen = 0;
    for (const [table, kindOf, valueOf] of [
      ['contact_points', 'kind', 'value'],
      ['person_identities', 'platform', 'handle'],
    ] as const)
      // prettier-ignore
      for (let last: { person_id: string; id: string } | undefined; ;) {
        const rows: { person_id: string; id: string; kind: string; value: string; stopped: boolean }[] =
          await this.work.run(actor, (tx) =>
            tx.query(
              `SELECT person_id, id, ${kindOf} AS kind, ${valueOf} AS value, suppressed_at IS NOT NULL AS stopped FROM ${table}
                WHERE $1::uuid IS NULL OR (person_id, id) > ($1, $2) ORDER BY person_id, id LIMIT ${SLICE}`,
              [last?.person_id ?? null, last?.id ?? null],
            ),
          );
        for (const row of rows) {
          const kind = row.kind === 'whatsapp' && row.value.startsWith('+') ? 'phone' : row.kind;
          const now = since.standingOf(kind, row.value);
          if (!now || now.named) continue;
          if (now.lifted) await this.lift(actor, { ...row, kind });
          else if (!row.stopped) await this.suppressions.stop(actor, kind, row.value, now.why);
        }
        seen += rows.length;
        progress?.('phones, mails and handles', seen);
        last = rows.at(-1);
        if (rows.length < SLICE) break;
      }
  }

  /** Stopped under an older key and lifted under a newer one, it may stand under either. */
  private async lift(actor: SystemActor, { kind, value, stopped }: { kind: string; value: string; stopped: boolean }) {
    const hashes = this.hashes.all(kind, value);
    await this.work.run(actor, async (tx) => {
      await tx.query('SELECT gate.lift_suppressions($1, $2)', [hashes.map(() => kind), hashes]);
      if (stopped) await tx.query('SELECT gate.open_points($1, $2)', [kind, value]);
    });
  }

  private async people(
    actor: SystemActor,
    since: SinceBackup,
    done: DoneAgain,
    progress?: (phase: string, done: number) => void,
  ): Promise<void> {
    let seen = 0;
    for (let last: string | null = null; ;) {
      const rows: { id: string }[] = await this.work.run(actor, (tx) =>
        tx.query(`SELECT id FROM people WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT ${SLICE}`, [last]),
      );
      for (const { id } of rows) {
        const fate = since.fateOf(id);
        if (!fate) continue;
        if (fate.erased) {
          await this.erasures.eraseAgain(actor, id);
          done.erased += 1;
          continue;
        }
        if (fate.stopped) {
          await this.stops.stop(actor, id, 'restored');
          done.stopped += 1;
        }
        if (fate.withdrew.length) {
          const entries = fate.withdrew.map((one) => ({ ...one, state: 'withdrawn' as const, how: 'restored' }));
          await this.consents.record(actor, id, entries, false);
          done.withdrew += 1;
        }
      }
      seen += rows.length;
      progress?.('people', seen);
      last = rows.at(-1)?.id ?? null;
      if (rows.length < SLICE) return;
    }
  }
}
