import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { seesEverybody, type GrantActor } from '../platform/database/actor.js';
import { isUuid } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
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
      const territory = query.territory ? await this.chosen(tx, query.territory, locale) : null;
      // By its id, as the form has it: the next search or filter would lose it otherwise.
      if (territory) query = { ...query, territory: territory.value };
      const homes = whole ? await this.choices.homes(tx, locale) : [];
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
        ...asList(query),
        choices: {
          segments: await tx.query<Option>(
            'SELECT id AS value, name AS label FROM segments WHERE ended_at IS NULL ORDER BY name, id LIMIT 200',
          ),
          homes: territory && !offers(homes, territory.value) ? [territory, ...homes] : homes,
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

  /** The territory that is looked into, given by id or code. */
  private chosen(tx: Transaction, given: string, locale: Locale): Promise<Option | null> {
    return tx.one<Option>(
      `SELECT id AS value, CASE $2 WHEN 'hi' THEN name_hi ELSE name_en END AS label FROM territories
        WHERE ${isUuid(given) ? 'id = $1::uuid' : 'code = lower($1)'}`,
      [given, locale],
    );
  }
}

/** Whether it is among what the form offers: of a whole state only the upper levels are. */
const offers = (groups: { options: Option[] }[], id: string): boolean =>
  groups.some(({ options }) => options.some(({ value }) => value === id));

/**
 * These people as conditions, for an address: to keep them as a list, and to take them out. Null where nothing is asked for,
 * or something that a list can't ask: what is kept or taken out is never more than what is shown.
 */
function asList(query: SympathiserListQuery): { keep: string | null; take: string | null; noList: boolean } {
  const { territory, language, platform, consent, assigned, contacted, segment } = query;
  const conditions = { territory, languages: language, platform, channel: consent, assigned, contacted };
  const told = Object.entries(conditions).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const beyond = Boolean(
    query.q || query.waiting || query.assignedTo || consent === 'none' || (territory && !isUuid(territory)),
  );
  // Whoever only looks for a name expects no list of it, and needn't be told.
  if (beyond || (segment && told.length)) return { keep: null, take: null, noList: told.length > 0 };
  if (segment) return { keep: null, take: new URLSearchParams({ segment }).toString(), noList: false };
  const list = told.length ? new URLSearchParams(told).toString() : null;
  return { keep: list, take: list, noList: false };
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
