import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { seesEverybody, type GrantActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Locale } from '../platform/i18n/locale.js';
import { PURPOSES, type Purpose } from './consent/purposes.js';
import { UndoStopService } from './consent/undo-stop.service.js';
import { canBeTaken } from './corrections.service.js';
import { DuplicatesPages } from './duplicates/duplicates-pages.js';
import { FormChoices } from './form-choices.js';
import { languageName, languageOptions } from './language-names.js';
import { barrierOf, card, pointsOf, type Point } from './person-cards.js';
import { PersonPageQueries, type LedgerRow, type SuggestionRow } from './person-page.queries.js';
import { pointOnPage } from './person-points.js';
import { PrivacyNotices } from './privacy-notices/privacy-notices.js';
import { CONTACT_TIMES } from './wishes.service.js';
import { saidTogether } from './consent/said-together.js';
import { timelineItem } from './timeline.js';

/** A person's own page: who, how to reach them and why not, what they agreed to, what happened. */
@Injectable()
export class PersonPage {
  constructor(
    private readonly work: UnitOfWork,
    private readonly queries: PersonPageQueries,
    private readonly choices: FormChoices,
    private readonly config: Config,
    private readonly duplicates: DuplicatesPages,
    private readonly stops: UndoStopService,
    private readonly notices: PrivacyNotices,
  ) {}

  /**
   * @param earlier where its history goes on; the newest entries without it
   * @throws NotFound out of sight; Invalid for a cursor that isn't one of ours
   */
  show(actor: GrantActor, id: string, locale: Locale, earlier?: string) {
    return this.work.run(actor, async (tx) => {
      const row = await this.queries.person(tx, id);
      const points = (await pointsOf(tx, [id])).get(id) ?? [];
      const ledger = await this.queries.ledger(tx, id);
      const newest = (purpose: Purpose, channel: string) =>
        ledger.find((entry) => entry.purpose === purpose && entry.channel === channel) ?? null;
      const timeline = await this.queries.timeline(tx, id, earlier);
      const suggestions = await this.queries.suggestions(tx, id);
      const facts = await this.queries.points(tx, id);
      const skills = await this.queries.skills(tx, id);
      // Who shares a number with them is shown here, too.
      const household = facts.flatMap(({ others }) => others ?? []).map((other) => other.id);
      tx.shown('sympathiser.shown', [...new Set([id, ...household])]);
      const channels = [...new Set(points.map((point) => point.channel))];
      const person = card(row, points, (channel) => newest('contact', channel)?.state ?? null, locale);
      return {
        ...person,
        languageName: row.language && languageName(row.language, locale),
        districtName: locale === 'hi' ? row.district_hi : row.district_en,
        birthYear: row.birth_year,
        cameBy: row.came_by,
        source: row.source,
        batch: row.batch_id && { id: row.batch_id, row: row.batch_row },
        addedAt: row.created_at,
        closedAt: row.closed_at,
        followUpOn: row.follow_up_on,
        assignedAt: row.assigned_at,
        reach: points.map((point) =>
          pointOnPage(point, {
            person,
            facts,
            choices: this.choices,
            silenceDays: this.config.identitySilenceDays,
            locale,
          }),
        ),
        ended: points.some((point) => point.dead),
        skills: skills.map(({ code, held, source, noted_at, ...names }) => ({
          code,
          name: locale === 'hi' ? names.name_hi : names.name_en,
          held,
          source,
          notedAt: noted_at,
        })),
        offers: skills.some(({ held }) => held),
        wishes: {
          alsoSpeaks: row.also_speaks,
          alsoSpeaksNames: row.also_speaks.map((code) => languageName(code, locale)),
          times: row.contact_times,
          order: row.contact_order.map((code) => ({ value: code, label: this.choices.channel(code, locale) })),
          first: row.contact_order[0] ?? null,
          only: row.contact_only && { value: row.contact_only, label: this.choices.channel(row.contact_only, locale) },
          notBefore: row.contact_not_before,
        },
        alive: points.some((point) => !point.dead),
        stopped: points.length > 0 && points.every((point) => point.suppressed),
        stopStands: row.stopped,
        // Set by mistake: for a day it can be taken back.
        undoable: (await this.stops.undoable(tx, id)).filter(({ until }) => until !== null),
        contactable: person.open.length > 0,
        agreed: ledger.some((entry) => entry.state === 'given'),
        consents: this.consentsOf(
          points,
          { onlyBy: row.contact_only, paused: row.paused_until !== null, stopped: row.stopped },
          channels,
          newest,
          locale,
        ),
        ledger: ledger.map((entry) => this.entryOf(entry, locale)),
        said: saidTogether(ledger.map((entry) => this.entryOf(entry, locale))),
        timeline: timeline.items.map((entry) => timelineItem(entry, locale, this.choices)),
        timelineNext: timeline.next,
        timelineEarlier: earlier !== undefined,
        suggestions: suggestions.map((suggestion) => this.suggestionOf(suggestion, locale)),
        ...(await this.duplicates.about(tx, id, locale)),
        told: await this.notices.told(tx, locale),
        choices: {
          purposes: this.choices.purposes(locale),
          hows: this.choices.hows(locale),
          platforms: this.choices.platforms(locale),
          languages: languageOptions(locale),
          times: CONTACT_TIMES.map((value) => ({ value, label: this.choices.say(locale, `wishes.time.${value}`) })),
          channels: channels.map((code) => ({ value: code, label: this.choices.channel(code, locale) })),
        },
        whole: seesEverybody(actor),
        leaving: await this.queries.leaving(tx, id, seesEverybody(actor)),
      };
    });
  }

