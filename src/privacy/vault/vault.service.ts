import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { Actor, SystemActor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, NotFound } from '../../platform/errors.js';
import { VaultKeys } from './vault-keys.js';
import { purgeOn, VAULT_RULES, type VaultRule } from './vault-rules.js';

/** Somebody who is being erased, with their rows as they stand, by table. */
export interface ToSeal {
  personId: string;
  territoryId: string;
  records: Record<string, unknown[]>[];
}

export interface Opened {
  entryId: string;
  person: string;
  closesAt: Date;
  content: Record<string, unknown[]>[];
}

/**
 * What law makes us keep of the erased: sealed by a key of its own, opened by two people's reasons, once, for an hour, and
 * purged by its date. Off unless VAULT_JURISDICTION is set.
 */
@Injectable()
export class VaultService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly keys: VaultKeys,
    private readonly config: Config,
  ) {}

  /** What has to be kept; nothing where no jurisdiction is set. */
  get rules(): readonly VaultRule[] {
    return (this.config.vaultJurisdiction && VAULT_RULES[this.config.vaultJurisdiction]) || [];
  }

  /** Seals what each rule asks for, in the unit of work that erases. Run twice it is one entry. */
  async seal(tx: Transaction, { personId, territoryId, records }: ToSeal): Promise<void> {
    for (const rule of this.rules) {
      const id = uuidv7();
      const kept = records.map((rows) =>
        Object.fromEntries(Object.entries(rows).filter(([table]) => rule.keeps.includes(table))),
      );
      const { keyName, sealed } = this.keys.seal(id, JSON.stringify(kept));
      await tx.query('SELECT vault.seal($1, $2, $3, $4, $5, $6, $7, $8)', [
        id,
        personId,
        territoryId,
        this.config.vaultJurisdiction,
        rule.code,
        keyName,
        sealed,
        purgeOn(rule, new Date()),
      ]);
      tx.audit('vault.sealed', { subject: 'vault', subjectId: id, people: [personId], facts: { rule: rule.code } });
    }
  }

  /**
   * Asks to open an entry; whoever asks approves it with their reason.
   * @throws NotFound out of sight; Conflict while somebody has asked already
   */
  ask(actor: Actor, entryId: string, why: string): Promise<{ id: string }> {
    return this.work.run(actor, async (tx) => {
      const entry = await this.entry(tx, entryId);
      const id = uuidv7();
      const row = await tx.one<{ ok: boolean | null }>('SELECT vault.ask($1, $2, $3) AS ok', [id, entryId, why]);
      if (!row?.ok) throw new Conflict('vault.asked_already');
      tx.audit('vault.asked', { ...about(entry), facts: { opening: id, why } });
      return { id };
    });
  }

  /** The second person's word. @throws NotFound; Conflict for one's own, or one that is over; Forbidden */
  approve(actor: Actor, entryId: string, openingId: string, why: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const entry = await this.entry(tx, entryId, openingId);
      const row = await tx.one<{ ok: boolean | null }>('SELECT vault.approve($1, $2) AS ok', [openingId, why]);
      if (!row?.ok) throw new Conflict('vault.not_yours_to_approve');
      tx.audit('vault.approved', { ...about(entry), facts: { opening: openingId, why } });
    });
  }

  /** Opens it, once. @throws NotFound; Conflict without two approvals, one of them the actor's, or the second time */
  open(actor: Actor, entryId: string, openingId: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const entry = await this.entry(tx, entryId, openingId);
      const row = await tx.one<{ ok: boolean | null }>('SELECT vault.open($1) AS ok', [openingId]);
      if (!row?.ok) throw new Conflict('vault.not_open');
      tx.audit('vault.opened', { ...about(entry), facts: { opening: openingId } });
    });
  }

  /** What is in it, for who opened it and while the hour lasts; each look is written down. @throws NotFound */
  content(actor: Actor, entryId: string, openingId: string): Promise<Opened> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ entry_id: string; person: string; path: string; key_name: string; sealed: Buffer; closes_at: Date }>(
        'SELECT * FROM vault.content($1)',
        [openingId],
      ); // prettier-ignore
      if (!row || row.entry_id !== entryId) throw new NotFound();
      const text = this.keys.open(row.entry_id, row.key_name, row.sealed);
      if (text === null) throw new Forbidden('vault.does_not_open');
      tx.audit('vault.shown', {
        subject: 'vault',
        subjectId: entryId,
        path: row.path,
        people: [row.person],
        shown: true,
        facts: { opening: openingId },
      });
      return { entryId, person: row.person, closesAt: row.closes_at, content: JSON.parse(text) as Opened['content'] };
    });
  }

  /** Entries whose day has come are gone. @returns how many */
  purge(actor: SystemActor, today: string): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ n: number }>('SELECT vault.purge($1::date) AS n', [today]);
      if (row!.n) tx.audit('vault.purged', { facts: { entries: row!.n } });
      return row!.n;
    });
  }

  private async entry(tx: Transaction, id: string, openingId?: string) {
    const entry = await tx.one<{ id: string; person: string; path: string; openings: { id: string }[] }>(
      'SELECT * FROM vault.entry($1)',
      [id],
    );
    if (!entry || (openingId && !entry.openings.some((opening) => opening.id === openingId))) throw new NotFound();
    return entry;
  }
}

const about = ({ id, person, path }: { id: string; person: string; path: string }) => ({
  subject: 'vault',
  subjectId: id,
  path,
  people: [person],
});
