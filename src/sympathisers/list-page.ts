import { Injectable } from '@nestjs/common';
import { seesEverybody, type GrantActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Locale } from '../platform/i18n/locale.js';
import { BARRIERS } from './consent/contact-barrier.js';
import { FormChoices } from './form-choices.js';
import { languageOptions } from './language-names.js';
import type { PersonCard } from './person-cards.js';
import { reachLink, type ReachLink } from './reach-links.js';
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
] as const;

/** The list of the register, with a way to reach each person or the reason why there is none. */
@Injectable()
export class ListPage {
  constructor(
    private readonly work: UnitOfWork,
    private readonly queries: SympathisersQueries,
    private readonly choices: FormChoices,
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
        items: page.items.map((person) => ({ ...person, ...waysOf(person) })),
        next: page.next,
        refine: page.refine ?? false,
        ...beside,
        q: query.q ?? null,
        filter,
        filters: FILTERS.filter((name) => query[name]).length,
        whole,
        choices: {
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

/** The first open way by phone and the first to write; without any, why. */
function waysOf(person: PersonCard): { ways: ReachLink[]; barrier: string | null } {
  const call = person.open.find((point) => point.channel === 'phone');
  const chat =
    person.open.find((point) => point.channel === 'whatsapp') ?? person.open.find((point) => point.channel !== 'phone');
  const ways = [call, chat].flatMap((point) => (point ? [reachLink(point)] : [])).filter((link) => link !== null);
  const reasons = Object.values(person.barriers).filter((reason) => reason !== null);
  const barrier = BARRIERS.findLast((reason) => reasons.includes(reason)) ?? 'no_point';
  return { ways, barrier: ways.length ? null : barrier };
}
