import { Injectable } from '@nestjs/common';
import type { Locale } from '../platform/i18n/locale.js';
import { Words } from '../platform/i18n/words.js';
import type { AuditRow } from './audit.queries.js';

/** What the system writes down in the moment somebody does it themselves. */
const ONESELF = new Set(['system:sign-in', 'system:password']);
const KINDS = new Set(['user', 'token', 'system', 'link']);
const ACTION = 'audit.action.';
const GROUP = 'audit.group.';

/** Says an entry in words. */
@Injectable()
export class AuditWords {
  constructor(private readonly words: Words) {}

  /** An action that has no words yet is shown as its code, rather than not at all. */
  action(locale: Locale, action: string): string {
    const key = ACTION + action;
    return this.words.has(key) ? this.words.say(locale, key) : action;
  }

  doer(locale: Locale, { who }: Pick<AuditRow, 'who'>): string {
    const name = who.name ?? this.words.say(locale, `audit.who.${KINDS.has(who.kind) ? who.kind : 'anonymous'}`);
    if (who.kind === 'token') return this.words.say(locale, 'audit.by_token', { name });
    if (who.kind === 'system' && who.name && !ONESELF.has(who.job ?? ''))
      return this.words.say(locale, 'audit.caused_by', { name });
    return name;
  }

  /**
   * "Asha Verma, District convenor of Agra: looked at the queue, 12 people".
   * @param roles what each role is called
   */
  sentence(locale: Locale, row: AuditRow, roles: Map<string, string>): string {
    const what = this.action(locale, row.action);
    const did = locale === 'en' ? what.charAt(0).toLowerCase() + what.slice(1) : what;
    const n = row.people.length;
    const told = n ? this.words.say(locale, 'audit.did_to', { did, n }) : did;
    const who = this.doer(locale, row);
    const { role, territory } = row.who;
    return role && territory
      ? this.words.say(locale, 'audit.sentence_in', {
          who,
          did: told,
          role: roles.get(role) ?? role,
          place: named(locale, territory),
        })
      : this.words.say(locale, 'audit.sentence', { who, did: told });
  }

  /** A field of before, after or facts; one without words is shown as its code. */
  field(locale: Locale, field: string): string {
    const key = `audit.field.${field}`;
    return this.words.has(key) ? this.words.say(locale, key) : field;
  }

  /** What the filter offers: groups (`event.`), and in each every action that has words. */
  actions(locale: Locale) {
    const known = this.words
      .keys(locale)
      .filter((key) => key.startsWith(ACTION))
      .map((key) => ({ value: key.slice(ACTION.length), label: this.words.say(locale, key) }))
      .sort((a, b) => a.label.localeCompare(b.label, locale));
    return this.words
      .keys(locale)
      .filter((key) => key.startsWith(GROUP))
      .map((key) => ({ value: `${key.slice(GROUP.length)}.`, label: this.words.say(locale, key) }))
      .sort((a, b) => a.label.localeCompare(b.label, locale))
      .map((group) => ({
        ...group,
        all: this.words.say(locale, 'audit.all_of', { group: group.label }),
        actions: known.filter(({ value }) => value.startsWith(group.value)),
      }));
  }
}

const named = (locale: Locale, thing: { name_en: string; name_hi: string }) =>
  locale === 'hi' ? thing.name_hi : thing.name_en;
