import { Body, Controller, Get, Param, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiConsumes } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Invalid, NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam, ListQuery } from '../../platform/web/fields.js';
import { accepted, changed, created } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale, wantsPage, type Reply, type Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { TerritoriesQueries } from '../../territories/territories.queries.js';
import type { ImportBatch } from './import-batch.entity.js';
import { ImportUndo } from './import-undo.service.js';
import { ImportPages } from './import-pages.js';
import { WarnedRows } from './warned-rows.service.js';
import { ColumnFields, Confirmation, ImportList, KeptMapping, UndoFields, UploadFields } from './imports.dto.js';
import { ImportsService } from './imports.service.js';
import { Rejects } from './rejects.service.js';
import { UploadRequest } from './upload-request.js';

const summary = ({ id, state }: ImportBatch) => ({ id, state });

@Controller('imports')
export class ImportsController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly imports: ImportsService,
    private readonly pages: ImportPages,
    private readonly rejected: Rejects,
    private readonly warnedRows: WarnedRows,
    private readonly undoing: ImportUndo,
    private readonly territories: TerritoriesQueries,
  ) {}

  @Get()
  @Allow('import.read')
  @View('imports/list')
  list(
    @CurrentActor() actor: Actor,
    @CurrentLocale() locale: Locale,
    @Query() query: ImportList,
    @Req() request: Request,
  ) {
    return this.pages.list(actor, query, locale, wantsPage(request) ? request.url : null);
  }

  @Get('new')
  @Allow('import.run')
  @View('imports/new')
  fresh(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale) {
    return this.pages.fresh(actor, locale);
  }

  /** A form with `territory`, `source` and the `file`. */
  @Post()
  @Allow('import.run')
  @ApiConsumes('multipart/form-data')
  async upload(@CurrentActor() actor: Actor, @Req() request: Request) {
    const upload = await UploadRequest.of(request);
    const about = async () => {
      const { territory, source } = await upload.fields(UploadFields);
      return {
        fileName: upload.fileName,
        territory: await territoryOf(this.work, this.territories, actor, territory),
        source,
      };
    };
    const batch = await this.imports.upload(actor, upload.bytes(), about);
    return created(`/imports/${batch.id}`, summary(batch));
  }

  @Get(':id')
  @Allow('import.read')
  @View('imports/show')
  show(
    @CurrentActor() actor: Actor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Req() request: Request,
  ) {
    return this.pages.show(actor, id, locale, wantsPage(request));
  }

  /** Rows that can't be used: a file like the original for browsers and `Accept: text/csv`, else JSON. */
  @Get(':id/rejects')
  @Allow('import.read')
  async rejects(
    @CurrentActor() actor: Actor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Query() query: ListQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const asFile = wantsPage(request) || (request.headers.accept ?? '').includes('text/csv');
    if (!asFile) return this.rejected.page(actor, id, query, locale);
    const { name, text } = await this.rejected.file(actor, id, locale);
    reply.header(
      'content-disposition',
      `attachment; filename="rejects.csv"; filename*=UTF-8''${encodeURIComponent(name)}`,
    );
    return new StreamableFile(Readable.from(text), { type: 'text/csv; charset=utf-8' });
  }

  /** Rows that go in with a part left out: a file like the original with what is wrong, until somebody says yes. */
  @Get(':id/warned.csv')
  @Allow('import.read')
  async warned(
    @CurrentActor() actor: Actor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const { name, text } = await this.warnedRows.file(actor, id, locale);
    reply.header(
      'content-disposition',
      `attachment; filename="warned.csv"; filename*=UTF-8''${encodeURIComponent(name)}`,
    );
    return new StreamableFile(Readable.from(text), { type: 'text/csv; charset=utf-8' });
  }

  /** What it comes to in each territory. */
  @Get(':id/territories')
  @Allow('import.read')
  @View('imports/territories')
  inTerritories(
    @CurrentActor() actor: Actor,
    @Param() { id }: IdParam,
    @Query() query: ListQuery,
    @Req() request: Request,
  ) {
    return this.pages.inTerritories(actor, id, query, wantsPage(request) ? request.url : null);
  }

  @Post(':id/mapping')
  @Allow('import.run')
  async map(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() { fields, name, font }: ColumnFields) {
    const batch = await this.imports.map(actor, id, fields, { name, font });
    return accepted(`/imports/${id}`, summary(batch), 'imports.reading_again');
  }

  /** What was kept by a name. */
  @Post(':id/kept-mapping')
  @Allow('import.run')
  async mapAsKept(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() { mapping }: KeptMapping) {
    const batch = await this.imports.mapAsKept(actor, id, mapping);
    return accepted(`/imports/${id}`, summary(batch), 'imports.reading_again');
  }

  @Post(':id/stop')
  @Allow('import.run')
  async stop(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    const batch = await this.imports.stop(actor, id);
    return accepted(`/imports/${id}`, summary(batch), 'imports.stopping');
  }

  /** What taking it back would do. */
  @Get(':id/undo')
  @Allow('import.run')
  @View('imports/undo')
  foresee(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    return this.pages.undo(actor, id);
  }

  @Post(':id/undo')
  @Allow('import.run')
  async undo(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() { count }: UndoFields) {
    const batch = await this.undoing.begin(actor, id, count);
    return accepted(`/imports/${id}`, summary(batch), 'imports.undo.started');
  }

  /** Who stayed when it was taken back, and why. */
  @Get(':id/kept')
  @Allow('import.read')
  @View('imports/kept')
  kept(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Query() query: ListQuery, @Req() request: Request) {
    return this.pages.kept(actor, id, query, wantsPage(request) ? request.url : null);
  }

  /** The same as a file. */
  @Get(':id/kept.csv')
  @Allow('import.read')
  async keptFile(
    @CurrentActor() actor: Actor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const text = await this.pages.keptFile(actor, id, locale);
    reply.header('content-disposition', 'attachment; filename="kept.csv"');
    return new StreamableFile(Readable.from(text), { type: 'text/csv; charset=utf-8' });
  }

  @Post(':id/confirmation')
  @Allow('import.run')
  async confirm(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() dto: Confirmation) {
    const batch = await this.imports.confirm(actor, id, 'job', dto.declaration());
    return accepted(`/imports/${id}`, summary(batch), 'imports.started');
  }

  @Post(':id/cancellation')
  @Allow('import.run')
  async cancel(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    const batch = await this.imports.cancel(actor, id);
    return changed(`/imports/${id}`, summary(batch), 'imports.cancelled');
  }
}

/** @throws Invalid `territory` for one that isn't there or out of sight */
export function territoryOf(work: UnitOfWork, territories: TerritoriesQueries, actor: Actor, idOrCode: string) {
  return work.run(actor, async (tx) => {
    try {
      return await territories.find(tx, idOrCode);
    } catch (error) {
      if (error instanceof NotFound)
        throw Invalid.field('territory', 'imports.error.unknown_territory', { code: idOrCode });
      throw error;
    }
  });
}
