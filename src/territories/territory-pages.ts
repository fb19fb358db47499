import { Injectable } from '@nestjs/common';
import { isGrantActor, type Actor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Words } from '../platform/i18n/words.js';
import { withQuery } from '../platform/views/renderer.js';
import { isUuid } from '../platform/database/id.js';
import { LEVELS, levelOf, LOCAL_BODY_KINDS, mayBeUnder, ROOT_LEVEL } from './levels.js';
import { TerritoriesQueries, type Choice } from './territories.queries.js';
import type { ChildrenQuery, TerritoryListQuery } from './territories.dto.js';

export interface Option {
  value: string;
  label: string;
}
export interface OptionGroup {
  label: string;
  options: Option[];
}

/** The models of the territories' pages. */
@Injectable()
export class TerritoryPages {
  constructor(
    private readonly work: UnitOfWork,
    private readonly queries: TerritoriesQueries,
    private readonly words: Words,
  ) {}

  /** @param url the page's address; null for a program, which gets the rows alone */
  list(actor: Actor, query: TerritoryListQuery, locale: Locale, url: string | null) {
    return this.work.run(actor, async (tx) => {
      const { parent, ...filter } = query;
      const parentId = parent && !isUuid(parent) ? (await this.queries.find(tx, parent)).id : parent;
      const page = await this.queries.list(tx, { ...filter, parentId }, locale);
      if (url === null) return page;
      const filtered = Boolean(query.q || query.level || query.kind || query.parent || query.code || query.ended);
      return {
        ...page,
        // Without a filter the page shows the tree from where the reader stands, not 1,700 names.
        tree: filtered || query.cursor ? null : await this.tree(tx, locale),
        filtered,
        query: { ...query },
        levels: this.levels(locale, () => true),
        nextHref: page.next && withQuery(url, { cursor: page.next }),
        firstHref: query.cursor && withQuery(url, { cursor: null }),
      };
    });
  }

  show(actor: Actor, id: string, query: ChildrenQuery, locale: Locale, url: string) {
    return this.work.run(actor, async (tx) => {
      const { path, ...territory } = await this.queries.show(tx, id, locale);
      const levels = await this.queries.levelsBelow(tx, id);
      const children = await this.queries.list(tx, { ...query, parentId: id }, locale);
      return {
        ...territory,
        levelName: this.levelName(territory.level, locale),
        kindName: this.kindName(territory.kind, locale),
        line: await this.queries.line(tx, path),
        levels: levels.map(({ level, n }) => ({
          level,
          n,
          label: this.levelName(level, locale),
          current: level === query.level,
        })),
        children: { ...children, items: children.items.map((child) => this.described(child, locale)) },
        childCount: territory.children,
        level_chosen: query.level ?? null,
        q: query.q ?? null,
        nextHref: children.next && withQuery(url, { cursor: children.next }),
        firstHref: (query.cursor && withQuery(url, { cursor: null })) ?? null,
        coverage: await coverageOf(tx, id, locale, this.words),
        editable: !territory.toOn,
      };
    });
  }

