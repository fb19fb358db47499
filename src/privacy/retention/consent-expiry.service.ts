import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';

const SLICE = 1_000;
type Cursor = [at: string, person: string, id: string];
const NOBODY = '00000000-0000-0000-0000-000000000000';

interface Rule {
  code: string;
  months: number;
  done_to: string;
}

/** A yes that is too old is none any more: an entry says so in the ledger, and the person can be asked anew. */
@Injectable()
export class ConsentExpiry {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Goes on where the last night ended; on the first of a month from the beginning, for what was noted down late. Safe to run
   * twice: what has expired has a newer entry.
   * @returns how many entries expired
   */
  async expire(actor: SystemActor, now: Date): Promise<number> {
    const rules = await this.work.run(actor, (tx) =>
      tx.query<Rule>(
        `SELECT code, months, done_to::text FROM retention_rules WHERE code LIKE 'consent.%' AND months IS NOT NULL ORDER BY code`,
      ),
    );
    let expired = 0;
    for (const rule of rules) expired += await this.byRule(actor, rule, now);
    return expired;
  }

  private async byRule(actor: SystemActor, { code, months, done_to }: Rule, now: Date): Promise<number> {
    const limit = new Date(now);
    limit.setUTCMonth(limit.getUTCMonth() - months);
    let cursor: Cursor | null = [now.getUTCDate() === 1 ? '-infinity' : done_to, NOBODY, NOBODY];
    let expired = 0;
    while (cursor) {
      const slice: { people: string[]; next: Cursor | null } = await this.work.run(actor, async (tx) => {
        const done = await this.slice(tx, code.replace('consent.', ''), limit, cursor!);
        if (done.people.length)
          tx.audit('consent.expired', {
            people: [...new Set(done.people)],
            facts: { rule: code, n: done.people.length },
          });
        if (!done.next)
          await tx.execute('UPDATE retention_rules SET done_to = greatest(done_to, $2) WHERE code = $1', [code, limit]);
        return done;
      });
      expired += slice.people.length;
      cursor = slice.next;
    }
    return expired;
  }

  /** The one place that writes these entries. */
  private async slice(tx: Transaction, purpose: string, limit: Date, cursor: Cursor) {
    const row = await tx.one<{
      seen: number;
      at: string;
      person: string;
      id: string;
      people: string[] | null;
      entries: object[] | null;
    }>(
      `WITH old AS MATERIALIZED (
         SELECT c.person_id, c.id, c.path, c.channel, c.notice, c.language, c.at
           FROM consents c
          WHERE c.purpose = $1 AND c.state = 'given' AND c.at <= $2 AND (c.at, c.person_id, c.id) > ($3::timestamptz, $4::uuid, $5::uuid)
          ORDER BY c.at, c.person_id, c.id LIMIT $6
       ), gone AS MATERIALIZED (
         SELECT o.person_id, new_id() AS id, $1 AS purpose, o.channel, 'expired' AS state, 'retention' AS how, o.notice, o.language
           FROM old o
          WHERE o.path <> ''
            AND NOT EXISTS (SELECT FROM consents n WHERE n.person_id = o.person_id AND n.purpose = $1 AND n.channel = o.channel AND (n.at, n.id) > (o.at, o.id)))
       SELECT (SELECT count(*)::int FROM old) AS seen, (SELECT array_agg(person_id) FROM gone) AS people, (SELECT jsonb_agg(to_jsonb(g)) FROM gone g) AS entries,
              last.at::text AS at, last.person_id AS person, last.id
         FROM (SELECT 1) one LEFT JOIN LATERAL (SELECT * FROM old ORDER BY at DESC, person_id DESC, id DESC LIMIT 1) last ON true`,
      [purpose, limit, ...cursor, SLICE],
    );
    if (row!.entries) await tx.query('SELECT gate.record_consents($1)', [JSON.stringify(row!.entries)]);
    const next: Cursor | null = row!.seen === SLICE ? [row!.at, row!.person, row!.id] : null;
    return { people: row!.people ?? [], next };
  }
}
