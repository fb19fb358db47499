import '@fastify/multipart';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Invalid } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed, created } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale, wantsPage, type Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { CoverageService } from '../../territories/coverage.service.js';
import { CoverageInput } from './coverage-input.js';
import { CoveragePages } from './coverage-pages.js';
import { AddCoverage, AddCoverageRows, CoverageListQuery, PreviewCoverage } from './coverage.dto.js';
import { PlacementService, type Placed } from './placement.service.js';

/** A page carries the rows back in a form; longer files go by command. */
const MAX_FILE_BYTES = 300_000;

@Controller('coverage')
export class CoverageController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly pages: CoveragePages,
    private readonly input: CoverageInput,
    private readonly coverage: CoverageService,
    private readonly placement: PlacementService,
  ) {}

  @Get()
  @Allow('coverage.edit')
  @View('coverage/list')
  list(
    @CurrentActor() actor: Actor,
    @CurrentLocale() locale: Locale,
    @Query() query: CoverageListQuery,
    @Req() request: Request,
  ) {
    return this.pages.list(actor, query, locale, wantsPage(request) ? request.url : null);
  }

  /** What a row would do: how many who wait it places, from where to where. */
  @Get('preview')
  @Allow('coverage.edit')
  @View('coverage/preview')
  preview(@CurrentActor() actor: Actor, @Query() query: PreviewCoverage) {
    return this.pages.preview(actor, query);
  }

  /** Adds a row and places the people it decides about. */
  @Post()
  @Allow('coverage.edit')
  async add(@CurrentActor() actor: Actor, @Body() dto: AddCoverage) {
    const { row, added, placed } = await this.work.run(actor, async (tx) => {
      const { territoryId, kind, value, territory } = await this.input.row(tx, dto);
      return { row: territory, ...(await this.placement.cover(actor, [{ territoryId, kind, value }])) };
    });
    const address = `/coverage?territory=${row.code}`;
    if (!added[0])
      return changed(address, { id: null, placed: 0 }, { tone: 'info', key: 'territories.coverage.already' });
    return created(address, { id: added[0].id, placed: placed.people, move: placed.move }, flashOf(placed));
  }

  @Post('file')
  @HttpCode(200)
  @Allow('coverage.edit')
  @View('coverage/file')
  async file(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Req() request: Request) {
    const file = request.isMultipart() ? await request.file() : undefined;
    if (!file) throw Invalid.field('file', 'territories.coverage.no_file');
    const csv = await file.toBuffer();
    if (csv.length > MAX_FILE_BYTES)
      throw Invalid.field('file', 'territories.coverage.file_too_long', { kb: Math.round(MAX_FILE_BYTES / 1000) });
    return this.pages.previewFile(actor, csv, locale);
  }

  /** Adds the usable rows of a CSV and places the people they decide about. */
  @Post('rows')
  @Allow('coverage.edit')
  async addRows(@CurrentActor() actor: Actor, @Body() dto: AddCoverageRows) {
    const { added, placed, problems } = await this.work.run(actor, async (tx) => {
      const { rows, problems } = await this.input.file(tx, dto.rows);
      return { problems, ...(await this.placement.cover(actor, rows)) };
    });
    const words = {
      tone: 'good' as const,
      key: 'territories.coverage.rows_added',
      params: { rows: added.length, people: placed.people },
    };
    const skipped = problems.filter(({ severity }) => severity === 'error').length;
    return (added.length ? created : changed)(
      '/coverage',
      { added: added.length, placed: placed.people, move: placed.move, skipped },
      { ...words, undo: undoOf(placed) },
    );
  }

  /** Nobody moves because of it. */
  @Post(':id/removal')
  @Allow('coverage.edit')
  async remove(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    await this.coverage.remove(actor, id);
    return changed('/coverage', { id }, 'territories.coverage.removed');
  }
}

const undoOf = ({ move }: Placed) => (move ? { action: `/placements/${move}/undo` } : undefined);

const flashOf = (placed: Placed) => ({
  tone: 'good' as const,
  key: 'territories.coverage.added',
  params: { people: placed.people },
  undo: undoOf(placed),
});