  fresh(actor: Actor, parentId: string, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const { path: _path, ...parent } = await this.queries.show(tx, parentId, locale);
      return {
        parent,
        levels: this.levels(locale, (level) => mayBeUnder(level, parent.level)),
        kinds: this.kinds(locale),
      };
    });
  }

  edit(actor: Actor, id: string, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const { path, ...territory } = await this.queries.show(tx, id, locale);
      const above = levelOf(territory.level)?.parents ?? [];
      const choices = await this.queries.choices(tx, { levels: [...above] });
      const elsewhere = choices.filter((one) => !one.path.startsWith(path));
      return {
        ...territory,
        lgd: territory.lgdCode === null ? '' : String(territory.lgdCode),
        isBody: territory.level === 'local_body',
        kinds: this.kinds(locale),
        parents: this.grouped(elsewhere, locale),
        movable: territory.level !== ROOT_LEVEL && isGrantActor(actor) && path !== actor.scope.from,
      };
    });
  }

  /** Choices below their parent's name. */
  grouped(choices: Choice[], locale: Locale): OptionGroup[] {
    const groups = Map.groupBy(choices, (one) => (locale === 'hi' ? one.parent_hi : one.parent_en) ?? '');
    return [...groups].map(([label, options]) => ({
      label: label || this.levelName(options[0]!.level, locale),
      options: options.map((one) => ({ value: one.id, label: locale === 'hi' ? one.name_hi : one.name_en })),
    }));
  }

  /** The territory one stands on, what lies below it, and one level more. */
  private async tree(tx: Transaction, locale: Locale) {
    if (!isGrantActor(tx.actor)) return null;
    const { path: _path, ...top } = await this.queries.show(tx, tx.actor.territoryId, locale);
    const { items, next } = await this.queries.list(tx, { parentId: top.id, limit: 200 }, locale);
    const below = await tx.query<{
      id: string;
      parent_id: string;
      level: string;
      kind: string | null;
      name_en: string;
      name_hi: string;
      children: number;
    }>(
      `SELECT c.id, c.parent_id, c.level, c.kind, c.name_en, c.name_hi,
              (SELECT count(*)::int FROM territories g WHERE g.parent_id = c.id AND g.to_on IS NULL) AS children
         FROM territories c
        WHERE c.parent_id = ANY ($1) AND c.to_on IS NULL AND c.level <> 'local_body'
        ORDER BY CASE WHEN $2 = 'hi' THEN c.name_hi ELSE c.name_en END, c.id LIMIT 1000`,
      [items.map(({ id }) => id), locale],
    );
    const byParent = Map.groupBy(below, (row) => row.parent_id);
    return {
      top: this.described(top, locale),
      more: Boolean(next),
      branches: items.map((branch) => {
        const inside = (byParent.get(branch.id) ?? []).map((row) => this.described(row, locale));
        return { ...this.described(branch, locale), inside, rest: branch.children - inside.length };
      }),
    };
  }

  private described<T extends { level: string; kind: string | null }>(item: T, locale: Locale) {
    return { ...item, what: this.kindName(item.kind, locale) ?? this.levelName(item.level, locale) };
  }

  private levels(locale: Locale, wanted: (level: string) => boolean): Option[] {
    return LEVELS.filter(({ code }) => wanted(code)).map(({ code }) => ({
      value: code,
      label: this.levelName(code, locale),
    }));
  }

  private kinds(locale: Locale): Option[] {
    return LOCAL_BODY_KINDS.map(({ code, nameKey }) => ({ value: code, label: this.words.say(locale, nameKey) }));
  }

  private levelName(level: string, locale: Locale): string {
    return this.words.say(locale, levelOf(level)?.nameKey ?? 'territories.level.ward');
  }

  private kindName(kind: string | null, locale: Locale): string | null {
    const known = LOCAL_BODY_KINDS.find(({ code }) => code === kind);
    return known ? this.words.say(locale, known.nameKey) : null;
  }
}

export interface CoverageItem {
  id: string;
  kind: string;
  value: string;
  /** What it is called, in the reader's language; the value where nobody knows. */
  label: string;
  kindName: string;
}

async function coverageOf(tx: Transaction, territoryId: string, locale: Locale, words: Words): Promise<CoverageItem[]> {
  const rows = await tx.query<{
    id: string;
    kind: string;
    value: string;
    name_en: string | null;
    name_hi: string | null;
  }>(
    `SELECT c.id, c.kind, c.value, coalesce(d.name_en, s.name_en, b.name_en) AS name_en, coalesce(d.name_hi, s.name_hi, b.name_hi) AS name_hi
       FROM coverage c
       LEFT JOIN revenue_districts d ON c.kind = 'revenue_district' AND d.lgd_code::text = c.value
       LEFT JOIN tehsils s ON c.kind = 'tehsil' AND s.lgd_code::text = c.value
       LEFT JOIN territories b ON c.kind IN ('block', 'urban_body') AND b.level = 'local_body' AND b.lgd_code::text = c.value
        AND (b.kind = 'block') = (c.kind = 'block')
      WHERE c.territory_id = $1 ORDER BY c.kind, c.value LIMIT 200`,
    [territoryId],
  );
  return rows.map(({ id, kind, value, name_en, name_hi }) => ({
    id,
    kind,
    value,
    label: (locale === 'hi' ? name_hi : name_en) ?? value,
    kindName: words.say(locale, `territories.coverage.kind.${kind}`),
  }));
}
