import { Injectable } from '@nestjs/common';
import { scopeOfActor, type Actor, type SystemActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DEFAULT_LIMIT, pageOf, readCursor } from '../../platform/web/keyset.js';
import type { ListQuery } from '../../platform/web/fields.js';
import { KNOWN_ACTIVE_AT } from './activity.js';

export interface RuleRow {
  code: string;
  months: number | null;
  floorMonths: number;
  noticeDays: number | null;
  floorNoticeDays: number | null;
  changedAt: Date | null;
  changedBy: string | null;
}

interface DueRow {
  id: string;
  name: string;
  eraseOn: string;
  told: 'mail' | 'team';
  toldAt: Date | null;
  active: Date;
  territory: { name_en: string; name_hi: string };
}

const AHEAD = `interval '12 months'`;

/** What goes when: by rule, month and territory, as counted last night; and who is next, by name. */
@Injectable()
export class RetentionQueries {
  constructor(private readonly work: UnitOfWork) {}

  overview(actor: Actor) {
    return this.work.run(actor, async (tx) => {
      const rules = await tx.query<RuleRow>(
        `SELECT r.code, r.months, r.floor_months AS "floorMonths", r.notice_days AS "noticeDays", r.floor_notice_days AS "floorNoticeDays",
                r.changed_at AS "changedAt", u.full_name AS "changedBy"
           FROM retention_rules r LEFT JOIN user_names u ON u.id = r.changed_by ORDER BY r.notice_days IS NULL, r.code`,
      );
      const months = await tx.query<{ rule: string; month: string; n: number }>(
        'SELECT rule, month::text, sum(n)::int AS n FROM retention_forecast GROUP BY rule, month ORDER BY rule, month',
      );
      const places = await tx.query<{ rule: string; name_en: string; name_hi: string; n: number }>(
        `SELECT f.rule, t.name_en, t.name_hi, sum(f.n)::int AS n
           FROM retention_forecast f JOIN territories t ON t.path = left(f.path, length($1) + 4)
          GROUP BY f.rule, t.path, t.name_en, t.name_hi ORDER BY f.rule, 4 DESC, t.path LIMIT 200`,
        [scopeOfActor(actor)!.from],
      );
      const due = await tx.one<{ n: number }>('SELECT count(*)::int AS n FROM retention_notices');
      return {
        rules: rules.map((rule) => ({ ...rule, months_ahead: of(months, rule.code), places: of(places, rule.code) })),
        due: due!.n,
      };
    });
  }

  /** Who is erased within the next 30 days unless something is heard of them; soonest first. */
  due(actor: Actor, query: ListQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 2);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<DueRow>(
        `SELECT p.id, p.full_name AS name, n.erase_on::text AS "eraseOn", n.told, n.told_at AS "toldAt", ${KNOWN_ACTIVE_AT} AS active,
                jsonb_build_object('name_en', t.name_en, 'name_hi', t.name_hi) AS territory
           FROM retention_notices n JOIN people p ON p.id = n.person_id JOIN territories t ON t.id = p.territory_id
          WHERE ($1::date IS NULL OR (n.erase_on, n.person_id) > ($1, $2::uuid))
          ORDER BY n.erase_on, n.person_id LIMIT $3`,
        [...(after ?? [null, null]), limit + 1],
      );
      const page = pageOf(rows, limit, (row) => [row.eraseOn, row.id]);
      tx.shown(
        'retention.due',
        page.items.map(({ id }) => id),
      );
      return page;
    });
  }

  /** Counts anew what goes when: once a night, of those whose clock runs out within a year. */
  async count(actor: SystemActor): Promise<void> {
    await this.work.run(actor, async (tx) => {
      await tx.query('SET LOCAL jit = off');
      await tx.execute('DELETE FROM retention_forecast');
      await tx.execute(
        `INSERT INTO retention_forecast (path, rule, month, n)
         SELECT p.path, r.code, greatest(date_trunc('month', now()), date_trunc('month', ${KNOWN_ACTIVE_AT} + make_interval(months => r.months, days => r.notice_days)))::date, count(*)
           FROM retention_rules r
           JOIN people p ON p.path <> '' AND p.erased_at IS NULL AND ${KNOWN_ACTIVE_AT} < now() - make_interval(months => r.months) + ${AHEAD}
          WHERE r.code = 'register' AND r.months IS NOT NULL GROUP BY 1, 2, 3`,
      );
      await tx.execute(
        `INSERT INTO retention_forecast (path, rule, month, n)
         SELECT c.path, r.code, greatest(date_trunc('month', now()), date_trunc('month', c.at + make_interval(months => r.months)))::date, count(*)
           FROM retention_rules r
           JOIN consents c ON c.purpose = substr(r.code, 9) AND c.state = 'given' AND c.path <> '' AND c.at < now() - make_interval(months => r.months) + ${AHEAD}
          WHERE r.code LIKE 'consent.%' AND r.months IS NOT NULL
            AND NOT EXISTS (SELECT FROM consents n WHERE n.person_id = c.person_id AND n.purpose = c.purpose AND n.channel = c.channel AND (n.at, n.id) > (c.at, c.id))
          GROUP BY 1, 2, 3`,
      );
    });
  }
}

const of = <T extends { rule: string }>(rows: T[], code: string) => rows.filter(({ rule }) => rule === code);
