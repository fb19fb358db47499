import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ErasureService } from '../erasure/erasure.service.js';
import { ACTIVE_AT, KNOWN_ACTIVE_AT } from './activity.js';
import { eraseOn } from './clocks.js';

const RULE = 'register';
const SLICE = 1_000;
const ERASE_SLICE = 200;
/** So many are looked at again ahead of time in a night; those whose clock runs out first come first. */
const MOST_LOOKED_AT = 50_000;
/** How far ahead the page shows, and how long what was seen is good enough for it. */
const AHEAD = '13 months';
const SEEN_FOR_DAYS = 30;

interface Rule {
  months: number | null;
  notice_days: number;
}
type Cursor = [at: string, id: string];
const START: Cursor = ['-infinity', '00000000-0000-0000-0000-000000000000'];

/** Nobody of whom nothing was heard for the set time stays: a last notice, and then the end. Every step is safe to run twice. */
@Injectable()
export class InactivityService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly erasures: ErasureService,
  ) {}

  /**
   * Looks when those were active whose clock runs out within a year, so that the forecast is true.
   * @returns how many were looked at
   */
  async look(actor: SystemActor): Promise<number> {
    let seen = 0;
    for (let cursor: Cursor | null = START; cursor && seen < MOST_LOOKED_AT;) {
      const slice = await this.work.run(actor, async (tx) => {
        const rule = await ruleOf(tx);
        return rule.months === null ? null : this.slice(tx, LOOK, [rule.months, SEEN_FOR_DAYS], cursor!);
      });
      if (!slice) break;
      seen += slice.seen;
      cursor = slice.next;
    }
    return seen;
  }

  /** Gives notice to whoever is due. @returns how many */
  async giveNotice(actor: SystemActor, now: Date): Promise<number> {
    let told = 0;
    for (let cursor: Cursor | null = START; cursor;) {
      const slice = await this.work.run(actor, async (tx) => {
        const rule = await ruleOf(tx);
        if (rule.months === null) return null;
        const done = await this.slice(tx, NOTICE, [rule.months, eraseOn(now, rule.notice_days)], cursor!);
        if (done.people.length)
          tx.audit('retention.noticed', { people: done.people, facts: { rule: RULE, n: done.people.length } });
        return done;
      });
      if (!slice) break;
      told += slice.people.length;
      cursor = slice.next;
    }
    return told;
  }

  /**
   * Whoever's notice has run out goes, and whoever was heard of since stays. Nobody before they were told for the whole time.
   * @returns how many are erased
   */
  async act(actor: SystemActor): Promise<number> {
    let erased = 0;
    for (;;) {
      const slice = await this.work.run(actor, async (tx) => {
        const rule = await ruleOf(tx);
        await tx.query('SET LOCAL jit = off');
        const due = await tx.query<{ id: string; stays: boolean }>(DUE, [rule.months, rule.notice_days, ERASE_SLICE]);
        const staying = due.filter(({ stays }) => stays).map(({ id }) => id);
        if (staying.length) {
          await tx.execute('DELETE FROM retention_notices WHERE rule = $1 AND person_id = ANY ($2)', [RULE, staying]);
          await tx.execute(
            `UPDATE people p SET last_activity_at = ${ACTIVE_AT}, activity_seen_on = current_date WHERE p.id = ANY ($1)`,
            [staying],
          );
          tx.audit('retention.heard_of', { people: staying, facts: { rule: RULE, n: staying.length } });
        }
        for (const { id, stays } of due) if (!stays) await this.erasures.ask(actor, id, 'retention');
        return { seen: due.length, erased: due.length - staying.length };
      });
      erased += slice.erased;
      if (slice.seen < ERASE_SLICE) return erased;
    }
  }

  private async slice(tx: Transaction, sql: string, params: unknown[], cursor: Cursor) {
    await tx.query('SET LOCAL jit = off');
    const row = await tx.one<{ seen: number; at: string | null; id: string | null; people: string[] | null }>(sql, [
      ...params,
      ...cursor,
      SLICE,
    ]);
    const next: Cursor | null = row!.seen === SLICE ? [row!.at!, row!.id!] : null;
    return { seen: row!.seen, next, people: row!.people ?? [] };
  }
}

const ruleOf = async (tx: Transaction): Promise<Rule> =>
  (await tx.one<Rule>('SELECT months, notice_days FROM retention_rules WHERE code = $1', [RULE]))!;

/** People behind a cursor ($3, $4) in the order in which their clock runs out, up to a time; with when they were active. */
const people = (until: string, but: string) => `
  WITH due AS MATERIALIZED (
    SELECT p.id, p.path, ${KNOWN_ACTIVE_AT} AS known, ${ACTIVE_AT} AS active
      FROM people p
     WHERE p.path <> '' AND p.erased_at IS NULL AND ${KNOWN_ACTIVE_AT} < ${until}
       AND (${KNOWN_ACTIVE_AT}, p.id) > ($3::timestamptz, $4::uuid) AND ${but}
     ORDER BY ${KNOWN_ACTIVE_AT}, p.id LIMIT $5
  ), looked AS (
    UPDATE people p SET last_activity_at = d.active, activity_seen_on = current_date
      FROM due d WHERE p.id = d.id
       AND (p.activity_seen_on IS DISTINCT FROM current_date OR d.active <> d.known))`;
const LAST = `(SELECT count(*)::int FROM due) AS seen,
  (SELECT known::text FROM due ORDER BY known DESC, id DESC LIMIT 1) AS at, (SELECT id FROM due ORDER BY known DESC, id DESC LIMIT 1) AS id`;
const CUTOFF = 'now() - make_interval(months => $1)';

const LOOK = `${people(`${CUTOFF} + interval '${AHEAD}'`, '(p.activity_seen_on IS NULL OR p.activity_seen_on < current_date - $2::int)')}
  SELECT ${LAST}, NULL::uuid[] AS people`;

/** By mail where we may write to them; else their team is told. */
const NOTICE = `${people(
  CUTOFF,
  `NOT EXISTS (SELECT FROM retention_notices n WHERE n.person_id = p.id AND n.rule = '${RULE}')
       AND NOT EXISTS (SELECT FROM erasures e WHERE e.id = p.id AND e.state = 'asked')`,
)}, told AS (
    INSERT INTO retention_notices (person_id, id, path, rule, erase_on, told)
    SELECT d.id, new_id(), d.path, '${RULE}', $2::date,
           CASE WHEN contact_barrier(d.id, 'contact', 'email') IS NULL THEN 'mail' ELSE 'team' END
      FROM due d WHERE d.active < ${CUTOFF}
    ON CONFLICT DO NOTHING RETURNING person_id)
  SELECT ${LAST}, (SELECT array_agg(person_id) FROM told) AS people`;

/** Notices that have run out ($2 days after the telling), and whether the person stays: heard of since, or the rule is another. */
const DUE = `
  SELECT p.id, ($1::int IS NULL OR ${ACTIVE_AT} >= ${CUTOFF}) AS stays
    FROM retention_notices n JOIN people p ON p.id = n.person_id
   WHERE n.rule = '${RULE}'
     AND (($1::int IS NULL) OR (n.erase_on <= current_date AND n.told_at <= now() - make_interval(days => $2)))
     AND NOT EXISTS (SELECT FROM erasures e WHERE e.id = p.id AND e.state = 'asked')
   ORDER BY n.erase_on, n.person_id LIMIT $3`;
