import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { withQuery } from '../../platform/views/renderer.js';
import { HomeFinder } from '../../territories/home-finder.js';
import { TerritoryPages, type OptionGroup } from '../../territories/territory-pages.js';
import { TerritoriesQueries } from '../../territories/territories.queries.js';
import { Words } from '../../platform/i18n/words.js';
import type { WaitingQuery } from './placement.dto.js';
import { PlacementQueries, type TehsilGroup, type WaitingPerson } from './placement.queries.js';
import { PlacementService } from './placement.service.js';
import type { WaitingFilter } from './waiting-filter.js';

/** The model of the waiting list. */
@Injectable()
export class PlacementPages {
  constructor(
    private readonly work: UnitOfWork,
    private readonly waiting: PlacementQueries,
    private readonly territories: TerritoriesQueries,
    private readonly placement: PlacementService,
    private readonly finder: HomeFinder,
    private readonly options: TerritoryPages,
    private readonly words: Words,
  ) {}

  /** @param url the page's address; null for a program, which gets the rows alone */
  list(actor: Actor, query: WaitingQuery, locale: Locale, url: string | null) {
    return this.work.run(actor, async (tx) => {
      const at = query.at ? await this.territories.find(tx, query.at) : null;
      const filter: WaitingFilter = {
        pin: query.pin,
        tehsil: query.tehsil,
        district: query.district,
        at: at?.id,
        q: query.q,
      };
      const page = await this.waiting.list(tx, filter, query.limit, query.cursor);
      if (url === null) return page;
      const tehsils = await this.waiting.tehsils(tx, { at: at?.id });
      const places = await this.waiting.places(tx);
      const total = places.reduce((sum, place) => sum + place.people, 0);
      const clear = total ? (await this.placement.preview(actor)).people : 0;
      return {
        ...page,
        total,
        // All of a list at one place: offered where the list is of one PIN or tehsil.
        narrow: Boolean(query.pin || query.tehsil),
        chosen: [tehsilName(tehsils, query.tehsil, locale), query.pin === 'none' ? null : query.pin]
          .filter(Boolean)
          .join(' · '),
        clear,
        count: await this.waiting.count(tx, filter),
        places: places.map(({ path: _path, ...place }) => ({ ...place, current: place.id === at?.id })),
        tehsils,
        pins: await this.waiting.pins(tx, { at: at?.id, tehsil: query.tehsil }),
        targets: page.items.length ? await this.targets(tx, page.items, locale) : [],
        query: {
          pin: query.pin ?? '',
          tehsil: query.tehsil ?? '',
          district: query.district ?? '',
          at: at?.id ?? '',
          q: query.q ?? '',
        },
        filtered: Boolean(query.pin || query.tehsil || query.district || at || query.q),
        here: withQuery(url, { cursor: null }),
        nextHref: page.next && withQuery(url, { cursor: page.next }),
        firstHref: (query.cursor && withQuery(url, { cursor: null })) ?? null,
      };
    });
  }

  /** Where these people can be placed: what comes into question by their address first, then everything below. */
  private async targets(tx: Transaction, people: WaitingPerson[], locale: Locale): Promise<OptionGroup[]> {
    const homes = await this.finder.snapshot(tx);
    const likely = new Set<string>();
    for (const { pin, district, tehsil, territory } of people) {
      const from = homes.byId(territory.id);
      if (!from) continue;
      const home = homes.find({ pin, districtLgd: district?.lgd ?? null, tehsilLgd: tehsil?.lgd ?? null }, from);
      if (!('rejected' in home)) for (const id of home.candidates) likely.add(id);
    }
    const paths = people.flatMap(({ territory }) => homes.byId(territory.id)?.path ?? []);
    const choices = await this.territories.choices(tx, { under: common(paths) });
    const first = choices.filter(({ id }) => likely.has(id));
    const name = (one: { name_en: string; name_hi: string }) => (locale === 'hi' ? one.name_hi : one.name_en);
    return [
      ...(first.length
        ? [
            {
              label: this.words.say(locale, 'placements.likely'),
              options: first.map((one) => ({ value: one.id, label: name(one) })),
            },
          ]
        : []),
      ...this.options.grouped(
        choices.filter(({ id }) => !likely.has(id)),
        locale,
      ),
    ];
  }
}

function tehsilName(tehsils: TehsilGroup[], lgd: number | undefined, locale: Locale): string | null {
  const found = lgd === undefined ? undefined : tehsils.find(({ tehsil }) => tehsil === lgd);
  return found ? (locale === 'hi' ? found.name_hi : found.name_en) : null;
}

function common(paths: string[]): string {
  let shared = paths[0] ?? '';
  for (const path of paths) while (!path.startsWith(shared)) shared = shared.slice(0, -4);
  return shared;
}
