import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Config } from '../../platform/config/config.js';
import { dayAt } from '../../platform/formats/day.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DEFAULT_LIMIT, pageOf, readCursor } from '../../platform/web/keyset.js';
import { clockOf } from '../breach/clock.js';
import { erasuresDue, requestsDue, signUpsOpen } from './due.js';

interface Figure {
  key: string;
  n: number;
}

type FigureName = 'basis' | 'notice' | 'age';
/** Files on the page itself; the rest has a list. */
const FEW = 5;
const OF_AGES = ['half_year', 'year', 'two_years', 'older'];

/** Whom the night's counts say to be somewhere without a yes, as they are now. $1, $2: behind this path and id; $3: so many. */
export const WITHOUT_BASIS = `
  SELECT q.*, EXISTS (SELECT FROM consents c WHERE c.person_id = q.id AND c.purpose = 'register') AS refused
    FROM (SELECT p.id, p.full_name AS name, p.path, p.came_by AS "cameBy", p.created_at AS at,
                 jsonb_build_object('name_en', t.name_en, 'name_hi', t.name_hi) AS territory
            FROM people p JOIN territories t ON t.id = p.territory_id
           WHERE p.path = ANY (ARRAY(SELECT path FROM privacy_figures WHERE figure = 'basis' AND key = 'none'))
             AND p.erased_at IS NULL AND p.merged_into IS NULL AND ($1::text IS NULL OR (p.path, p.id) > ($1, $2::uuid))
             AND NOT EXISTS (SELECT FROM consents c WHERE c.person_id = p.id AND c.purpose = 'register' AND c.state = 'given'
                                AND NOT EXISTS (SELECT FROM consents d WHERE d.person_id = c.person_id AND d.purpose = c.purpose
                                                   AND d.channel = c.channel AND (d.at, d.id) > (c.at, c.id)))
           ORDER BY p.path, p.id LIMIT $3) q
   ORDER BY q.path, q.id`;

/** The officer's page: what is held and why, and what waits for them. Within the reader's territory, by row policy. */
@Injectable()
export class DeskQueries {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
  ) {}

  show(actor: Actor, now: Date) {
    return this.work.run(actor, async (tx) => {
      const figures = await this.figures(tx);
      const today = dayAt(now, this.config.timeZone);
      return {
        ...figures,
        withoutBasis: figures.basis.find(({ key }) => key === 'none')?.n ?? 0,
        total: figures.basis.reduce((sum, { n }) => sum + n, 0),
        suppressions: await tx.query<Figure>('SELECT why AS key, n FROM gate.suppression_figures()'),
        exports: await this.exports(tx, FEW, null),
        notices: (await tx.one<{ n: number }>('SELECT count(*)::int AS n FROM notices WHERE reviewed_at IS NULL'))!.n,
        breaches: await this.breaches(tx, now),
        requests: { ...(await requestsDue(tx, today)), href: '/requests' },
        retention: { ...(await erasuresDue(tx, today)), href: '/retention/due' },
        unconfirmed: await signUpsOpen(tx),
      };
    });
  }

  /** The night's counts, summed up over the territory. */
  private async figures(tx: Transaction) {
    const rows = await tx.query<Figure & { figure: FigureName }>(
      `SELECT figure, key, sum(n)::int AS n FROM privacy_figures GROUP BY 1, 2 ORDER BY 3 DESC, 2`,
    );
    const { at } = (await tx.one<{ at: Date | null }>('SELECT min(at) AS at FROM privacy_figures'))!;
    const of = (figure: string) => rows.filter((row) => row.figure === figure).map(({ key, n }) => ({ key, n }));
    const age = of('age');
    return {
      /** When they were counted; null: not yet. */
      at,
      basis: of('basis'),
      notice: of('notice'),
      age: OF_AGES.map((key) => ({ key, n: age.find((one) => one.key === key)?.n ?? 0 })),
    };
  }

  /** Every file that was taken out, the newest first. */
  taken(actor: Actor, query: { limit?: number; cursor?: string }) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 1);
    return this.work.run(actor, async (tx) => {
      const rows = await this.exports(tx, limit + 1, (after?.[0] as string | undefined) ?? null);
      return pageOf(rows, limit, (row) => [row.id]);
    });
  }

  private exports(tx: Transaction, most: number, after: string | null) {
    return tx.query<{
      id: string;
      reason: string;
      by: string | null;
      at: Date;
      people: number;
      state: string;
      downloads: number;
    }>(
      `SELECT e.id, e.reason, u.full_name AS by, e.created_at AS at, e.written AS people, e.state, e.downloads
         FROM exports e LEFT JOIN user_names u ON u.id = e.owner_id
        WHERE $2::uuid IS NULL OR e.id < $2 ORDER BY e.id DESC LIMIT $1`,
      [most, after],
    );
  }

  private async breaches(tx: Transaction, now: Date) {
    const rows = await tx.query<{ id: string; title: string; people: number; awareAt: Date; detailedAt: Date | null }>(
      `SELECT id, title, people, aware_at AS "awareAt", detailed_at AS "detailedAt" FROM breaches WHERE closed_at IS NULL
        ORDER BY aware_at LIMIT 10`,
    );
    return rows.map((row) => ({ ...row, clock: clockOf(row.awareAt, row.detailedAt, now) }));
  }

  /**
   * Who is in the register without a yes: there must be nobody. It looks only where the night's counts found somebody, and so
   * nowhere as a rule.
   */
  withoutBasis(actor: Actor, query: { limit?: number; cursor?: string }) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 2);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<{
        id: string;
        name: string;
        path: string;
        cameBy: string;
        at: Date;
        refused: boolean;
        territory: object;
      }>(WITHOUT_BASIS, [after?.[0] ?? null, after?.[1] ?? null, limit + 1]);
      const page = pageOf(rows, limit, (row) => [row.path, row.id]);
      tx.shown('privacy.without_basis', page.items.map(({ id }) => id)); // prettier-ignore
      return { items: page.items.map(({ path: _path, ...row }) => row), next: page.next };
    });
  }
}
