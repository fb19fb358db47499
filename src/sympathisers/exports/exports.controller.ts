import { Body, Controller, Get, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import type { GrantActor } from '../../platform/database/actor.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam, ListQuery } from '../../platform/web/fields.js';
import { accepted, changed } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale, type Reply } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { conditionsOf } from '../segments/segments.dto.js';
import { ExportPages } from './export-pages.js';
import { ExportBody, WantedQuery } from './exports.dto.js';
import { ExportsService } from './exports.service.js';

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Files of people that leave the register. */
@Controller('exports')
export class ExportsController {
  constructor(
    private readonly pages: ExportPages,
    private readonly exports: ExportsService,
  ) {}

  @Get()
  @Allow('sympathiser.export')
  @View('exports/list')
  list(@CurrentActor() actor: GrantActor, @Query() query: ListQuery) {
    return this.pages.list(actor, query);
  }

  /** The form, with how many people the file would be of. */
  @Get('new')
  @Allow('sympathiser.export')
  @View('exports/new')
  new(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Query() query: WantedQuery) {
    const { segment, closed = false } = query;
    return this.pages.form(actor, { segment, closed, conditions: conditionsOf(query) }, locale);
  }

  @Post()
  @Allow('sympathiser.export')
  async ask(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Body() body: ExportBody) {
    const { segment, format, columns, reason, count, closed = false, everyPoint = false } = body;
    const wanted = { segment, format, columns, reason, count, closed, everyPoint, conditions: conditionsOf(body) };
    const { id } = await this.exports.ask(actor, wanted, locale);
    return accepted(`/exports/${id}`, { id }, 'exports.asked');
  }

  @Get(':id')
  @Allow('sympathiser.export')
  @View('exports/show')
  show(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    return this.pages.show(actor, id, locale);
  }

  @Get(':id/file')
  @Allow('sympathiser.export')
  async file(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Res({ passthrough: true }) reply: Reply) {
    const { name, format, bytes } = await this.exports.file(actor, id);
    reply.header('content-disposition', `attachment; filename="${name}"`);
    reply.header('cache-control', 'no-store');
    return new StreamableFile(Readable.from(bytes, { objectMode: false }), { type: TYPES[format] });
  }

  @Post(':id/end')
  @Allow('sympathiser.export')
  async end(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    await this.exports.end(actor, id);
    return changed('/exports', { id }, 'exports.ended');
  }
}