  /** Whether whoever stood here was erased; a member is told of nobody. */
  async wasErased(actor: GrantActor, id: string): Promise<boolean> {
    return seesEverybody(actor) && (await this.work.run(actor, (tx) => this.queries.wasErased(tx, id)));
  }

  /** The form to put things right. */
  edit(actor: GrantActor, id: string, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const row = await this.queries.person(tx, id);
      tx.shown('sympathiser.shown', [id]);
      const whole = seesEverybody(actor);
      return {
        id,
        name: row.name,
        language: row.language,
        pin: row.pin,
        district: row.district === null ? '' : String(row.district),
        birthYear: row.birth_year,
        territoryId: row.territory_id,
        whole,
        choices: {
          languages: languageOptions(locale),
          ...(whole && {
            homes: await this.choices.homes(tx, locale),
            districts: await this.choices.districts(tx, locale),
          }),
        },
      };
    });
  }

  /** Per purpose, what stands on each channel of theirs, newest entry first. */
  private consentsOf(
    points: Point[],
    wish: { onlyBy: string | null; paused: boolean; stopped: boolean },
    channels: string[],
    newest: (purpose: Purpose, channel: string) => LedgerRow | null,
    locale: Locale,
  ) {
    return PURPOSES.map((purpose) => {
      const states = channels.map((channel) => {
        const entry = newest(purpose, channel);
        return {
          channel,
          label: this.choices.channel(channel, locale),
          state: entry?.state ?? 'none',
          how: entry?.how ?? null,
          at: entry?.at ?? null,
          barrier: barrierOf(
            points,
            channel,
            wish.stopped ? 'withdrawn' : (entry?.state ?? null),
            purpose === 'contact' || purpose === 'invitations' ? wish : undefined,
          ),
        };
      });
      // Most people say one thing for all of theirs: one line then, instead of five.
      const alike = Map.groupBy(states, ({ state, how, at, barrier }) =>
        [state, how, at?.toISOString().slice(0, 10), barrier].join(' '),
      );
      return {
        purpose,
        label: this.choices.say(locale, `consent.purpose.${purpose}`),
        glance: glanceOf(states.map(({ state }) => state)),
        channels: states,
        lines: [...alike.values()].map((of) => ({ ...of[0]!, label: of.map(({ label }) => label).join(', ') })),
      };
    });
  }

  /** An entry of the ledger in words: what, for what, by which channel, when, how, by whom, after which words, on which paper. */
  private entryOf(
    { purpose, channel, state, how, at, by, notice, language, scan_id, batch_id, batch_row }: LedgerRow,
    locale: Locale,
  ) {
    return {
      purpose,
      purposeName: this.choices.say(locale, `consent.purpose.${purpose}`),
      channel,
      channelName: this.choices.channel(channel, locale),
      state,
      how,
      howName: this.choices.orCode(locale, 'consent.how', how),
      at,
      by,
      notice,
      language,
      languageName: language && languageName(language, locale),
      paper: scan_id,
      batch: batch_id && { id: batch_id, row: batch_row },
    };
  }

  private suggestionOf(suggestion: SuggestionRow, locale: Locale) {
    const { id, field, value, why, other_id, other_name } = suggestion;
    const named = locale === 'hi' ? suggestion.name_hi : suggestion.name_en;
    return {
      id,
      field,
      fieldName: this.choices.orCode(locale, 'sympathisers.field', field),
      value,
      byForm: why === 'join_form',
      shown: field === 'language' && value ? languageName(value, locale) : (named ?? value),
      why: this.choices.orCode(locale, 'sympathisers.suggestion', why),
      other: other_id && { id: other_id, name: other_name },
      takable: canBeTaken(suggestion),
    };
  }
}

/** One word for all channels: yes on one of them is a yes there; else what was said last against it, or nothing. */
const glanceOf = (states: string[]): string =>
  states.includes('given') ? 'given' : (states.find((state) => state !== 'none') ?? 'none');
