import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NAME_KEY_VERSION, nameKey } from '../name-key.js';

const SLICE = 2_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

export interface Rekeyed {
  people: number;
  changed: number;
}

/** Makes the keys of names anew after the rules have changed. */
@Injectable()
export class RekeyingService {
  constructor(private readonly work: UnitOfWork) {}

  /** Whether the register is keyed by the rules of this program. */
  current(actor: SystemActor): Promise<boolean> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ value: string }>(`SELECT value FROM installation WHERE key = 'name_key'`);
      return row?.value === NAME_KEY_VERSION;
    });
  }

  /**
   * In slices, each a unit of work of its own; interrupted or run again, it does what is left to do. Whoever is renamed
   * meanwhile has the new key already and is left alone.
   * @param actor over the whole organisation
   */
  async rekey(actor: SystemActor, onProgress?: (done: number) => void): Promise<Rekeyed> {
    const total: Rekeyed = { people: 0, changed: 0 };
    for (let after: string | null = FIRST; after !== null;) {
      const slice = await this.slice(actor, after);
      total.people += slice.people;
      total.changed += slice.changed;
      after = slice.last;
      onProgress?.(total.people);
    }
    await this.work.run(actor, (tx) => tx.query('SELECT gate.note_name_key($1)', [NAME_KEY_VERSION]));
    return total;
  }

  private slice(actor: SystemActor, after: string): Promise<Rekeyed & { last: string | null }> {
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<{ id: string; name: string; key: string }>(
        `SELECT id, full_name AS name, name_key AS key FROM people WHERE id > $1 ORDER BY id LIMIT ${SLICE}`,
        [after],
      );
      const stale = rows.map((row) => ({ ...row, fresh: nameKey(row.name) })).filter(({ key, fresh }) => key !== fresh);
      if (stale.length) {
        await tx.execute(
          `UPDATE people p SET name_key = n.key FROM unnest($1::uuid[], $2::text[], $3::text[]) AS n (id, name, key)
            WHERE p.id = n.id AND p.full_name = n.name`,
          [stale.map(({ id }) => id), stale.map(({ name }) => name), stale.map(({ fresh }) => fresh)],
        );
        tx.audit('sympathiser.names_rekeyed', { facts: { people: stale.length, version: NAME_KEY_VERSION } });
      }
      return { people: rows.length, changed: stale.length, last: rows.length < SLICE ? null : rows.at(-1)!.id };
    });
  }
}
