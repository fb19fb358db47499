import { Injectable } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Invalid } from '../../platform/errors.js';
import { formatDate } from '../../platform/i18n/format.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { FormChoices } from '../form-choices.js';
import { languageName } from '../language-names.js';
import { pointsOf, type Point } from '../person-cards.js';
import { PersonPageQueries, type PersonRow } from '../person-page.queries.js';
import { FIELD_CODES, type Choice } from './carried-tables.js';
import type { LeftAsIs } from './person-merge.entity.js';
import { WORDS } from './since-words.js';
import { DuplicatesQueries, levelOf, LEVELS, type Half, type PairRow } from './duplicates.queries.js';
import { REASONS, type DuplicatesQuery } from './duplicates.dto.js';

/** The pages of pairs, and what a person's page says of them. */
@Injectable()
export class DuplicatesPages {
  constructor(
    private readonly work: UnitOfWork,
    private readonly queries: DuplicatesQueries,
    private readonly people: PersonPageQueries,
    private readonly choices: FormChoices,
  ) {}

  list(actor: GrantActor, query: DuplicatesQuery, locale: Locale, forPage: boolean) {
    return this.work.run(actor, async (tx) => {
      const page = await this.queries.list(tx, query);
      tx.shown('sympathiser.duplicates', [...new Set(page.items.flatMap(({ a, b }) => [a.id, b.id]))]);
      const options = (values: readonly string[], prefix: string) =>
        values.map((value) => ({ value, label: this.choices.say(locale, `${prefix}.${value}`) }));
      return {
        items: page.items.map((pair) => this.pairOf(pair, locale)),
        next: page.next,
        ...(forPage && {
          query,
          total: await this.queries.count(tx),
          choices: {
            strengths: options(Object.keys(LEVELS), 'duplicates.strength'),
            reasons: options(REASONS, 'duplicates.reason'),
          },
        }),
      };
    });
  }

  /** @throws NotFound where either is out of sight */
  compare(actor: GrantActor, id: string, otherId: string, locale: Locale) {
    if (id === otherId) throw Invalid.field('otherId', 'duplicates.problem.same_record');
    return this.work.run(actor, async (tx) => {
      const rows = [await this.people.person(tx, id), await this.people.person(tx, otherId)] as const;
      const points = await pointsOf(tx, [id, otherId]);
      const pair = await this.queries.between(tx, id, otherId);
      tx.shown('sympathiser.compared', [id, otherId]);
      const sides = rows.map((row) => this.sideOf(row, points.get(row.id) ?? [], locale)) as [Side, Side];
      return {
        id,
        otherId,
        pair: pair && this.pairOf(pair, locale),
        sides,
        fields: SHOWN.map((field) => {
          const [mine, theirs] = [sides[0].values[field], sides[1].values[field]];
          return {
            field,
            label: this.choices.say(locale, `duplicates.field.${field}`),
            mine,
            theirs,
            differs: mine !== theirs,
            // Blanks are filled by themselves; where both say something, one is chosen, or both count.
            choose:
              !(JOINED as readonly string[]).includes(field) && mine !== null && theirs !== null && mine !== theirs,
          };
          // Most people wish for nothing: that isn't worth a line.
        }).filter(
          ({ field, mine, theirs }) =>
            !(WISHED as readonly string[]).includes(field) || mine !== null || theirs !== null,
        ),
      };
    });
  }

