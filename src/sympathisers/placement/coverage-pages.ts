import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { withQuery } from '../../platform/views/renderer.js';
import { COVERAGE_KINDS } from '../../territories/coverage-file.js';
import { CoverageQueries } from '../../territories/coverage.queries.js';
import { TerritoriesQueries } from '../../territories/territories.queries.js';
import { CoverageInput } from './coverage-input.js';
import type { CoverageListQuery, PreviewCoverage } from './coverage.dto.js';
import { routesOf, type Plan } from './placement-plan.js';
import { PlacementService } from './placement.service.js';

interface Named {
  id: string;
  code: string;
  name_en: string;
  name_hi: string;
}

export interface Route {
  from: Named;
  to: Named;
  /** They wait on, but nearer to home. */
  waiting: boolean;
  people: number;
}

const PROBLEMS_SHOWN = 100;

/** The models of the coverage pages: the list, and what new rows would do. */
@Injectable()
export class CoveragePages {
  constructor(
    private readonly work: UnitOfWork,
    private readonly coverage: CoverageQueries,
    private readonly territories: TerritoriesQueries,
    private readonly input: CoverageInput,
    private readonly placement: PlacementService,
    private readonly words: Words,
  ) {}

  list(actor: Actor, query: CoverageListQuery, locale: Locale, url: string | null) {
    return this.work.run(actor, async (tx) => {
      const territory = query.territory ? await this.territories.find(tx, query.territory) : null;
      const { kind, value, limit, cursor } = query;
      const page = await this.coverage.list(tx, { territoryId: territory?.id, kind, value, limit, cursor });
      if (url === null) return page;
      return {
        ...page,
        territory: territory && {
          id: territory.id,
          code: territory.code,
          name_en: territory.name_en,
          name_hi: territory.name_hi,
        },
        kinds: COVERAGE_KINDS.map((code) => ({
          value: code,
          label: this.words.say(locale, `territories.coverage.kind.${code}`),
        })),
        query: { kind: kind ?? '', value: value ?? '', territory: territory?.code ?? '' },
        filtered: Boolean(kind || value || territory),
        nextHref: page.next && withQuery(url, { cursor: page.next }),
        firstHref: (cursor && withQuery(url, { cursor: null })) ?? null,
      };
    });
  }

  /** What one more row would do. */
  preview(actor: Actor, query: PreviewCoverage) {
    return this.work.run(actor, async (tx) => {
      const { territoryId, ...row } = await this.input.row(tx, query);
      const same = await this.coverage.list(tx, { kind: row.kind, value: row.value, limit: 50 });
      const already = same.items.some((item) => item.territory.id === territoryId);
      const plan = already
        ? { people: 0, moves: [] }
        : await this.placement.preview(actor, [{ territoryId, kind: row.kind, value: row.value }]);
      return {
        ...row,
        already,
        others: same.items.filter((item) => item.territory.id !== territoryId).map((item) => item.territory),
        people: plan.people,
        routes: await this.routes(tx, plan),
      };
    });
  }

  /** What a file would do. */
  previewFile(actor: Actor, csv: Buffer, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const { rows, problems } = await this.input.file(tx, csv);
      const plan = await this.placement.preview(actor, rows);
      return {
        rows: rows.length,
        problems: problems.slice(0, PROBLEMS_SHOWN).map(({ row, field, severity, code, params }) => ({
          row,
          field,
          severity,
          words: this.words.say(locale, code, params),
        })),
        problemCount: problems.length,
        errorCount: problems.filter(({ severity }) => severity === 'error').length,
        people: plan.people,
        routes: await this.routes(tx, plan),
        csv: [
          'territory_code,kind,value',
          ...rows.map(({ territoryCode, kind, value }) => `${territoryCode},${kind},${value}`),
        ].join('\n'),
      };
    });
  }

  /** A plan with names. */
  async routes(tx: Transaction, plan: Plan): Promise<Route[]> {
    const routes = routesOf(plan);
    const ids = [...new Set(routes.flatMap(({ at, to }) => [at, to]))];
    const names = await tx.query<Named>('SELECT id, code, name_en, name_hi FROM territories WHERE id = ANY ($1)', [
      ids,
    ]);
    const byId = new Map(names.map((name) => [name.id, name]));
    return routes.map(({ at, to, waiting, people }) => ({ from: byId.get(at)!, to: byId.get(to)!, waiting, people }));
  }
}
