import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { seesEverybody, type GrantActor } from '../platform/database/actor.js';
import { isUuid } from '../platform/database/id.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Locale } from '../platform/i18n/locale.js';
import { LEDGER_BARRIERS } from './consent/contact-barrier.js';
import { FormChoices, type Option } from './form-choices.js';
import { languageOptions } from './language-names.js';
import type { PersonCard } from './person-cards.js';
import { isUnsure, reachLink, type ReachLink } from './reach-links.js';
import { besideResults } from './search/beside-results.js';
import type { SympathiserListQuery } from './sympathisers.dto.js';
import { SympathisersQueries } from './sympathisers.queries.js';

const FILTERS = [
  'territory',
  'language',
  'platform',
  'consent',
  'assigned',
  'assignedTo',
  'waiting',
  'contacted',
  'segment',
] as const;

/** The list of the register, with a way to reach each person or the reason why there is none. */
@Injectable()
export class ListPage {
  constructor(
    private readonly work: UnitOfWork,
    private readonly queries: SympathisersQueries,
    private readonly choices: FormChoices,
    private readonly config: Config,
  ) {}

  /** @param forPage with what the filters offer; a program gets the rows alone */
  show(actor: GrantActor, query: SympathiserListQuery, locale: Locale, forPage: boolean) {
    return this.work.run(actor, async (tx) => {
      const page = await this.queries.list(tx, query, locale);
      const beside = query.q && !query.cursor ? await besideResults(tx, query.q, page.items.length, locale) : {};
      if (!forPage) return { ...page, ...beside };
      const whole = seesEverybody(actor);
      const filter = Object.fromEntries(
        FILTERS.map((name) => [name, query[name] === true ? 'true' : (query[name] ?? '')]),
      );
      return {
        items: page.items.map((person) => ({ ...person, ...waysOf(person, this.config.identitySilenceDays) })),
        next: page.next,
        refine: page.refine ?? false,
        ...beside,
        q: query.q ?? null,
        filter,
        filters: FILTERS.filter((name) => query[name]).length,
        whole,
        asList: asList(query),
        choices: {
          segments: await tx.query<Option>(
            'SELECT id AS value, name AS label FROM segments WHERE ended_at IS NULL ORDER BY name, id LIMIT 200',
          ),
          homes: whole ? await this.choices.homes(tx, locale) : [],
          languages: languageOptions(locale),
          platforms: this.choices.platforms(locale),
          consents: [
            ...this.choices.channels(locale).map(({ value, label }) => ({
              value,
              label: this.choices.say(locale, 'sympathisers.filter.consent.by', { channel: label }),
            })),
            { value: 'none', label: this.choices.say(locale, 'sympathisers.filter.consent.none') },
          ],
          assigned: ['yes', 'no'].map((value) => ({
            value,
            label: this.choices.say(locale, `sympathisers.filter.assigned.${value}`),
          })),
          contacted: ['never', 'week', 'over_month', 'over_quarter'].map((value) => ({
            value,
            label: this.choices.say(locale, `sympathisers.filter.contacted.${value}`),
          })),
        },
      };
    });
  }
}

/** The filters as the conditions of a saved list, for an address; what a list can't ask for is left out. */
function asList({ territory, language, platform, consent, assigned, contacted }: SympathiserListQuery): string | null {
  const conditions = {
    territory: territory && isUuid(territory) ? territory : undefined,
    languages: language,
    platform,
    channel: consent === 'none' ? undefined : consent,
    assigned,
    contacted,
  };
  const told = Object.entries(conditions).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return told.length ? new URLSearchParams(told).toString() : null;
}

/** The first open way by phone and the first to write; without any, why. */
function waysOf(person: PersonCard, silenceDays: number): { ways: ReachLink[]; barrier: string | null } {
  if (person.pausedUntil) return { ways: [], barrier: 'paused' };
  const call = person.open.find((point) => point.channel === 'phone');
  const chat =
    person.open.find((point) => point.channel === 'whatsapp') ?? person.open.find((point) => point.channel !== 'phone');
  // What they like best, or the first in their order, comes first.
  const ways = [call, chat]
    .filter((point) => point !== undefined)
    .sort((a, b) => person.open.indexOf(a) - person.open.indexOf(b))
    .map((point) => reachLink(point, isUnsure(point.sureAt, silenceDays)))
    .filter((link) => link !== null);
  const reasons = Object.values(person.barriers).filter((reason) => reason !== null);
  const barrier = LEDGER_BARRIERS.findLast((reason) => reasons.includes(reason)) ?? reasons[0] ?? 'no_point';
  return { ways, barrier: ways.length ? null : barrier };
}
