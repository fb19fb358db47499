import { Body, Controller, Get, HttpCode, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import type { GrantActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed, created } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale, type Reply } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { AffectedList } from './affected-list.service.js';
import { BreachPages } from './breach-pages.js';
import { BreachScope } from './breach-scope.service.js';
import { BreachQueries } from './breach.queries.js';
import { BreachesQuery, BreachWordsBody, DraftParam, ListReasonBody, NewBreachBody, NewBreachQuery, StepBody } from './breach.dto.js'; // prettier-ignore
import { BreachesService } from './breaches.service.js';

/** Breaches of personal data: cases with their clock, who was affected, and what is said to whom. */
@Controller('breaches')
export class BreachController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly queries: BreachQueries,
    private readonly pages: BreachPages,
    private readonly scope: BreachScope,
    private readonly breaches: BreachesService,
    private readonly affected: AffectedList,
  ) {}

  @Get()
  @Allow('privacy.breach')
  @View('breaches/list')
  async list(@CurrentActor() actor: GrantActor, @Query() query: BreachesQuery) {
    return { ...(await this.queries.list(actor, query, new Date())), asked: { ...query } };
  }

  @Get('new')
  @Allow('privacy.breach')
  @View('breaches/new')
  new(@CurrentActor() actor: GrantActor, @Query() query: NewBreachQuery) {
    return this.pages.form(actor, query);
  }

  @Post()
  @Allow('privacy.breach')
  async open(@CurrentActor() actor: GrantActor, @Body() body: NewBreachBody) {
    const { id } = await this.work.run(actor, async (tx) => this.breaches.open(actor, await this.scope.read(tx, body)));
    return created(`/breaches/${id}`, { id }, 'breach.opened');
  }

  @Get(':id')
  @Allow('privacy.breach')
  @View('breaches/show')
  show(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    return this.pages.show(actor, id);
  }

  /** Counts anew who was affected. */
  @Post(':id/count')
  @Allow('privacy.breach')
  async count(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    await this.breaches.recount(actor, id);
    return changed(`/breaches/${id}`, { id }, 'breach.counting');
  }

  /** What happened, its consequences, what was done: the report's own words. */
  @Post(':id/words')
  @Allow('privacy.breach')
  async describe(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() body: BreachWordsBody) {
    await this.breaches.describe(actor, id, body);
    return changed(`/breaches/${id}`, { id }, 'breach.described');
  }

  @Post(':id/steps')
  @Allow('privacy.breach')
  async step(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() { step, note }: StepBody) {
    await this.breaches.step(actor, id, step, note);
    return changed(`/breaches/${id}`, { id, step }, 'breach.noted');
  }

  /** Who was affected, as CSV: for a reason, which stands in the trail with everybody in the file. */
  @Post(':id/list')
  @HttpCode(200)
  @Allow('privacy.breach')
  async take(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Body() { reason }: ListReasonBody,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const rows = await this.affected.file(actor, id, reason, locale);
    reply.header('content-disposition', `attachment; filename="affected-${id.slice(-8)}.csv"`);
    return new StreamableFile(Readable.from(rows, { objectMode: false }), { type: 'text/csv; charset=utf-8' });
  }

  @Get(':id/drafts/:draft')
  @Allow('privacy.breach')
  @View('breaches/draft')
  draft(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { id, draft }: DraftParam) {
    return this.pages.draft(actor, id, draft, locale);
  }

  /** The same as a text. */
  @Get(':id/drafts/:draft/text')
  @Allow('privacy.breach')
  async text(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id, draft }: DraftParam,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const { text } = await this.pages.draft(actor, id, draft, locale);
    reply.header('content-disposition', `attachment; filename="${draft}-${id.slice(-8)}-${locale}.txt"`);
    return new StreamableFile(Buffer.from(text), { type: 'text/plain; charset=utf-8' });
  }
}