  /** For a person's own page: who may be the same, who lives with them, what was merged into them. */
  async about(tx: Transaction, id: string, locale: Locale) {
    const pairs = await this.queries.ofPerson(tx, id);
    const household = await this.queries.household(tx, id);
    const suspected = new Set(pairs.flatMap(({ a, b }) => [a.id, b.id]));
    const together = household.filter((one) => !suspected.has(one.id));
    const merges = await this.queries.merges(tx, id);
    tx.shown(
      'sympathiser.duplicates',
      [...suspected, ...together.map((one) => one.id)].filter((one) => one !== id),
    );
    const open = merges.find(({ undone_at }) => undone_at === null);
    return {
      duplicates: pairs.map((pair) => {
        const said = this.pairOf(pair, locale);
        return { ...said, other: said.a.id === id ? said.b : said.a };
      }),
      duplicateElsewhere: await this.queries.elsewhere(tx, id),
      household: together.map((one) => ({
        ...this.halfOf(one, locale),
        why: one.kinds.map((kind) => this.choices.say(locale, `duplicates.shares.${kind}`)).join(', '),
      })),
      merges: merges.map((merge) => ({
        id: merge.id,
        at: merge.at,
        by: merge.by,
        undoneAt: merge.undone_at,
        moved: Object.values(merge.moved).reduce((sum, ids) => sum + ids.length, 0),
        // Only the newest can be taken apart; then the one before it.
        undoable: merge === open,
        since: this.since(merge.left_as_is, locale),
      })),
    };
  }

  /** What is otherwise than before a merge, by what became of it, each thing once and in words. */
  private since(left: readonly LeftAsIs[], locale: Locale) {
    return (['left', 'went', 'shared'] as const).flatMap((how) => {
      const said = left.filter((one) => (one.how ?? 'left') === how);
      const things = new Set(
        said.flatMap(({ table, fields }) => {
          const words = fields.map((field) => WORDS[field]).filter((word) => word !== undefined);
          return (words.length ? words : [`duplicates.table.${table}`]).map((word) => this.choices.say(locale, word));
        }),
      );
      return things.size ? [{ how, label: this.choices.say(locale, `duplicates.${how}`), things: [...things] }] : [];
    });
  }

  private pairOf({ id, strength, reasons, a, b }: PairRow, locale: Locale) {
    return {
      id,
      strength,
      level: levelOf(strength),
      reasons,
      why: reasons.map((reason) => this.choices.say(locale, `duplicates.reason.${reason}`)).join(' · '),
      a: this.halfOf(a, locale),
      b: this.halfOf(b, locale),
    };
  }

  private halfOf(half: Half, locale: Locale) {
    return { id: half.id, name: half.name, place: locale === 'hi' ? half.name_hi : half.name_en };
  }

  private sideOf(row: PersonRow, points: Point[], locale: Locale): Side {
    return {
      id: row.id,
      name: row.name,
      place: locale === 'hi' ? row.name_hi : row.name_en,
      assignedTo: row.assigned_name,
      addedAt: row.created_at,
      lastAttemptAt: row.last_attempt_at,
      closed: row.closed_at !== null,
      points: points.map(({ channel, value, dead, suppressed }) => ({
        channel,
        channelName: this.choices.channel(channel, locale),
        value,
        dead,
        suppressed,
      })),
      values: {
        name: row.name,
        language: row.language && languageName(row.language, locale),
        birth_year: row.birth_year === null ? null : String(row.birth_year),
        pin: row.pin,
        district: locale === 'hi' ? row.district_hi : row.district_en,
        only: row.contact_only && this.choices.channel(row.contact_only, locale),
        not_before: row.contact_not_before && formatDate(locale, row.contact_not_before, 'UTC'),
        order: listed(row.contact_order.map((code) => this.choices.channel(code, locale))),
        times: listed(row.contact_times.map((time) => this.choices.say(locale, `wishes.time.${time}`))),
        also_speaks: listed(row.also_speaks.map((code) => languageName(code, locale))),
      },
    };
  }
}

interface Side {
  id: string;
  name: string;
  place: string;
  assignedTo: string | null;
  addedAt: Date;
  lastAttemptAt: Date | null;
  closed: boolean;
  points: { channel: string; channelName: string; value: string; dead: boolean; suppressed: boolean }[];
  values: Record<Shown, string | null>;
}

/** How they want to be contacted: of most of it both count, or the stricter. */
const JOINED = ['not_before', 'order', 'times', 'also_speaks'] as const;
const WISHED = ['only', ...JOINED] as const;
type Shown = Choice | (typeof JOINED)[number];
const SHOWN: readonly Shown[] = [...FIELD_CODES, ...WISHED];

const listed = (words: string[]): string | null => words.join(', ') || null;
