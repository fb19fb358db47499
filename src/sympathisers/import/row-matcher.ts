import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Homes } from '../../territories/home-finder.js';
import { SuppressionService } from '../consent/suppression.service.js';
import type { ImportBatch } from './import-batch.entity.js';
import { DECIDE_KNOWN, DECIDE_SEVERAL } from './decide-sql.js';
import {
  COMPARE,
  FORGET,
  FORGET_MEETINGS,
  GROUP,
  HELD_ELSEWHERE,
  HOMES,
  LEAVING,
  MEETINGS,
  MET,
  MINORS,
  ON_THE_LIST,
  REFUSED,
  SPREAD,
  STOPS,
  SUPPRESSED,
  TO_PLACE,
  UNITE,
} from './match-sql.js';
import { planByHash } from './plan-by-hash.js';
import { StagedHashes } from './staged-hashes.js';
import { addressOf } from './staged-row.js';

interface Held {
  row: number;
  handle: string;
}

interface OnTheList {
  row: number;
  kind: string;
  value: string;
  proof: string | null;
  onlyNamed: boolean;
  erased: boolean;
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
 * `outcomes` in same-person.ts. First slice by slice with the register, then the rows that meet in the file. Rows whose
 * person is in the register already (`mergedTo`) are left alone, so it can be done anew at any time: before merging, as
 * the register may have changed since the preview. Each of its parts may be done again without harm.
 */
@Injectable()
export class RowMatcher {
  constructor(
    private readonly suppressions: SuppressionService,
    private readonly hashes: StagedHashes,
  ) {}

  /** Forgets what was found of the persons who aren't in yet. */
  async forget(tx: Transaction, batch: ImportBatch): Promise<void> {
    await tx.execute(FORGET, of(batch));
  }

  /** Rows above one and up to another, each by itself, against the register. */
  async slice(tx: Transaction, batch: ImportBatch, above: number, upto: number): Promise<void> {
    const range = [batch.id, batch.mergedTo, above, upto];
    // A slice is read by its range, the register by keys: no table is read as a whole, whatever the statistics say.
    await tx.query('SET LOCAL jit = off; SET LOCAL enable_seqscan = off');
    await planByHash(tx, async () => {
      await tx.execute(COMPARE, range);
      await this.refuseStopped(tx, range);
      await this.refuseHeldElsewhere(tx, batch, range);
      await tx.execute(DECIDE_KNOWN, range);
    });
  }

  /** Once all rows are there, in this order: those that meet, stop or rule out each other. */
  readonly steps: readonly ((tx: Transaction, batch: ImportBatch, homes: Homes) => Promise<unknown>)[] = [
    async (tx, batch) => {
      await tx.query('SELECT analyze_staging()');
      const stops = [...of(batch), await this.leaving(tx, batch.id)];
      if (await tx.one(REFUSED, [batch.id])) await tx.execute(STOPS, stops);
    },
    async (tx, batch) => {
      await tx.execute(FORGET_MEETINGS, [batch.id]);
      await tx.execute(MEETINGS, [batch.id]);
    },
    (tx, batch) => byMeetings(tx, batch, () => tx.execute(MET, of(batch))),
    (tx, batch) =>
      byMeetings(tx, batch, async () => {
        while ((await tx.execute(GROUP, of(batch))) > 0);
      }),
    async (tx, batch) => {
      await byMeetings(tx, batch, () => tx.execute(SPREAD, of(batch)));
      for (const statement of [MINORS, UNITE]) await tx.execute(statement, of(batch));
    },
    (tx, batch) => tx.execute(DECIDE_SEVERAL, of(batch)),
    (tx, batch, homes) => this.place(tx, batch, homes),
  ];

  /** @param n of `steps` */
  async step(tx: Transaction, batch: ImportBatch, homes: Homes, n: number): Promise<void> {
    await tx.query(`SET LOCAL work_mem = '128MB'; SET LOCAL jit = off`);
    await planByHash(tx, () => this.steps[n]!(tx, batch, homes));
  }

  /** People of the register who surely are whom a row refuses for. */
  async leaving(tx: Transaction, batchId: string): Promise<string[]> {
    return (await tx.query<{ id: string }>(LEAVING, [batchId])).map(({ id }) => id);
  }

  private async refuseStopped(tx: Transaction, range: unknown[]): Promise<void> {
    const found = await tx.query<OnTheList>(ON_THE_LIST, [range[0], range[2], range[3], this.hashes.newest]);
    if (!found.length) return;
    const byName = found.filter(({ onlyNamed, erased, proof }) => (onlyNamed || erased) && proof);
    const theirs = await this.suppressions.stoppedByName(
      tx.actor,
      byName.map(({ kind, value, proof }) => ({ kind, value, nameKey: proof! })),
    );
    const sure = new Set(byName.filter((_, at) => theirs[at]));
    const stops = found.filter((one) => !one.onlyNamed || sure.has(one));
    if (!stops.length) return;
    await tx.execute(SUPPRESSED, [
      ...range,
      stops.map(({ row }) => row),
      stops.map(({ kind }) => kind),
      // A handle is one person's, and needs no name.
      stops.map((one) => sure.has(one) || (one.erased && one.proof === '')),
    ]);
  }

  /** Asking whether somebody out of sight holds a handle is a look at a person: who asked for what is written down. */
  private async refuseHeldElsewhere(tx: Transaction, batch: ImportBatch, range: unknown[]): Promise<void> {
    const held = await tx.query<Held>(HELD_ELSEWHERE, range);
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

const of = ({ id, mergedTo }: ImportBatch): unknown[] => [id, mergedTo];

/** So few meetings are looked up by key, one by one. */
const FEW = 5_000;

/** What begins with the rows that meet: where hardly any do, as in a list that comes again, all others stay unread. */
async function byMeetings(tx: Transaction, { id }: ImportBatch, work: () => Promise<unknown>): Promise<void> {
  const { n } = (await tx.one<{ n: number }>(
    'SELECT count(*)::int AS n FROM (SELECT FROM import_meetings WHERE batch_id = $1 LIMIT $2) m',
    [id, FEW + 1],
  ))!;
  if (n <= FEW) await tx.query('SET LOCAL enable_nestloop = on');
  await work();
  await tx.query('SET LOCAL enable_nestloop = off');
}
