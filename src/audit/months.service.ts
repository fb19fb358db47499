import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import type { SystemActor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Signer } from '../platform/security/tokens.js';
import { monthText, type DroppedMonth } from './chain.js';
import { monthsToDrop } from './retention.js';
import { SealingService } from './sealing.service.js';

const AHEAD = 3;
export const MONTH_PURPOSE = 'audit-month';

/** The trail's monthly partitions: made ahead of time, and dropped when their time is over. */
@Injectable()
export class MonthsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly sealing: SealingService,
    private readonly signer: Signer,
    private readonly config: Config,
  ) {}

  /** Makes what is needed from this month on; run again it makes nothing. A row that nevertheless finds none is kept aside. */
  async makeAhead(actor: SystemActor, now: Date): Promise<void> {
    await this.work.run(actor, (tx) => tx.query('SELECT gate.audit_make_months($1::date, $2)', [monthOf(now), AHEAD]));
  }

  /**
   * Drops the months beyond the retention setting, oldest first. Of each stays a signed row that says how many entries it
   * had and where its chain ended, so that the rest can still be proved.
   * @returns the months, e.g. `2023-01-01`
   */
  async dropOld(actor: SystemActor, now: Date): Promise<string[]> {
    const old = monthsToDrop(await this.kept(actor), now, this.config.auditMonths);
    if (!old.length) return [];
    await this.sealing.seal(actor, { since: 'ever' });
    for (const month of old)
      await this.work.run(actor, async (tx) => {
        const what = await this.endOf(tx, month);
        await tx.query(`SELECT gate.audit_drop_month($1::date, $2, $3, $4, decode($5, 'hex'), $6)`, [
          month,
          what.entries,
          what.firstSeq,
          what.seq,
          what.hash,
          this.signer.mac(MONTH_PURPOSE, monthText(what)),
        ]);
        tx.audit('audit.month_dropped', { facts: { month: month.slice(0, 7), entries: what.entries } });
      });
    return old;
  }

  private kept(actor: SystemActor): Promise<string[]> {
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<{ month: string }>(
        `SELECT DISTINCT replace(right(c.relname, 7), '_', '-') || '-01' AS month
           FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
          WHERE i.inhparent IN ('public.audit_entries'::regclass, 'public.audit_chain'::regclass) AND c.relname ~ '_\\d{4}_\\d{2}$'
          ORDER BY 1`,
      );
      return rows.map((row) => row.month);
    });
  }

  /** How a month's chain ends; where nothing was sealed in it, where the one before ended. */
  private async endOf(tx: Transaction, month: string): Promise<DroppedMonth> {
    const row = await tx.one<{ entries: string; first: string | null; last: string | null; hash: string | null }>(
      `SELECT count(*) AS entries, min(seq) AS first, max(seq) AS last,
              (SELECT encode(hash, 'hex') FROM audit_chain WHERE month = $1::date ORDER BY seq DESC LIMIT 1) AS hash
         FROM audit_chain WHERE month = $1::date`,
      [month],
    );
    const before = await tx.one<{ seq: string; hash: string }>(
      `SELECT last_seq AS seq, encode(last_hash, 'hex') AS hash FROM audit_months ORDER BY month DESC LIMIT 1`,
    );
    return {
      month,
      entries: Number(row!.entries),
      firstSeq: row!.first === null ? null : Number(row!.first),
      seq: Number(row!.last ?? before?.seq ?? 0),
      hash: row!.hash ?? before?.hash ?? '00'.repeat(32),
    };
  }
}

const monthOf = (now: Date) => `${now.toISOString().slice(0, 7)}-01`;
