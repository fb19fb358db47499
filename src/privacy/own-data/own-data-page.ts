import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { FormChoices } from '../../sympathisers/form-choices.js';
import { languageName, languageOptions } from '../../sympathisers/language-names.js';
import type { OwnLink } from '../../sympathisers/own-links.js';
import { dataAsCsv, dataAsJson } from './data-file.js';
import { OwnDataQueries } from './own-data.queries.js';
import { CHOSEN_PURPOSES } from './own-data.service.js';
import { standsStopped } from '../../sympathisers/consent/consent.service.js';

/** What the holder of the link to their own data is shown, and takes along. */
@Injectable()
export class OwnDataPage {
  constructor(
    private readonly work: UnitOfWork,
    private readonly queries: OwnDataQueries,
    private readonly choices: FormChoices,
    private readonly words: Words,
    private readonly config: Config,
  ) {}

  /** Everything, who is responsible for it, and what can be done. */
  show(link: OwnLink, locale: Locale) {
    return this.work.run(link, async (tx) => {
      const data = await this.queries.all(tx, link.personId, locale);
      const team = await this.queries.team(tx, link.personId, locale);
      tx.shown('own_data.shown', [link.personId]);
      const [person] = data.person as {
        language: string | null;
        also_speaks: string[];
        contact_not_before: string | null;
      }[];
      const [source] = data.source as { came_by: string; source: string | null; at: Date }[];
      const uses = Object.fromEntries(data.uses.map((row) => [row.what, row.times]));
      return {
        ...data,
        person: {
          ...data.person[0],
          language: person!.language && languageName(person!.language, locale),
          also_speaks: person!.also_speaks.map((code) => languageName(code, locale)),
        },
        provenance: this.provenance(source!, locale),
        points: data.points.map((row) => ({ ...row, channel: this.choices.channel(row.kind as string, locale) })),
        handles: data.handles.map((row) => ({ ...row, channel: this.choices.channel(row.platform as string, locale) })),
        consents: data.consents.toReversed().map((row) => ({
          ...row,
          channel: this.choices.channel(row.channel as string, locale),
          how: this.choices.orCode(locale, 'consent.how', row.how as string),
        })),
        contacts: data.contacts.map((row) => ({
          ...row,
          channel: this.choices.channel(row.channel as string, locale),
          result: this.choices.orCode(locale, 'outreach.disposition', row.result as string),
        })),
        differing: data.differing.map((row) => ({
          ...row,
          field: this.choices.orCode(locale, 'sympathisers.field', row.field as string),
        })),
        uses: { shown: uses.shown ?? 0, file: uses.file ?? 0 },
        team,
        officer: this.config.officerMail,
        stopped: await standsStopped(tx, link.personId),
        pausedUntil: person!.contact_not_before,
      };
    });
  }

  /** The forms to put right what stands there. */
  correct(link: OwnLink, locale: Locale) {
    return this.work.run(link, async (tx) => {
      const data = await this.queries.all(tx, link.personId, locale);
      tx.shown('own_data.shown', [link.personId]);
      const alive = <Row extends { ended_at?: unknown }>(rows: Row[]) => rows.filter((row) => !row.ended_at);
      const points = alive(data.points).map((row) => ({
        ...row,
        channel: this.choices.channel(row.kind as string, locale),
      }));
      return {
        person: data.person[0],
        points,
        handles: alive(data.handles).map((row) => ({
          ...row,
          channel: this.choices.channel(row.platform as string, locale),
        })),
        mails: data.points
          .filter(({ kind, ended_at }) => kind === 'email' && !ended_at)
          .map(({ id, value }) => ({ value: id, label: value })),
        languages: languageOptions(locale),
      };
    });
  }

  /** By which channel for what. */
  channels(link: OwnLink, locale: Locale) {
    return this.work.run(link, async (tx) => {
      const { channels, newest } = await this.queries.choices(tx, link.personId);
      tx.shown('own_data.shown', [link.personId]);
      const given = (purpose: string, channel: string) =>
        newest.some((row) => row.purpose === purpose && row.channel === channel && row.state === 'given');
      return {
        stopped: await standsStopped(tx, link.personId),
        purposes: CHOSEN_PURPOSES.map((purpose) => ({
          purpose,
          label: this.words.say(locale, `own_data.purpose.${purpose}`),
          channels: channels.map((channel) => ({
            value: channel,
            label: this.choices.channel(channel, locale),
            given: given(purpose, channel),
          })),
        })),
      };
    });
  }

  /** Everything as a file. */
  file(link: OwnLink, as: 'json' | 'csv', locale: Locale): Promise<string> {
    return this.work.run(link, async (tx) => {
      const data = await this.queries.all(tx, link.personId, locale);
      tx.audit('own_data.taken', { people: [link.personId], shown: true, facts: { as } });
      const say = (key: string) => this.words.say(locale, key);
      const organisation = locale === 'hi' ? this.config.orgNameHi : this.config.orgNameEn;
      return as === 'csv' ? dataAsCsv(data, say) : dataAsJson(data, { organisation, at: new Date(), say });
    });
  }

  private provenance({ came_by, source, at }: { came_by: string; source: string | null; at: Date }, locale: Locale) {
    const how = ['import', 'join_form', 'walk_in', 'user'].includes(came_by) ? came_by : 'user';
    return this.words.say(locale, `mailings.source.${how}`, {
      since: at,
      source: source ?? '',
      known: source ? 'yes' : 'no',
    });
  }
}
