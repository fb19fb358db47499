import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { evidenceOf, type Evidence } from './evidence.js';
import { KEEP_PAIRS, LET_GO, NEXT_PEOPLE, pairsSql, THESE_PEOPLE } from './pairs-sql.js';

/** Few enough that a slice takes a second or two, and what a crash loses is a slice. */
const SLICE = 10_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Whom import $1 made, and to whom it brought a phone or a handle: those after $2. */
const OF_IMPORT = `
  (SELECT id FROM people WHERE batch_id = $1 AND id > $2 ORDER BY id LIMIT ${SLICE})
  UNION (SELECT person_id FROM import_changes WHERE batch_id = $1 AND person_id > $2 ORDER BY person_id LIMIT ${SLICE})
  ORDER BY id LIMIT ${SLICE}`;

interface MetRow {
  a: string;
  b: string;
  name_a: string;
  name_b: string;
  born_a: number | null;
  born_b: number | null;
  phones: number;
  emails: number;
  shared_by: number;
  handles: number;
  accounts: number;
  rare: boolean;
  same_pin: boolean;
  same_place: boolean;
}

export interface Found {
  people: number;
  pairs: number;
}

/** Looks for records that may be one person, and keeps what speaks for it. Merges nobody. */
@Injectable()
export class DuplicateFinder {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Everybody in the actor's scope, in slices, each a unit of work of its own together with how far it came: interrupted,
   * it goes on there.
   */
  async round(actor: SystemActor, onProgress?: (found: Found) => void): Promise<Found> {
    const total: Found = { people: 0, pairs: 0 };
    for (let more = true; more;) {
      const slice = await this.work.run(actor, async (tx) => {
        const after = await this.lockRound(tx, actor.scope.from);
        const people = await tx.query<{ id: string }>(NEXT_PEOPLE, [after, SLICE]);
        const last = people.at(-1)?.id;
        const found = last ? await this.pairs(tx, pairsSql(NEXT_PEOPLE, true), [after, SLICE]) : [];
        await keep(tx, found);
        if (last) await tx.execute(LET_GO, [after, last, found.map(({ a }) => a), found.map(({ b }) => b)]);
        await this.note(tx, actor.scope.from, people.length < SLICE ? null : last!);
        return { people: people.length, pairs: found.length };
      });
      total.people += slice.people;
      total.pairs += slice.pairs;
      more = slice.people === SLICE;
      onProgress?.(total);
    }
    return total;
  }

  /** Those whom an import brought or changed, each with everybody in the actor's scope, at once. Rare names wait for the round. */
  async ofImport(actor: SystemActor, importId: string): Promise<number> {
    let pairs = 0;
    for (let after: string | null = FIRST; after !== null;) {
      const slice: { pairs: number; last: string | null } = await this.work.run(actor, async (tx) => {
        const people = await tx.query<{ id: string }>(OF_IMPORT, [importId, after]);
        const found = await this.pairs(tx, pairsSql(THESE_PEOPLE, false), [people.map(({ id }) => id)]);
        await keep(tx, found);
        return { pairs: found.length, last: people.length < SLICE ? null : people.at(-1)!.id };
      });
      pairs += slice.pairs;
      after = slice.last;
    }
    return pairs;
  }

  /** @returns after whom this round goes on */
  private async lockRound(tx: Transaction, within: string): Promise<string> {
    await tx.execute('INSERT INTO duplicate_rounds (within) VALUES ($1) ON CONFLICT DO NOTHING', [within]);
    const row = await tx.one<{ after_id: string | null }>(
      'SELECT after_id FROM duplicate_rounds WHERE within = $1 FOR UPDATE',
      [within],
    );
    return row?.after_id ?? FIRST;
  }

  private async note(tx: Transaction, within: string, after: string | null): Promise<void> {
    await tx.execute(
      `UPDATE duplicate_rounds
          SET after_id = $2::uuid, started_at = CASE WHEN after_id IS NULL THEN now() ELSE started_at END,
              finished_at = CASE WHEN $2::uuid IS NULL THEN now() ELSE finished_at END
        WHERE within = $1`,
      [within, after],
    );
  }

  private async pairs(tx: Transaction, sql: string, params: unknown[]): Promise<Pair[]> {
    await tx.query(`SET LOCAL jit = off; SET LOCAL work_mem = '64MB'`);
    const rows = await tx.query<MetRow>(sql, params);
    const found = new Map<string, Pair>();
    for (const row of rows) {
      const evidence = evidenceOf(commonOf(row));
      if (!evidence) continue;
      const [a, b] = row.a < row.b ? [row.a, row.b] : [row.b, row.a];
      found.set(`${a} ${b}`, { a, b, ...evidence });
    }
    return [...found.values()];
  }
}

type Pair = Evidence & { a: string; b: string };

function commonOf(row: MetRow) {
  return {
    names: [row.name_a, row.name_b] as [string, string],
    birthYears: [row.born_a, row.born_b] as [number | null, number | null],
    phones: row.phones,
    emails: row.emails,
    sharedBy: row.shared_by,
    handles: row.handles,
    accounts: row.accounts,
    bearers: row.rare ? 2 : null,
    near: row.same_place || row.same_pin,
  };
}

async function keep(tx: Transaction, pairs: Pair[]): Promise<void> {
  if (!pairs.length) return;
  await tx.execute(KEEP_PAIRS, [
    pairs.map(({ a }) => a),
    pairs.map(({ b }) => b),
    pairs.map(({ strength }) => strength),
    pairs.map(({ reasons }) => reasons.join(' ')),
    pairs.map(() => uuidv7()),
  ]);
}
