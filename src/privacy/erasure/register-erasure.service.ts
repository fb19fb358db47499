import { Injectable } from '@nestjs/common';
import { AuditErasure } from '../../audit/erasure.service.js';
import type { SystemActor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { SecretBox } from '../../platform/security/secret-box.js';
import { ErasureLog } from '../../platform/erasure-log/erasure-log.service.js';
import { SuppressionService } from '../../sympathisers/consent/suppression.service.js';
import { JoinRequests } from '../joining/join-requests.js';
import { NomineeErasure } from '../nominations/nominee-erasure.service.js';
import { VaultService } from '../vault/vault.service.js';
import { GOING, NAMELESS_VALUES } from './catalogue.js';
import { tracesOf, type Copied, type Traces } from './traces.js';

/** By which the traces of somebody are sealed until the last of them is gone. */
export const TRACES = 'erasure';

interface Erasing {
  path: string;
  state: string;
  why: string;
}

/** The part of an erasure that is one step: all of it is committed, or nothing. */
@Injectable()
export class RegisterErasure {
  constructor(
    private readonly work: UnitOfWork,
    private readonly audit: AuditErasure,
    private readonly suppressions: SuppressionService,
    private readonly vault: VaultService,
    private readonly log: ErasureLog,
    private readonly signUps: JoinRequests,
    private readonly nominees: NomineeErasure,
    private readonly box: SecretBox,
  ) {}

  /** Takes somebody out of every table of the register. Nothing to do where nobody asked for it, or it is done. */
  erase(actor: SystemActor, personId: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const erasing = await tx.one<Erasing>('SELECT path, state, why FROM erasures WHERE id = $1 FOR UPDATE', [
        personId,
      ]);
      if (erasing?.state !== 'asked') return;
      // Whoever writes something for them at this moment waits, and then finds nobody.
      const person = await tx.one<{ territory_id: string }>(
        'SELECT territory_id FROM people WHERE id = $1 FOR UPDATE',
        [personId],
      );
      const records = (await tx.query<{ id: string }>('SELECT gate.records_of($1) AS id', [personId])).map(
        ({ id }) => id,
      );
      const copies: Copied[] = [];
      for (const record of records) copies.push(await this.copy(tx, record));
      const traces = tracesOf(records, copies);
      if (person) await this.vault.seal(tx, { personId, territoryId: person.territory_id, records: copies });
      await this.suppressions.leave(actor, records, traces.nameKeys, traces.things);
      await this.signUps.forget(
        actor,
        traces.things.flatMap(({ kind, value }) => (kind === 'email' || kind === 'phone' ? [{ kind, value }] : [])),
      );
      const counts = await this.remove(tx, records);
      const values = await this.forgetValues(actor, tx, traces);
      for (const record of records) await tx.query('SELECT gate.forget_replies($1)', [record]);
      const mails = traces.things.flatMap(({ kind, value }) => (kind === 'email' ? [value] : []));
      if (mails.length) await tx.query('SELECT gate.forget_letters_from($1)', [mails]);
      await this.nominees.forget(tx, traces);
      await tx.query('SELECT queue.forget($1)', [traces.needles]);
      await this.done(tx, personId, erasing.path, traces);
      // A backup restored later does it again.
      await this.log.note(
        tx,
        records.map((id) => this.log.ofPerson('person.erased', id)),
      );
      tx.audit('erasure.done', {
        subject: 'person',
        subjectId: personId,
        path: erasing.path,
        people: records,
        facts: { why: erasing.why, records: records.length, rows: counts, values },
      });
    });
  }

  private async copy(tx: Transaction, record: string): Promise<Copied> {
    const wanted = new Set([
      ...['people', 'contact_points', 'person_identities', 'person_suggestions'],
      ...this.vault.rules.flatMap(({ keeps }) => keeps),
    ]);
    const copied: Copied = {};
    for (const { table, by } of GOING) {
      if (!wanted.has(table)) continue;
      const row = await tx.one<{ rows: Copied[string] }>('SELECT gate.copy_rows($1, $2, $3) AS rows', [
        table,
        by[0],
        record,
      ]);
      copied[table] = row!.rows;
    }
    if (wanted.has('audit')) {
      const row = await tx.one<{ rows: Copied[string] }>('SELECT gate.copy_values($1) AS rows', [record]);
      copied.audit = row!.rows;
    }
    return copied;
  }

  /** The merged ones before whom they were merged into, by whom it is known that they may go. */
  private async remove(tx: Transaction, records: readonly string[]): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const record of records.toReversed()) {
      await tx.query('SELECT gate.keep_figures($1)', [record]);
      for (const { table, by } of GOING)
        for (const column of by) {
          const row = await tx.one<{ n: number }>('SELECT gate.erase_rows($1, $2, $3) AS n', [table, column, record]);
          if (row!.n) counts[table] = (counts[table] ?? 0) + row!.n;
        }
    }
    return counts;
  }

  private async forgetValues(actor: SystemActor, tx: Transaction, { records, needles }: Traces): Promise<number> {
    let values = 0;
    for (const record of records) values += await this.audit.forget(actor, record);
    const row = await tx.one<{ n: number }>('SELECT gate.audit_forget_texts($1, $2) AS n', [NAMELESS_VALUES, needles]);
    return values + row!.n;
  }

  private async done(tx: Transaction, personId: string, path: string, traces: Traces): Promise<void> {
    const at = new Date().toISOString();
    await tx.execute(
      `UPDATE erasures SET state = 'erased', erased_at = $2, refused_why = NULL, traces = $3,
              watched = ARRAY(SELECT gate.files_in_hand())
        WHERE id = $1`,
      [personId, at, this.box.seal(TRACES, personId, JSON.stringify(traces))],
    );
    // Whoever asks by the id of a record that was merged is told the same.
    const merged = traces.records.filter((id) => id !== personId);
    await tx.execute(
      `INSERT INTO erasures AS e (id, path, state, why, erased_at, done_at)
       SELECT m.id, $2, 'erased', 'asked', $3, $3 FROM unnest($1::uuid[]) AS m (id)
       ON CONFLICT (id) DO UPDATE SET state = 'erased', erased_at = $3, done_at = $3, refused_why = NULL`,
      [merged, path, at],
    );
  }
}
