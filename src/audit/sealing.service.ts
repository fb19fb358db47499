import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Signer } from '../platform/security/tokens.js';
import { digestOfEntry, headText, linkHash, type ChainPoint } from './chain.js';

const SLICE = 5_000;
export const HEAD_PURPOSE = 'audit-head';

interface Head extends ChainPoint {
  signature: string | null;
  sealedTo: string;
  at: string;
  xmin: string;
  xmax: string;
}

interface Waiting {
  id: string;
  at: string;
  form: unknown;
}

/**
 * Seals what was committed: each entry gets a number and a hash over everything before it. Writers know nothing of it and
 * never wait. An entry is sealed as soon as it can be seen; one that commits late gets a later number, so that a long
 * transaction holds nothing up.
 */
@Injectable()
export class SealingService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly signer: Signer,
  ) {}

  /**
   * Seals everything that waits.
   * @param options.since looks through the trail from here on, or all of it, and not only since the last sealing: for
   *   entries that a clock put back has dated earlier
   * @returns how many entries were sealed
   */
  async seal(
    actor: SystemActor,
    options: { since?: Date | 'ever'; progress?: (done: number, total: number) => void } = {},
  ): Promise<number> {
    const began = await this.head(actor);
    const since = options.since === 'ever' ? '-infinity' : (options.since?.toISOString() ?? began.sealedTo);
    const total = options.progress ? await this.waiting(actor) : { n: 0 };
    let head: ChainPoint = began;
    let last: Waiting | undefined;
    let sealed = 0;
    for (;;) {
      const rows = await this.unsealed(actor, since, last);
      if (!rows.length) break;
      const next = await this.append(actor, head, rows);
      if (!next) {
        // Somebody else was faster: what they sealed no longer waits.
        head = await this.head(actor);
        continue;
      }
      head = next;
      last = rows.at(-1)!;
      sealed += rows.length;
      options.progress?.(sealed, total.n);
      if (rows.length < SLICE) break;
    }
    await this.work.run(actor, (tx) =>
      tx.query('SELECT gate.audit_settle($1, $2, $3)', [began.at, began.xmin, began.xmax]),
    );
    return sealed;
  }

  head(actor: SystemActor): Promise<Head> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<Omit<Head, 'seq' | 'sealedTo'> & { seq: string; sealed_to: string }>(
        'SELECT * FROM gate.audit_head()',
      );
      const { sealed_to: sealedTo, ...head } = row!;
      return { ...head, sealedTo, seq: Number(head.seq) };
    });
  }

  /** Committed entries that have no seal yet: how many, and the oldest one's time. */
  waiting(actor: SystemActor): Promise<{ n: number; since: Date | null }> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ n: string; since: Date | null }>(
        `SELECT * FROM gate.audit_waiting('-infinity', 'infinity')`,
      );
      return { n: Number(row!.n), since: row!.since };
    });
  }

  private unsealed(actor: SystemActor, since: string, last?: Waiting): Promise<Waiting[]> {
    return this.work.run(actor, (tx) =>
      tx.query<Waiting>('SELECT * FROM gate.audit_unsealed($1, $2, $3, $4)', [
        since,
        last?.at ?? null,
        last?.id ?? null,
        SLICE,
      ]),
    );
  }

  /** @returns the new head; null where the chain no longer ends where we thought */
  private append(actor: SystemActor, after: ChainPoint, rows: Waiting[]): Promise<ChainPoint | null> {
    let head = after;
    const links = rows.map(({ id, at, form }) => {
      const digest = digestOfEntry(form);
      head = { seq: head.seq + 1, hash: linkHash(head, digest) };
      return { id, at, digest, hash: head.hash };
    });
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ ok: boolean }>(
        `SELECT gate.audit_append($1, decode($2, 'hex'), $3::jsonb, $4) AS ok`,
        [after.seq, after.hash, JSON.stringify(links), this.signer.mac(HEAD_PURPOSE, headText(head))],
      );
      return row!.ok ? head : null;
    });
  }
}
