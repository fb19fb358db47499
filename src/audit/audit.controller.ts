import { Controller, Get, Query } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Words } from '../platform/i18n/words.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { CurrentActor, CurrentLocale } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { AuditQuery } from './audit.dto.js';
import { AuditQueries, type AuditRow } from './audit.queries.js';

/** Where the thing that an entry is about has a page of its own. */
const PAGES: Record<string, string> = {
  user: '/users',
  team: '/teams',
  sympathiser: '/sympathisers',
  event: '/events',
  import: '/imports',
};

/** What the system writes down in the moment somebody does it themselves. */
const ONESELF = new Set(['system:sign-in', 'system:password']);

@Controller('audit')
export class AuditController {
  constructor(
    private readonly queries: AuditQueries,
    private readonly words: Words,
  ) {}

  @Get()
  @Allow('audit.read')
  @View('audit/list')
  async list(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Query() query: AuditQuery) {
    const page = await this.queries.list(actor, query);
    return {
      items: page.items.map((row) => ({
        ...row,
        what: this.inWords(locale, row.action),
        by: this.doer(locale, row),
        href: pageOf(row),
      })),
      next: page.next,
      asked: { ...query },
      actions: this.actions(locale),
    };
  }

  /** An action that has no words yet is shown as its code, rather than not at all. */
  private inWords(locale: Locale, action: string): string {
    const key = `audit.action.${action}`;
    return this.words.has(key) ? this.words.say(locale, key) : action;
  }

  private doer(locale: Locale, { who }: AuditRow): string {
    const name =
      who.name ??
      this.words.say(
        locale,
        `audit.who.${['user', 'token', 'system', 'link'].includes(who.kind) ? who.kind : 'anonymous'}`,
      );
    if (who.kind === 'token') return this.words.say(locale, 'audit.by_token', { name });
    if (who.kind === 'system' && who.name && !ONESELF.has(who.job ?? ''))
      return this.words.say(locale, 'audit.caused_by', { name });
    return name;
  }

  /** What the filter offers: every action that has words. */
  private actions(locale: Locale) {
    const prefix = 'audit.action.';
    return this.words
      .keys(locale)
      .filter((key) => key.startsWith(prefix))
      .map((key) => ({ value: key.slice(prefix.length), label: this.words.say(locale, key) }))
      .sort((a, b) => a.label.localeCompare(b.label, locale));
  }
}

function pageOf(row: AuditRow): string | null {
  const base = row.subject ? PAGES[row.subject] : undefined;
  return base && row.subjectId ? `${base}/${row.subjectId}` : null;
}
