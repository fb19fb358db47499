import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Homes } from '../../territories/home-finder.js';
import type { ImportBatch } from './import-batch.entity.js';
import {
  BEGIN,
  DECIDE_KNOWN,
  DECIDE_SEVERAL,
  FORGET,
  GROUP,
  HELD_ELSEWHERE,
  HOMES,
  LEAVING,
  MEETINGS,
  MET,
  MINORS,
  REFUSED,
  REGISTER,
  SPREAD,
  STOPS,
  SUPPRESSED,
  TO_PLACE,
} from './match-sql.js';
import { StagedHashes } from './staged-hashes.js';
import { addressOf } from './staged-row.js';

interface Held {
  row: number;
  handle: string;
}

/** Persons whose home is found anew: a new one, or somebody we have who waits (then `path` says where). */
interface ToPlace {
  row: number;
  path: string | null;
  pin: string | null;
  districtLgd: number | null;
  tehsilLgd: number | null;
  territoryHint: string | null;
}

/** Rows that are compared at a time. */
const SLICE = 20_000;

/**
 * Compares the staged rows with the register and with each other, and decides what each comes to: by the rules of
 * `outcomes` in same-person.ts. First slice by slice with the register, then the rows that meet in the file. Rows whose
 * person is in the register already (`mergedTo`) are left alone, so it can be done anew at any time: before merging, as
 * the register may have changed since the preview.
 */
@Injectable()
export class RowMatcher {
  constructor(private readonly hashes: StagedHashes) {}

  /** Everything anew, of all rows that are staged. */
  async match(tx: Transaction, batch: ImportBatch, homes: Homes): Promise<void> {
    for (const statement of FORGET) await tx.execute(statement, [batch.id, batch.mergedTo]);
    const last = await tx.one<{ n: number | null }>('SELECT max(row_no) AS n FROM import_rows WHERE batch_id = $1', [
      batch.id,
    ]);
    for (let from = 0; from < (last?.n ?? 0); from += SLICE) await this.slice(tx, batch, from, from + SLICE);
    await this.together(tx, batch, homes);
  }

  /** Rows above one and up to another, each by itself, against the register. */
  async slice(tx: Transaction, batch: ImportBatch, above: number, upto: number): Promise<void> {
    const of = [batch.id, batch.mergedTo, above, upto];
    await tx.query('SET LOCAL jit = off');
    await planByHash(tx, async () => {
      await tx.execute(BEGIN, [batch.id, above, upto]);
      await tx.execute(SUPPRESSED, [...of, this.hashes.newest]);
      await this.refuseHeldElsewhere(tx, batch, of);
      await tx.execute(REGISTER, of);
      await tx.execute(DECIDE_KNOWN, of);
    });
  }

  /** Once all rows are there: those that meet, stop or rule out each other. */
  async together(tx: Transaction, batch: ImportBatch, homes: Homes): Promise<void> {
    const of = [batch.id, batch.mergedTo];
    await tx.query(`SET LOCAL work_mem = '128MB'; SET LOCAL jit = off; SELECT analyze_staging()`);
    await planByHash(tx, async () => {
      if (await tx.one(REFUSED, [batch.id])) await tx.execute(STOPS, [...of, await this.leaving(tx, batch.id)]);
      await tx.execute(MEETINGS, [batch.id]);
      await tx.execute(MET, of);
      while ((await tx.execute(GROUP, of)) > 0);
      await tx.execute(SPREAD, of);
      await tx.execute(MINORS, of);
      await tx.execute(DECIDE_SEVERAL, of);
      await this.place(tx, batch, homes);
    });
  }

  /** People of the register who surely are whom a row refuses for. */
  async leaving(tx: Transaction, batchId: string): Promise<string[]> {
    return (await tx.query<{ id: string }>(LEAVING, [batchId])).map(({ id }) => id);
  }

  /** Asking whether somebody out of sight holds a handle is a look at a person: who asked for what is written down. */
  private async refuseHeldElsewhere(tx: Transaction, batch: ImportBatch, of: unknown[]): Promise<void> {
    const held = await tx.query<Held>(HELD_ELSEWHERE, of);
    if (!held.length) return;
    tx.audit('sympathiser.held_elsewhere', {
      subject: 'import',
      subjectId: batch.id,
      path: batch.path,
      facts: { handles: held.length, rows: [...new Set(held.map(({ row }) => row))].slice(0, 1000) },
      after: { handles: held.map(({ handle }) => handle) },
    });
  }

  private async place(tx: Transaction, batch: ImportBatch, homes: Homes): Promise<void> {
    const territory = { id: batch.territoryId, path: batch.path };
    for (let after = 0; ;) {
      const people = await tx.query<ToPlace>(TO_PLACE, [batch.id, batch.mergedTo, after]);
      const last = people.at(-1);
      if (!last) return;
      after = last.row;
      const found = people.map((person) => {
        const home = homes.find(addressOf(person), territory);
        if ('rejected' in home) return { row: person.row, keep: person.path === null };
        // Somebody we have only ever moves further down from where they wait.
        const moves = person.path === null || (home.path > person.path && home.path.startsWith(person.path));
        return {
          row: person.row,
          keep: moves,
          ...(moves && { id: home.territoryId, path: home.path, waiting: home.waiting }),
        };
      });
      await tx.execute(HOMES, [batch.id, JSON.stringify(found)]);
    }
  }
}

/**
 * The staging was filled a moment ago; where the planner takes a million rows for a few it goes through them in nested
 * loops.
 */
async function planByHash(tx: Transaction, work: () => Promise<void>): Promise<void> {
  await tx.query('SET LOCAL enable_nestloop = off');
  await work();
  await tx.query('SET LOCAL enable_nestloop = on');
}
