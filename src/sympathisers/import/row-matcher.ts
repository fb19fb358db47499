import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Homes } from '../../territories/home-finder.js';
import type { ImportBatch } from './import-batch.entity.js';
import {
  DECIDE,
  GROUP,
  HELD_ELSEWHERE,
  LEAVING,
  MINORS,
  REGISTER,
  RESET,
  SPREAD,
  STOPS,
  TO_PLACE,
} from './match-sql.js';
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

/**
 * Compares the staged rows with the register and with each other, and decides what each comes to: by the rules of
 * `outcomes` in same-person.ts, as statements over the whole batch. Rows whose person is in the register already
 * (`mergedTo`) are left alone, so it can be run again at any time: before merging, as the register may have changed since
 * the preview, and after a crash.
 */
@Injectable()
export class RowMatcher {
  async match(tx: Transaction, batch: ImportBatch, homes: Homes): Promise<void> {
    const of = [batch.id, batch.mergedTo];
    await tx.query(`SET LOCAL work_mem = '64MB'; SET LOCAL jit = off; SELECT analyze_staging()`);
    await tx.execute(RESET, of);
    const leaving = await this.leaving(tx, batch.id);
    await planByHash(tx, async () => {
      await tx.execute(STOPS, [...of, leaving]);
    });
    await this.refuseHeldElsewhere(tx, batch);
    await tx.execute(REGISTER, of);
    await planByHash(tx, async () => {
      while ((await tx.execute(GROUP, of)) > 0);
      await tx.execute(SPREAD, of);
      await tx.execute(MINORS, of);
      await tx.execute(DECIDE, of);
      await this.place(tx, batch, homes);
    });
  }

  /** People of the register who surely are whom a row refuses for. */
  async leaving(tx: Transaction, batchId: string): Promise<string[]> {
    return (await tx.query<{ id: string }>(LEAVING, [batchId])).map(({ id }) => id);
  }

  /** Asking whether somebody out of sight holds a handle is a look at a person: who asked for what is written down. */
  private async refuseHeldElsewhere(tx: Transaction, batch: ImportBatch): Promise<void> {
    const held = await tx.query<Held>(HELD_ELSEWHERE, [batch.id, batch.mergedTo]);
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
      await tx.execute(
        `UPDATE import_rows r
            SET home_id = coalesce(h.id, r.home_id), home_path = coalesce(h.path, r.home_path),
                home_waiting = coalesce(h.waiting, r.home_waiting), places = h.keep
           FROM json_to_recordset($2::json) AS h("row" integer, keep boolean, id uuid, path text, waiting boolean)
          WHERE r.batch_id = $1 AND r.row_no = h."row"`,
        [batch.id, JSON.stringify(found)],
      );
    }
  }
}

/**
 * The staging was filled a moment ago and has no statistics yet; the planner then takes a million rows for a few and
 * goes through them in nested loops.
 */
async function planByHash(tx: Transaction, work: () => Promise<void>): Promise<void> {
  await tx.query('SET LOCAL enable_nestloop = off');
  await work();
  await tx.query('SET LOCAL enable_nestloop = on');
}
