import { Injectable } from '@nestjs/common';
import { isGrantActor, seesEverybody, type GrantActor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { FormChoices } from '../form-choices.js';
import { languageName, languageOptions } from '../language-names.js';
import { ALLOWED_FOR, ANSWERED, ATTENDED, CONTACTED, type Conditions } from './conditions.js';
import { conditionsOf, type CountQuery } from './segments.dto.js';
import { SegmentsQueries, type SegmentRow } from './segments.queries.js';
import { mustBeKnown } from './segments.service.js';

/** Saved lists in words, with the number of people who fit them now. */
@Injectable()
export class SegmentPages {
  constructor(
    private readonly work: UnitOfWork,
    private readonly queries: SegmentsQueries,
    private readonly choices: FormChoices,
  ) {}

  list(actor: GrantActor, query: { limit?: number; cursor?: string }, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const page = await this.queries.list(tx, query);
      const items = [];
      for (const row of page.items) items.push(await this.inWords(tx, row, locale));
      return { items, next: page.next };
    });
  }

  /** @throws NotFound */
  show(actor: GrantActor, id: string, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const row = await this.queries.one(tx, id);
      if (!row) throw new NotFound();
      return {
        segment: await this.inWords(tx, row, locale),
        count: await this.count(tx, row.conditions),
        whole: seesEverybody(actor),
      };
    });
  }

  /**
   * The form, with the number of those who fit what is chosen so far.
   * @param id of the list that is changed; its own conditions until others are chosen
   * @throws NotFound; Invalid `territory`, `skills`
   */
  form(actor: GrantActor, query: CountQuery, locale: Locale, id?: string) {
    return this.work.run(actor, async (tx) => {
      const chosen = conditionsOf(query);
      const row = id ? await this.queries.one(tx, id) : null;
      if (id && !row) throw new NotFound();
      await mustBeKnown(tx, chosen);
      const own = row && !query.chosen && !Object.keys(chosen).length ? row : null;
      const conditions = own ? own.conditions : chosen;
      return {
        segment: row && { id: row.id, name: row.name },
        name: query.name ?? row?.name ?? null,
        shared: query.chosen ? (query.shared ?? false) : (row?.shared ?? false),
        conditions,
        words: await this.wordsOf(tx, conditions, locale),
        count: await this.count(tx, conditions),
        whole: seesEverybody(actor),
        choices: await this.formChoices(tx, locale),
      };
    });
  }

  /** Who asks for many narrow numbers learns of somebody: each is written down. */
  private async count(tx: Transaction, conditions: Conditions): Promise<number> {
    const count = await this.queries.count(tx, conditions);
    tx.audit('segment.counted', { subject: 'segment', facts: { conditions, count } });
    return count;
  }

  private async inWords(tx: Transaction, row: SegmentRow, locale: Locale) {
    return {
      id: row.id,
      name: row.name,
      shared: row.shared,
      mine: isGrantActor(tx.actor) && row.owner_id === tx.actor.userId,
      owner: row.owner,
      territory: locale === 'hi' ? row.territory_hi : row.territory_en,
      changedAt: row.changed_at,
      conditions: row.conditions,
      words: await this.wordsOf(tx, row.conditions, locale),
    };
  }

  /** Each condition as a line: "Language: Hindi, Urdu". */
  async wordsOf(tx: Transaction, c: Conditions, locale: Locale): Promise<{ label: string; value: string }[]> {
    const say = (key: string) => this.choices.say(locale, key);
    const lines: { label: string; value: string }[] = [];
    const line = (name: string, value: string) => lines.push({ label: say(`segments.field.${name}`), value });
    if (c.territory) line('territory', await nameOf(tx, 'territories', 'id::text', [c.territory], locale));
    if (c.languages) line('languages', c.languages.map((code) => languageName(code, locale)).join(', '));
    if (c.platform) line('platform', this.choices.channel(c.platform, locale));
    if (c.skills) line('skills', await nameOf(tx, 'skills', 'code', c.skills, locale));
    for (const name of ['contacted', 'answered', 'attended', 'assigned'] as const)
      if (c[name]) line(name, say(`segments.${name}.${c[name]}`));
    if (c.channel) line(`allowed.${c.purpose!}`, this.choices.channel(c.channel, locale));
    return lines;
  }

  private async formChoices(tx: Transaction, locale: Locale) {
    const some = (name: string, values: readonly string[]) =>
      values.map((value) => ({ value, label: this.choices.say(locale, `segments.${name}.${value}`) }));
    return {
      homes: await this.choices.homes(tx, locale),
      languages: languageOptions(locale),
      platforms: this.choices.platforms(locale),
      skills: await tx.query<{ value: string; label: string }>(
        `SELECT code AS value, CASE $1 WHEN 'hi' THEN name_hi ELSE name_en END AS label FROM skills
          WHERE ended_at IS NULL ORDER BY name_en`,
        [locale],
      ),
      contacted: some('contacted', CONTACTED),
      answered: some('answered', ANSWERED),
      attended: some('attended', ATTENDED),
      assigned: some('assigned', ['yes', 'no']),
      purposes: ALLOWED_FOR.map((value) => ({ value, label: this.choices.say(locale, `consent.purpose.${value}`) })),
      channels: this.choices.channels(locale),
    };
  }
}

/** Names of rows of reference data; the codes of those that are gone. The table and column are ours. */
async function nameOf(
  tx: Transaction,
  table: 'territories' | 'skills',
  key: 'id::text' | 'code',
  codes: string[],
  locale: Locale,
): Promise<string> {
  const rows = await tx.query<{ key: string; name: string }>(
    `SELECT ${key} AS key, CASE $2 WHEN 'hi' THEN name_hi ELSE name_en END AS name FROM ${table} WHERE ${key} = ANY ($1)`,
    [codes, locale],
  );
  return codes.map((code) => rows.find((row) => row.key === code)?.name ?? code).join(', ');
}
