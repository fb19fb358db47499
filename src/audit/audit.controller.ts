import { Controller, Get, Param, Query } from '@nestjs/common';
import { isGrantActor, type Actor } from '../platform/database/actor.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { IdParam } from '../platform/web/fields.js';
import { CurrentActor, CurrentLocale } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { AuditWords } from './audit-words.js';
import { AuditQuery } from './audit.dto.js';
import { AuditQueries, type AuditRow } from './audit.queries.js';
import { RoleNames } from './role-names.js';
import { NoticesQueries } from './notices/notices.queries.js';

/** Where the thing that an entry is about has a page of its own, and the permission that page needs: an auditor has few. */
const PAGES: Record<string, { path: string; needs: string }> = {
  user: { path: '/users', needs: 'user.read' },
  team: { path: '/teams', needs: 'team.read' },
  person: { path: '/sympathisers', needs: 'sympathiser.read' },
  event: { path: '/events', needs: 'event.read' },
  import: { path: '/imports', needs: 'import.read' },
  notice: { path: '/audit/notices', needs: 'notice.read' },
};

@Controller('audit')
export class AuditController {
  constructor(
    private readonly queries: AuditQueries,
    private readonly notices: NoticesQueries,
    private readonly words: AuditWords,
    private readonly roles: RoleNames,
  ) {}

  @Get()
  @Allow('audit.read')
  @View('audit/list')
  async list(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Query() query: AuditQuery) {
    const page = await this.queries.list(actor, query);
    const roles = await this.roles.inWords(actor, locale);
    return {
      items: page.items.map((row) => this.told(actor, locale, row, roles)),
      next: page.next,
      asked: { ...query },
      groups: this.words.actions(locale),
      roles: [...roles].map(([value, label]) => ({ value, label })),
      openNotices: may(actor, 'notice.read') ? await this.notices.open(actor) : 0,
    };
  }

  @Get(':id')
  @Allow('audit.read')
  @View('audit/show')
  async show(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    const entry = await this.queries.show(actor, id);
    const roles = await this.roles.inWords(actor, locale);
    return {
      ...this.told(actor, locale, entry, roles),
      roleName: entry.who.role && (roles.get(entry.who.role) ?? entry.who.role),
      changes: changesOf(entry.before, entry.after).map((one) => ({
        ...one,
        label: this.words.field(locale, one.field),
      })),
      factList: Object.entries(entry.facts ?? {}).map(([name, value]) => ({
        name: this.words.field(locale, name),
        value: asText(value),
      })),
    };
  }

  private told<Row extends AuditRow>(actor: Actor, locale: Locale, row: Row, roles: Map<string, string>) {
    return {
      ...row,
      what: this.words.action(locale, row.action),
      by: this.words.doer(locale, row),
      sentence: this.words.sentence(locale, row, roles),
      href: pageOf(actor, row),
    };
  }
}

const may = (actor: Actor, permission: string) => isGrantActor(actor) && actor.permissions.has(permission);

function pageOf(actor: Actor, { subject, subjectId }: AuditRow): string | null {
  const page = subject ? PAGES[subject] : undefined;
  if (!page || !subjectId || !may(actor, page.needs)) return null;
  return subject === 'notice' ? page.path : `${page.path}/${subjectId}`;
}

/** Before and after, side by side, field by field. */
function changesOf(before: unknown, after: unknown) {
  const [old, now] = [before, after].map((values) => (values ?? {}) as Record<string, unknown>);
  return [...new Set([...Object.keys(old!), ...Object.keys(now!)])].map((field) => ({
    field,
    before: asText(old![field]),
    after: asText(now![field]),
  }));
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string);
}
