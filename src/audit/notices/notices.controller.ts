import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { RoleNames } from '../role-names.js';
import { NoticesQuery, ReviewBody } from './notices.dto.js';
import { NoticesQueries } from './notices.queries.js';
import { NoticesService } from './notices.service.js';

@Controller('audit/notices')
export class NoticesController {
  constructor(
    private readonly queries: NoticesQueries,
    private readonly notices: NoticesService,
    private readonly roles: RoleNames,
  ) {}

  @Get()
  @Allow('notice.read')
  @View('audit/notices')
  async list(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Query() query: NoticesQuery) {
    const page = await this.queries.list(actor, query);
    const roles = await this.roles.inWords(actor, locale);
    return {
      items: page.items.map((row) => ({ ...row, roleName: roles.get(row.facts.role) ?? row.facts.role })),
      next: page.next,
      asked: { ...query },
    };
  }

  @Post(':id/review')
  @Allow('notice.read')
  async review(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() { note }: ReviewBody) {
    await this.notices.review(actor, id, note);
    return changed('/audit/notices', { id }, 'audit.notice_reviewed');
  }
}
